package rtp

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// The packet types and sizes of RTCP that are used here (RFC 3550 section 6).
const (
	senderReport   = 200
	receiverReport = 201
	description    = 202
	itemCNAME      = 1
	blockSize      = 24
	senderSize     = 28 // header, SSRC and sender info of a sender report
	receiverSize   = 8
)

// reportEvery is the mean time between our reports; each wait is between half
// and one and a half of it, so that the reports of many legs spread
// (RFC 3550 section 6.2).
const reportEvery = 5 * time.Second

func nextReport(now time.Time) time.Time {
	return now.Add(reportEvery/2 + time.Duration(rand.Int64N(int64(reportEvery))))
}

// sending is what we know of our own stream, for sender reports.
type sending struct {
	ssrc      uint32
	packets   uint32
	octets    uint32
	timestamp uint32 // of the last packet
	at        time.Time
}

// receiving counts one source after RFC 3550 appendix A.3 and A.8.
type receiving struct {
	rate  int64 // RTP clock in Hz
	begun time.Time

	ssrc     uint32
	base     uint16 // first sequence number
	highest  uint16
	cycles   uint32
	received uint32
	transit  int64
	jitter   int64 // in 1/16 of the RTP clock's unit

	expectedBefore, receivedBefore uint32 // at the last report

	lastReport uint32 // middle 32 bits of the sender's NTP time
	reportAt   time.Time
}

// packet counts one packet of the source; another SSRC begins anew.
func (r *receiving) packet(ssrc uint32, sequence uint16, timestamp uint32, now time.Time) {
	arrival := int64(now.Sub(r.begun)) * r.rate / int64(time.Second)
	transit := arrival - int64(timestamp)
	if r.received == 0 || ssrc != r.ssrc {
		*r = receiving{rate: r.rate, begun: r.begun, ssrc: ssrc, base: sequence, highest: sequence, received: 1, transit: transit}
		return
	}
	r.received++
	if ahead := sequence - r.highest; ahead != 0 && ahead < 1<<15 {
		if sequence < r.highest {
			r.cycles += 1 << 16
		}
		r.highest = sequence
	}
	// The timestamp counts modulo 2^32, so the difference does too.
	d := int64(int32(uint32(transit - r.transit)))
	r.transit = transit
	r.jitter += max(d, -d) - (r.jitter+8)>>4
}

func (r *receiving) expected() uint32 {
	return r.cycles + uint32(r.highest) - uint32(r.base) + 1
}

// block writes a report block (RFC 3550 section 6.4.1) and begins the next interval.
func (r *receiving) block(b []byte, now time.Time) {
	expected := r.expected()
	lost := int64(expected) - int64(r.received)
	interval := int64(expected - r.expectedBefore)
	missing := interval - int64(r.received-r.receivedBefore)
	r.expectedBefore, r.receivedBefore = expected, r.received
	fraction := int64(0)
	if interval > 0 && missing > 0 {
		fraction = min(missing*256/interval, 255)
	}
	lost = min(max(lost, -1<<23), 1<<23-1)
	binary.BigEndian.PutUint32(b, r.ssrc)
	binary.BigEndian.PutUint32(b[4:], uint32(fraction)<<24|uint32(lost)&0xffffff)
	binary.BigEndian.PutUint32(b[8:], r.cycles+uint32(r.highest))
	binary.BigEndian.PutUint32(b[12:], uint32(r.jitter>>4))
	binary.BigEndian.PutUint32(b[16:], r.lastReport)
	delay := uint32(0)
	if r.lastReport != 0 {
		delay = uint32(now.Sub(r.reportAt) * 65536 / time.Second)
	}
	binary.BigEndian.PutUint32(b[20:], delay)
}

// compose writes a compound report: SR when we have sent since the last one, RR
// otherwise, and SDES with our CNAME (RFC 3550 section 6.1).
func compose(b []byte, out *sending, in *receiving, cname string, sent bool, now time.Time) []byte {
	size, kind := receiverSize, byte(receiverReport)
	if sent {
		size, kind = senderSize, senderReport
		seconds, fraction := ntp(now)
		binary.BigEndian.PutUint32(b[8:], seconds)
		binary.BigEndian.PutUint32(b[12:], fraction)
		since := int64(now.Sub(out.at)) * in.rate / int64(time.Second)
		binary.BigEndian.PutUint32(b[16:], out.timestamp+uint32(since))
		binary.BigEndian.PutUint32(b[20:], out.packets)
		binary.BigEndian.PutUint32(b[24:], out.octets)
	}
	blocks := byte(0)
	if in.received > 0 {
		in.block(b[size:], now)
		blocks, size = 1, size+blockSize
	}
	header(b, kind, blocks, size)
	binary.BigEndian.PutUint32(b[4:], out.ssrc)
	return b[:size+describe(b[size:], out.ssrc, cname)]
}

// describe writes the SDES packet and returns its size.
func describe(b []byte, ssrc uint32, cname string) int {
	binary.BigEndian.PutUint32(b[4:], ssrc)
	b[8], b[9] = itemCNAME, byte(len(cname))
	n := 10 + copy(b[10:], cname)
	for b[n] = 0; ; b[n] = 0 { // one to four zero bytes end the chunk
		if n++; n%4 == 0 {
			break
		}
	}
	header(b, description, 1, n)
	return n
}

func header(b []byte, kind, count byte, size int) {
	b[0], b[1] = 2<<6|count, kind
	binary.BigEndian.PutUint16(b[2:], uint16(size/4-1))
}

// ntp is the time as 32 bits of seconds since 1900 and 32 of fraction.
func ntp(t time.Time) (seconds, fraction uint32) {
	return uint32(t.Unix() + 2208988800), uint32(int64(t.Nanosecond()) << 32 / int64(time.Second))
}

// heard is what a report of the far end says of our stream.
type heard struct {
	lost   int64 // cumulative
	jitter uint32
}

// read goes through a compound packet of the far end. It notes the time of a
// sender report and returns the block that speaks of our stream, if there is one.
func (r *receiving) read(b []byte, ours uint32, now time.Time) (h heard, ok bool) {
	for len(b) >= receiverSize && b[0]>>6 == 2 {
		size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if size > len(b) {
			return h, ok
		}
		packet, count := b[:size], int(b[0]&0x1f)
		b = b[size:]
		switch packet[1] {
		case senderReport:
			if size < senderSize {
				return h, ok
			}
			r.lastReport, r.reportAt = binary.BigEndian.Uint32(packet[10:]), now
			packet = packet[senderSize:]
		case receiverReport:
			if size < receiverSize {
				return h, ok
			}
			packet = packet[receiverSize:]
		default:
			continue
		}
		for ; count > 0 && len(packet) >= blockSize; count, packet = count-1, packet[blockSize:] {
			if binary.BigEndian.Uint32(packet) == ours {
				h.lost = int64(int32(binary.BigEndian.Uint32(packet[4:])<<8) >> 8)
				h.jitter = binary.BigEndian.Uint32(packet[12:])
				ok = true
			}
		}
	}
	return h, ok
}
