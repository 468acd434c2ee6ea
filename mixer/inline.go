package mixer

import (
	"math"

	"sufler/mixer/codec"
	"sufler/mixer/dtmf"
	"sufler/mixer/jitter"
)

// jitterDelay is how long a sender's sound waits for late packets: two frames.
const jitterDelay = 2 * frameSamples

// packetsPerTick bounds what one wire may bring in one tick.
const packetsPerTick = 32

// inLine is what comes in at a port: packets, or a sound that is played.
type inLine struct {
	buffer *jitter.Buffer
	keys   dtmf.Receiver
	law    *codec.Law
	packet Packet
	pcm    [MaxPayload]int16

	current frame // this tick's sound, with the port as its origin
	over    bool  // a played sound that has ended
	level   meter

	packets, lost, discarded uint64
	ssrc                     uint32
	silentTicks              int // since the last packet
	reportedLost             bool
}

// meter measures how loud a port has spoken since the last report.
type meter struct {
	squares float64
	peak    int32
	samples int
}

func (m *meter) take(samples []int16) {
	for _, s := range samples {
		v := int32(s)
		m.squares += float64(v) * float64(v)
		m.peak = max(m.peak, v, -v)
	}
	m.samples += len(samples)
}

func (m *meter) read() (rms, peak float64) {
	if m.samples > 0 {
		rms = dbfs(math.Sqrt(m.squares / float64(m.samples)))
	} else {
		rms = silence
	}
	peak = dbfs(float64(m.peak))
	*m = meter{}
	return rms, peak
}

const silence = -96.0

func dbfs(amplitude float64) float64 {
	if amplitude < 1 {
		return silence
	}
	return max(silence, 20*math.Log10(amplitude/32768))
}

// receive takes what has arrived at the wire. Keys go to the given function.
func (p *port) receive(key func(byte)) {
	in := &p.in
	in.silentTicks++
	for range packetsPerTick {
		if !p.Wire.Recv(&in.packet) {
			return
		}
		p.arrived(key)
	}
}

func (p *port) arrived(key func(byte)) {
	in := &p.in
	pkt := &in.packet
	if in.packets > 0 && pkt.SSRC != in.ssrc {
		in.keys.Reset()
	}
	switch {
	case pkt.PayloadType == p.PayloadType:
		n := in.law.Decode(in.pcm[:], pkt.Payload())
		if in.buffer.Put(pkt.SSRC, pkt.Timestamp, in.pcm[:n]) != jitter.Kept {
			in.discarded++
		}
	case p.DigitsType != 0 && pkt.PayloadType == p.DigitsType:
		if k, ok := in.keys.Take(pkt.Timestamp, pkt.Payload()); ok {
			key(k)
		}
	default:
		in.discarded++
		return
	}
	in.ssrc = pkt.SSRC
	in.packets++
	in.silentTicks = 0
}

// produce makes this tick's frame of the port.
func (p *port) produce() {
	in := &p.in
	f := &in.current
	f.from.clear()
	f.from.add(p.Port)
	switch {
	case p.cut || in.over:
		clear(f.samples[:])
	case p.Sound != nil:
		in.over = !p.Sound.Next(f.samples[:])
	case !in.buffer.Pull(f.samples[:]) && in.silentTicks < 50:
		in.lost++ // a gap in the stream, not its end
	}
	in.level.take(f.samples[:])
}
