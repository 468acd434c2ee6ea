// Package rtp gives sip.Media for plain RTP: a pair of UDP ports for each leg,
// offers and answers, and the wire that the sound plane reads and writes.
//
// It knows sockets, RTP and RTCP. It does not know dialogs, transactions, who
// hears whom, or codecs beyond their names. What a wire does to a packet happens
// on the thread of a shard and allocates nothing; everything else belongs to the
// goroutine of the leg.
package rtp

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"

	"sufler/internal/clock"
	"sufler/internal/sdp"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip"
)

// The range of ports when Options has none.
const (
	DefaultLow  = 20000
	DefaultHigh = 29999
)

// Plane is the part of the sound plane that a leg needs; *mixer.Plane is one. It
// closes the wire of a port that is detached, on the thread that read it.
type Plane interface {
	NewPortID() mixer.PortID
	Attach(mixer.Attachment) error
	Detach(mixer.PortID)
}

// Options are what a Maker needs; only Plane must be set.
type Options struct {
	Plane Plane
	// Low and High are the range of UDP ports, both included.
	Low, High uint16
	// External is the address that SDP announces; not valid: the leg's own.
	External netip.Addr
	Clock    clock.Clock
	Metrics  *Metrics
}

// Maker opens the sound of new legs. It may be used by several goroutines.
type Maker struct {
	plane    Plane
	ports    *ports
	external netip.Addr
	clock    clock.Clock
	metrics  *Metrics
}

// New checks the range of ports; nothing is bound yet.
func New(opt Options) (*Maker, error) {
	if opt.Clock == nil {
		opt.Clock = clock.System{}
	}
	if opt.Metrics == nil {
		opt.Metrics = NewMetrics(nil)
	}
	p, err := newPorts(cmp.Or(opt.Low, DefaultLow), cmp.Or(opt.High, DefaultHigh), opt.Clock)
	if err != nil {
		return nil, err
	}
	return &Maker{plane: opt.Plane, ports: p, external: opt.External, clock: opt.Clock, metrics: opt.Metrics}, nil
}

// codecs is what we offer, in order of preference.
var codecs = []sdp.Codec{sdp.PCMU, sdp.PCMA, sdp.Digits}

// Make binds the ports of a new leg at its local address.
func (m *Maker) Make(spec sip.MediaSpec) (sip.Media, error) {
	local := spec.Local.Unmap()
	line, err := m.ports.open(local)
	if err != nil {
		return nil, &routing.Error{Kind: routing.Unavailable, Code: "rtp_ports_full", Err: err}
	}
	m.metrics.pairs.Inc()
	give := line.release
	line.release = func() { give(); m.metrics.pairs.Dec() }
	announced := local
	if m.external.IsValid() {
		announced = m.external
	}
	return &media{
		maker: m, spec: spec, line: line.hold(), cname: randomName(), ssrc: uint32(random()),
		negotiation: sdp.NewNegotiation(sdp.Local{
			Addr: announced, Port: line.port, Codecs: codecs, PTime: int(mixer.FrameTime.Milliseconds()),
			// RFC 8866 section 5.2: a number, best below 2^63.
			ID: strconv.FormatUint(random()>>1, 10),
		}),
	}, nil
}

// Check refuses an offer that no leg of ours could answer.
func (m *Maker) Check(spec sip.MediaSpec, offer []byte) error {
	local := spec.Local.Unmap()
	_, agreed, err := sdp.NewNegotiation(sdp.Local{Addr: local, Codecs: codecs}).Answer(offer)
	if err != nil {
		return refusal(err)
	}
	return reachable(agreed, local)
}

// InUse counts the pairs of ports that are bound now.
func (m *Maker) InUse() int { return m.ports.inUse() }

func random() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return binary.BigEndian.Uint64(b[:])
}

// randomName makes a CNAME that says nothing of the person (RFC 7022 section 4.2).
func randomName() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
