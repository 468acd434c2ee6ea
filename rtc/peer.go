package rtc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	pionrtcp "github.com/pion/rtcp"
	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sufler/rtc/internal/track"
)

// maxTracks is how many streams a page may send at once, one after another being
// the usual way: then it is up to something.
const maxTracks = 4

// peer is one connection with one page: pion's peer on one side, a wire on the other.
type peer struct {
	offer offer
	pc    *webrtc.PeerConnection
	wire  *wire
	out   *track.Track

	mu      sync.Mutex
	closed  bool
	tracks  int
	readers sync.WaitGroup
}

// newPeer answers an offer. moved is called from a goroutine of pion's whenever
// the connection's state is another one.
func (s *Stack) newPeer(ctx context.Context, o offer, moved func(*peer)) (*peer, string, error) {
	pc, err := s.engine.connection()
	if err != nil {
		return nil, "", err
	}
	p := &peer{offer: o, pc: pc, out: track.New(func(c webrtc.RTPCodecParameters) bool { return uint8(c.PayloadType) == o.sound })}
	if p.wire, err = newWire(o.sound, o.digits, s.metrics); err != nil {
		_ = pc.Close()
		return nil, "", fmt.Errorf("rtc: %w", err)
	}
	s.all.Go(func() { p.wire.speak(p.out.Send) })
	pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { p.hear(t, r) })
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { moved(p) })
	answer, err := p.answer(ctx)
	if err != nil {
		p.wire.Close()
		s.all.Go(p.close)
		return nil, "", err
	}
	return p, answer, nil
}

// answer goes through offer and answer (RFC 9429 section 5.3) and waits for our
// candidates, which are known at once.
func (p *peer) answer(ctx context.Context) (string, error) {
	if p.offer.receives {
		if err := p.addSender(); err != nil {
			return "", err
		}
	}
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: p.offer.String()}); err != nil {
		return "", invalid(err)
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", invalid(err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("rtc: answer: %w", err)
	}
	select {
	case <-gathered:
		return p.pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", fmt.Errorf("rtc: answer: %w", ctx.Err())
	}
}

func (p *peer) addSender() error {
	direction := webrtc.RTPTransceiverDirectionSendonly
	if p.offer.sends {
		direction = webrtc.RTPTransceiverDirectionSendrecv
	}
	t, err := p.pc.AddTransceiverFromTrack(p.out, webrtc.RTPTransceiverInit{Direction: direction})
	if err != nil {
		return fmt.Errorf("rtc: sender: %w", err)
	}
	sender := t.Sender()
	p.reading(func() { p.readReports(sender) })
	return nil
}

// reading runs f in a goroutine that close waits for.
func (p *peer) reading(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.readers.Go(f)
	return true
}

// hear reads one stream of the page and its reports until it ends.
func (p *peer) hear(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	p.mu.Lock()
	p.tracks++
	many := p.tracks > maxTracks
	p.mu.Unlock()
	if many {
		_ = p.pc.Close()
		return
	}
	// Nobody asks what they say, but pion answers them (RFC 3550 section 6.4.1, LSR).
	p.reading(func() { drain(r.Read) })
	p.reading(func() { p.readSound(t) })
}

func (p *peer) readSound(t *webrtc.TrackRemote) {
	b := make([]byte, 2048)
	var header pionrtp.Header
	for {
		n, _, err := t.Read(b)
		switch {
		case err == nil:
			p.wire.hear(&header, b[:n])
		case errors.Is(err, webrtc.ErrCodecNotFound):
			p.wire.strange.Add(1)
		case errors.Is(err, io.ErrShortBuffer):
			p.wire.malformed.Add(1)
		default:
			return
		}
	}
}

// readReports reads what the page says of our stream.
func (p *peer) readReports(sender *webrtc.RTPSender) {
	b := make([]byte, 2048)
	for {
		n, _, err := sender.Read(b)
		if err != nil {
			return
		}
		packets, err := pionrtcp.Unmarshal(b[:n])
		if err != nil {
			continue
		}
		for _, packet := range packets {
			p.readReport(packet)
		}
	}
}

func (p *peer) readReport(packet pionrtcp.Packet) {
	var blocks []pionrtcp.ReceptionReport
	switch r := packet.(type) {
	case *pionrtcp.SenderReport:
		blocks = r.Reports
	case *pionrtcp.ReceiverReport:
		blocks = r.Reports
	}
	for _, b := range blocks {
		if b.SSRC == p.out.SSRC() {
			p.wire.told(b)
		}
	}
}

func drain[A any](read func([]byte) (int, A, error)) {
	b := make([]byte, 2048)
	for {
		if _, _, err := read(b); err != nil {
			return
		}
	}
}

// close ends the connection, tells the page (DTLS close_notify) and waits until
// nothing of it runs any more. The wire is closed by whoever has it.
func (p *peer) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	_ = p.pc.GracefulClose()
	p.readers.Wait()
}
