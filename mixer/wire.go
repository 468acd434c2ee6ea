package mixer

// MaxPayload is the largest payload of one packet, in bytes: 60 ms of G.711
// twice over, and no more than an Ethernet frame holds.
const MaxPayload = 1400

// Packet is one RTP packet without its crypto (RFC 3550 section 5.1). The mixer
// owns it and reuses it; a Wire copies into and out of Buf.
type Packet struct {
	PayloadType uint8
	Marker      bool
	Sequence    uint16
	Timestamp   uint32 // in units of the codec's RTP clock
	SSRC        uint32
	Len         int // bytes of Buf in use
	Buf         [MaxPayload]byte
}

// Payload is the part of the packet in use.
func (p *Packet) Payload() []byte { return p.Buf[:p.Len] }

// Wire is a leg's socket, crypto, RTCP and NAT latching. It is called on its
// shard's thread only, never blocks and never allocates.
type Wire interface {
	// Recv takes the next packet that has arrived, or returns false.
	Recv(*Packet) bool
	// Send puts one packet on its way; false when it could not be sent.
	Send(*Packet) bool
	// Flush is called once after the sends of a tick.
	Flush()
	// Ready is a descriptor that becomes readable when Recv would return true, or -1.
	Ready() int
	// Report adds the wire's own figures.
	Report(*Stats)
	// Close frees the socket. Nothing is called after it.
	Close()
}

// Stats are the figures of one wire since it was opened.
type Stats struct {
	Received, Sent uint64 // packets
	Foreign        uint64 // packets from an address that is not the locked one, dropped
	Malformed      uint64 // not RTP, or too long, dropped
	Overflow       uint64 // received, but more than could be kept for the next Recv, dropped
	SendErrors     uint64
	RemoteLost     int64  // cumulative loss the far end reports (RTCP)
	RemoteJitter   uint32 // jitter the far end reports, in RTP clock units
}
