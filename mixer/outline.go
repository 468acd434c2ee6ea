package mixer

import (
	"math/rand/v2"

	"sufler/mixer/codec"
	"sufler/mixer/dtmf"
)

// outLine is what goes out at a port. SSRC, sequence and timestamp towards the
// listener belong to it alone, whoever speaks: a number leaves at most once.
type outLine struct {
	law       *codec.Law
	keys      dtmf.Sender
	packet    Packet
	sequence  uint16
	timestamp uint32
	keyBegan  uint32 // timestamp of the key that sounds
	ssrc      uint32
	fill      int  // bytes of the packet that is being filled
	marked    bool // the next packet begins a talk: set its marker
	sent      uint64
}

func newOutLine(law *codec.Law) outLine {
	// RFC 3550 section 5.1: sequence number and timestamp begin at random.
	return outLine{law: law, ssrc: rand.Uint32(), sequence: uint16(rand.Uint32()), timestamp: rand.Uint32(), marked: true}
}

// send codes one frame and sends a packet when it is full. Keys go first: while
// one sounds, the audio of its frames is left out (RFC 4733 section 2.6.3).
func (p *port) send(f *frame) {
	out := &p.out
	defer func() { out.timestamp += frameSamples }()
	if p.SendNothing {
		out.fill, out.marked = 0, true
		return
	}
	if key, ok := out.keys.Next(); ok && p.DigitsType != 0 {
		p.sendKey(key)
		return
	}
	if out.fill == 0 {
		out.packet.Timestamp = out.timestamp
	}
	out.fill += out.law.Encode(out.packet.Buf[out.fill:], f.samples[:])
	if out.fill < max(1, p.PacketFrames)*frameSamples {
		return
	}
	out.packet.PayloadType, out.packet.Marker, out.packet.Len = p.PayloadType, out.marked, out.fill
	out.marked = false
	p.emit()
}

func (p *port) sendKey(key dtmf.Packet) {
	out := &p.out
	out.fill, out.marked = 0, true
	if key.Pause {
		return
	}
	out.packet.PayloadType, out.packet.Marker = p.DigitsType, key.Marker
	if key.Marker {
		out.keyBegan = out.timestamp
	}
	// RFC 4733 section 2.5.1.2: the timestamp is that of the beginning, also when
	// ticks were skipped since; another one would be another key.
	out.packet.Timestamp = out.keyBegan
	out.packet.Len = copy(out.packet.Buf[:], key.Payload[:])
	p.emit()
}

func (p *port) emit() {
	out := &p.out
	out.packet.SSRC, out.packet.Sequence = out.ssrc, out.sequence
	out.sequence++
	out.fill = 0
	if p.Wire.Send(&out.packet) {
		out.sent++
	}
}
