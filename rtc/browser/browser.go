// Package browser is an endpoint that is reached as a browser is: it offers sound
// over WebRTC, says a tone or a recording and tells what it hears. The self-test,
// the measurements and the tests use it in the place of pages.
//
// It knows WebRTC and sound. It does not know legs, calls or how its offer reaches
// the server: offers and answers are text. It stays on loopback.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"sufler/mixer"
	"sufler/mixer/dtmf"
	"sufler/mixer/tone"
	"sufler/rtc/internal/track"
)

// Options say what a browser offers.
type Options struct {
	// Codec is offered first, the other one after it; 0: PCMU.
	Codec mixer.Codec
	// Only offers no codec but the first.
	Only bool
	// NoVoice sends nothing until Play is called: a page without a microphone.
	NoVoice bool
	// TCP reaches the server by ICE-TCP alone.
	TCP bool
	// Sound is what is said; nil is silence.
	Sound mixer.Sound
	// Wire is told of every datagram that comes over UDP, before anything is made of
	// it: STUN, DTLS, and RTP, whose header is not encrypted (RFC 3711 section 3.1).
	// Reports is told of every RTCP packet, decrypted. Both are called from several
	// goroutines, must not block and must copy what they keep.
	Wire    func(datagram []byte)
	Reports func(rtcp []byte)
	// Heard, unless nil, is told the sound of each packet as it comes, by the one
	// goroutine that reads them. The samples are its own only until it returns.
	Heard func(samples []int16)
}

// Counts are packets of sound and keys.
type Counts struct {
	Sent     uint64
	Received uint64
	Lost     uint64 // gaps in what was received
}

// Endpoint is one connection of a page. A page that comes again is another one.
type Endpoint struct {
	pc        *webrtc.PeerConnection
	out       *track.Track
	conn      *wireCut // nil over TCP
	mux       ice.UDPMux
	connected chan struct{}
	ended     chan struct{}
	closing   chan struct{}
	told      func([]int16)
	all       sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	online  bool // connected is closed
	over    bool // ended is closed
	sound   mixer.Sound
	mute    bool // nothing is sent: there is no voice yet, or it broke off
	keys    dtmf.Sender
	ears    []*tone.Ear
	counts  Counts
	hearing hearing
}

// New makes an endpoint that has said nothing yet. Close gives it back.
func New(opt Options) (*Endpoint, error) {
	e := &Endpoint{
		out:       track.New(func(c webrtc.RTPCodecParameters) bool { return !isDigits(c) }),
		connected: make(chan struct{}), ended: make(chan struct{}), closing: make(chan struct{}),
		told: opt.Heard, sound: opt.Sound, mute: opt.NoVoice,
	}
	if err := e.open(opt); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.all.Go(e.speak)
	return e, nil
}

func (e *Endpoint) open(opt Options) error {
	settings, err := e.settings(opt)
	if err != nil {
		return err
	}
	media, err := codecs(opt)
	if err != nil {
		return err
	}
	api := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(new(interceptor.Registry)))
	if e.pc, err = api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}); err != nil {
		return fmt.Errorf("browser: peer: %w", err)
	}
	e.pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { e.moved() })
	e.pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		e.begin(func() { e.listen(t) })
		e.begin(func() { report(r.Read, opt.Reports) })
	})
	sends, err := e.pc.AddTransceiverFromTrack(e.out, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendrecv})
	if err != nil {
		return fmt.Errorf("browser: sender: %w", err)
	}
	e.begin(func() { report(sends.Sender().Read, opt.Reports) })
	return nil
}

func (e *Endpoint) settings(opt Options) (s webrtc.SettingEngine, err error) {
	quiet := logging.NewDefaultLoggerFactory()
	quiet.DefaultLogLevel = logging.LogLevelDisabled
	s.LoggerFactory = quiet
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(true)
	s.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() && ip.To4() != nil })
	s.SetFireOnTrackBeforeFirstRTP(true)
	if opt.TCP {
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
		return s, nil
	}
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	var config net.ListenConfig
	conn, err := config.ListenPacket(context.Background(), "udp4", "127.0.0.1:0")
	if err != nil {
		return s, fmt.Errorf("browser: %w", err)
	}
	e.conn = &wireCut{PacketConn: conn, seen: opt.Wire}
	e.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{Logger: quiet.NewLogger("ice"), UDPConn: e.conn})
	s.SetICEUDPMux(e.mux)
	return s, nil
}

const digitsType = 126

func isDigits(c webrtc.RTPCodecParameters) bool { return c.PayloadType == digitsType }

// types are the payload types of the codecs (RFC 3551 section 6).
var types = map[mixer.Codec]webrtc.PayloadType{mixer.PCMU: 0, mixer.PCMA: 8}

func codecs(opt Options) (*webrtc.MediaEngine, error) {
	order := []mixer.Codec{mixer.PCMU, mixer.PCMA}
	if opt.Codec == mixer.PCMA {
		slices.Reverse(order)
	}
	if opt.Only {
		order = order[:1]
	}
	m := new(webrtc.MediaEngine)
	for _, c := range order {
		if err := register(m, c.String(), types[c]); err != nil {
			return nil, err
		}
	}
	return m, register(m, "telephone-event", digitsType)
}

func register(m *webrtc.MediaEngine, name string, t webrtc.PayloadType) error {
	capability := webrtc.RTPCodecCapability{MimeType: "audio/" + name, ClockRate: 8000}
	err := m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: capability, PayloadType: t}, webrtc.RTPCodecTypeAudio)
	if err != nil {
		return fmt.Errorf("browser: %s: %w", name, err)
	}
	return nil
}

// Offer returns what the page offers, with its candidates in it.
func (e *Endpoint) Offer(ctx context.Context) (string, error) {
	offer, err := e.pc.CreateOffer(nil)
	if err != nil {
		return "", fmt.Errorf("browser: offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(e.pc)
	if err := e.pc.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("browser: offer: %w", err)
	}
	select {
	case <-gathered:
		return e.pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", fmt.Errorf("browser: offer: %w", ctx.Err())
	}
}

// Accept takes the server's answer; Connected tells when the sound is there.
func (e *Endpoint) Accept(answer string) error {
	if e.conn == nil {
		answer = withoutUDP(answer)
	}
	if err := e.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return fmt.Errorf("browser: answer: %w", err)
	}
	return nil
}

// withoutUDP leaves out the candidates of UDP, as a firewall would.
func withoutUDP(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		if !strings.HasPrefix(line, "a=candidate:") || strings.Contains(line, " tcp ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Connected is closed when the connection stands for the first time.
func (e *Endpoint) Connected() <-chan struct{} { return e.connected }

// Ended is closed when the server has ended the connection, or it has failed.
func (e *Endpoint) Ended() <-chan struct{} { return e.ended }

func (e *Endpoint) moved() {
	e.mu.Lock()
	defer e.mu.Unlock()
	state := e.pc.ConnectionState()
	if state == webrtc.PeerConnectionStateConnected && !e.online {
		e.online = true
		close(e.connected)
	}
	if (state == webrtc.PeerConnectionStateFailed || state == webrtc.PeerConnectionStateClosed) && !e.over {
		e.over = true
		close(e.ended)
	}
}

// Play says a sound from now on instead of what was said before; nil is silence.
// When the sound is over, silence follows.
func (e *Endpoint) Play(s mixer.Sound) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sound, e.mute = s, false
}

// Stop sends no packets any more, as a page whose sound has broken, until Play.
func (e *Endpoint) Stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mute = true
}

// SendDigits presses telephone keys, 0-9, *, # and A-D (RFC 4733).
func (e *Endpoint) SendDigits(digits string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, key := range []byte(digits) {
		e.keys.Key(key)
	}
}

// Ear listens for tones in Hz from now on.
func (e *Endpoint) Ear(hz ...float64) *tone.Ear {
	ear := tone.NewEar(hz...)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ears = append(e.ears, ear)
	return ear
}

// Counts are the packets so far.
func (e *Endpoint) Counts() Counts {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.counts
}

// Drop cuts the network without a word, as a page does that crashes; over UDP
// alone. Restore mends it.
func (e *Endpoint) Drop() { e.cut(true) }

// Restore ends Drop.
func (e *Endpoint) Restore() { e.cut(false) }

func (e *Endpoint) cut(on bool) {
	if e.conn != nil {
		e.conn.cut.Store(on)
	}
}

// begin runs f in a goroutine that Close waits for.
func (e *Endpoint) begin(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.all.Go(f)
	}
}

// Close ends the connection as a page does that is left, and waits until nothing
// of it runs any more.
func (e *Endpoint) Close() error {
	e.mu.Lock()
	already := e.closed
	e.closed = true
	e.mu.Unlock()
	if already {
		return nil
	}
	close(e.closing)
	var err error
	if e.pc != nil {
		err = e.pc.GracefulClose()
	}
	if e.mux != nil {
		err = errors.Join(err, e.mux.Close())
	}
	e.all.Wait()
	if err != nil {
		return fmt.Errorf("browser: close: %w", err)
	}
	return nil
}

// frameTime is how long one packet of ours sounds.
const frameTime = 20 * time.Millisecond
