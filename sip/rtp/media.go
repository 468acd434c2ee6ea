package rtp

import (
	"fmt"
	"net/netip"

	"sufler/internal/sdp"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip"
)

// media is the sound of one leg. It is used by the leg's goroutine only; the wire
// belongs to the sound plane from the moment it is attached.
type media struct {
	maker       *Maker
	spec        sip.MediaSpec
	negotiation *sdp.Negotiation
	line        *pair
	cname       string
	ssrc        uint32

	port   mixer.PortID
	wire   *wire
	format format // of the attached port
	closed bool
}

// format is what a port of the sound plane cannot change during its life.
type format struct {
	codec                   mixer.Codec
	payloadType, digitsType uint8
	packetFrames            int
}

// mixerCodecs are the codecs of SDP as the sound plane names them.
var mixerCodecs = map[string]mixer.Codec{sdp.PCMU.Name: mixer.PCMU, sdp.PCMA.Name: mixer.PCMA}

// Offer returns our offer.
func (m *media) Offer() ([]byte, error) { return m.negotiation.Offer(), nil }

// Answer takes their offer, attaches or moves the port, and returns our answer.
func (m *media) Answer(offer []byte) ([]byte, error) {
	body, agreed, err := m.negotiation.Answer(offer)
	if err != nil {
		return nil, refusal(err)
	}
	if err := m.agree(agreed); err != nil {
		return nil, err
	}
	return body, nil
}

// Accept takes their answer to our offer and attaches or moves the port.
func (m *media) Accept(answer []byte) error {
	agreed, err := m.negotiation.Accept(answer)
	if err != nil {
		return refusal(err)
	}
	return m.agree(agreed)
}

func refusal(err error) error {
	return &routing.Error{Kind: routing.Invalid, Code: "sound_not_common", Err: err}
}

// agree makes the sound follow the descriptions. The port stays as long as its
// format does: a re-INVITE with another address only moves the wire.
func (m *media) agree(a sdp.Agreed) error {
	if err := reachable(a, m.spec.Local.Unmap()); err != nil {
		return err
	}
	next, f := m.far(a), formatOf(a)
	if m.wire != nil && f == m.format {
		m.wire.next.Store(next)
		return nil
	}
	return m.attach(next, f)
}

// reachable refuses an address of the other family than ours.
func reachable(a sdp.Agreed, local netip.Addr) error {
	if a.Remote.Addr().Is4() != local.Is4() {
		return refusal(fmt.Errorf("rtp: %s cannot be reached from %s", a.Remote, local))
	}
	return nil
}

func (m *media) far(a sdp.Agreed) *far {
	return &far{
		rtp: a.Remote, rtcp: a.RemoteRTCP, peer: m.spec.Peer.Unmap(),
		recvType: a.RecvType, sendType: a.Codec.PayloadType,
		recvDigits: a.RecvDigits, sendDigits: a.Digits,
		rate: int64(a.Codec.Clock), mute: !a.Direction.Sends(),
	}
}

func formatOf(a sdp.Agreed) format {
	return format{
		codec: codecOf(a.Codec), payloadType: a.Codec.PayloadType, digitsType: a.Digits,
		packetFrames: min(max(a.PTime/int(mixer.FrameTime.Milliseconds()), 1), 3),
	}
}

func codecOf(c sdp.Codec) mixer.Codec {
	for name, codec := range mixerCodecs {
		if c.Is(sdp.Codec{Name: name, Clock: 8000}) {
			return codec
		}
	}
	return 0
}

// attach opens a port of the sound plane, instead of the one before it.
func (m *media) attach(next *far, f format) error {
	w := newWire(m.line, next, m.cname, m.ssrc, m.maker.clock, m.maker.metrics)
	port := m.maker.plane.NewPortID()
	m.detach()
	err := m.maker.plane.Attach(mixer.Attachment{
		Port: port, Class: m.spec.Class, Codec: f.codec, PayloadType: f.payloadType,
		DigitsType: f.digitsType, PacketFrames: f.packetFrames, Wire: w,
	})
	if err != nil {
		w.Close()
		return fmt.Errorf("rtp: attach: %w", err)
	}
	m.port, m.wire, m.format = port, w, f
	return nil
}

func (m *media) detach() {
	if m.wire != nil {
		m.maker.plane.Detach(m.port)
	}
	m.port, m.wire = 0, nil
}

// Port is the attached port.
func (m *media) Port() mixer.PortID { return m.port }

// Close detaches the port; the sockets are freed when the sound plane has let go.
func (m *media) Close() {
	if m.closed {
		return
	}
	m.closed = true
	m.detach()
	m.line.drop()
}
