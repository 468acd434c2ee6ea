package rtc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/webrtc/v4"

	"sufler/internal/clock"
)

const (
	// quietAfter is when a page that sends nothing at all is taken for gone: browsers
	// ask every 5 s, give or take a fifth, whether we still want their packets
	// (RFC 7675 section 5.1).
	quietAfter = 8 * time.Second
	// certificateAge is how long one certificate is given to new peers. pion makes
	// them for a month.
	certificateAge = 24 * time.Hour
)

// engine makes pion's peers, all with the same settings.
type engine struct {
	api   *webrtc.API
	clock clock.Clock

	mu          sync.Mutex
	certificate *webrtc.Certificate
	made        time.Time
}

func newEngine(l *listener, external netip.Addr, c clock.Clock, log *slog.Logger) (*engine, error) {
	settings, err := settingsFor(l, external)
	if err != nil {
		return nil, err
	}
	settings.LoggerFactory = pionLog{log}
	media, err := codecs()
	if err != nil {
		return nil, err
	}
	reports, err := reporters()
	if err != nil {
		return nil, err
	}
	return &engine{
		api:   webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(reports)),
		clock: c,
	}, nil
}

func settingsFor(l *listener, external netip.Addr) (webrtc.SettingEngine, error) {
	var s webrtc.SettingEngine
	s.SetLite(true)
	s.SetICEUDPMux(l.udp)
	s.SetICETCPMux(l.tcp)
	s.DisableActiveTCP(true)
	s.SetNetworkTypes([]webrtc.NetworkType{
		webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6,
	})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(l.loopback)
	s.SetIPFilter(func(ip net.IP) bool {
		addr, ok := netip.AddrFromSlice(ip)
		return ok && slices.Contains(l.addrs, addr.Unmap())
	})
	s.SetFireOnTrackBeforeFirstRTP(true)
	// A leg decides itself how long it waits for a page; pion only says who is quiet.
	s.SetICETimeouts(quietAfter, lostLimit, 2*time.Second)
	if !external.IsValid() {
		return s, nil
	}
	err := s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
		External: []string{external.String()}, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace,
	})
	if err != nil {
		return s, fmt.Errorf("rtc: external address %s: %w", external, err)
	}
	return s, nil
}

// codecs are all that a page can agree on with us, in order of preference.
func codecs() (*webrtc.MediaEngine, error) {
	m := new(webrtc.MediaEngine)
	for _, c := range []struct {
		mime string
		t    webrtc.PayloadType
	}{{webrtc.MimeTypePCMU, 0}, {webrtc.MimeTypePCMA, 8}, {"audio/telephone-event", 126}} {
		codec := webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: c.mime, ClockRate: 8000}, PayloadType: c.t}
		if err := m.RegisterCodec(codec, webrtc.RTPCodecTypeAudio); err != nil {
			return nil, fmt.Errorf("rtc: %s: %w", c.mime, err)
		}
	}
	return m, nil
}

// reporters send and read the reports of RFC 3550 section 6.4 and nothing else.
func reporters() (*interceptor.Registry, error) {
	in, err := report.NewReceiverInterceptor(report.ReceiverInterval(5 * time.Second))
	if err != nil {
		return nil, fmt.Errorf("rtc: receiver reports: %w", err)
	}
	out, err := report.NewSenderInterceptor(report.SenderInterval(5 * time.Second))
	if err != nil {
		return nil, fmt.Errorf("rtc: sender reports: %w", err)
	}
	r := new(interceptor.Registry)
	r.Add(in)
	r.Add(out)
	return r, nil
}

// connection makes a peer that knows nobody yet.
func (e *engine) connection() (*webrtc.PeerConnection, error) {
	certificate, err := e.current()
	if err != nil {
		return nil, err
	}
	pc, err := e.api.NewPeerConnection(webrtc.Configuration{
		Certificates: []webrtc.Certificate{*certificate},
		BundlePolicy: webrtc.BundlePolicyMaxBundle, RTCPMuxPolicy: webrtc.RTCPMuxPolicyRequire,
	})
	if err != nil {
		return nil, fmt.Errorf("rtc: peer: %w", err)
	}
	return pc, nil
}

// current is the certificate of new peers. One for all says nothing of any of
// them, and saves each the making of a key.
func (e *engine) current() (*webrtc.Certificate, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock.Now()
	if e.certificate != nil && now.Sub(e.made) < certificateAge {
		return e.certificate, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("rtc: key: %w", err)
	}
	certificate, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("rtc: certificate: %w", err)
	}
	e.certificate, e.made = certificate, now
	return certificate, nil
}
