package server

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"sufler/mixer"
	"sufler/mixer/record"
	"sufler/mixer/tone"
	"sufler/routing/soundcheck"
	"sufler/rtc"
)

func (s *Server) startSound(context.Context) error {
	var err error
	s.recorder, err = record.NewWriter(record.Options{Spool: s.dir("spool/calls"), Done: s.dir("files/calls"), Log: s.Log})
	if err != nil {
		return err
	}
	s.atClose(func(context.Context) { s.recorder.Close() })
	s.plane = mixer.NewPlane(mixer.Options{
		Events:         s.planeSays,
		Record:         s.recorder,
		MediaLostAfter: time.Duration(s.Config.RTP.LostAfter),
		Log:            s.Log,
		Metrics:        mixer.NewMetrics(s.registry),
	})
	s.atClose(func(context.Context) { s.plane.Close() })
	return nil
}

// planeSays passes on what the sound plane tells: to calls and to sound checks,
// each of which knows its own.
func (s *Server) planeSays(e mixer.Event) {
	s.Calls.Handle(e)
	s.soundCheck.Handle(e)
}

// startSoundCheck lets operators hear themselves.
func (s *Server) startSoundCheck(context.Context) error {
	s.soundCheck = soundcheck.New(soundcheck.Options{Dialler: s.Browsers, Plane: s.plane, Clock: s.clock, Log: s.Log})
	s.atClose(s.soundCheck.Close)
	return nil
}

// startBrowsers opens the port of pages' sound.
func (s *Server) startBrowsers(context.Context) error {
	c := s.Config.WebRTC
	listen, err := addrPortOf(string(c.Listen))
	if err != nil {
		return s.unheard("webrtc.listen", c.Listen, err)
	}
	s.Browsers, err = rtc.New(rtc.Options{
		Plane: s.plane, Listen: listen, External: addressOf(c.ExternalAddress), Clock: s.clock, Log: s.Log, Metrics: rtc.NewMetrics(s.registry),
	})
	if err != nil {
		return s.unheard("webrtc.listen", c.Listen, err)
	}
	s.atClose(func(ctx context.Context) {
		if err := s.Browsers.Close(ctx); err != nil {
			s.Log.Error("the sound of pages was not closed well", slog.Any("err", err))
		}
	})
	return nil
}

// addrPortOf reads an address of the configuration; without a host it is every
// address of this machine.
func addrPortOf(text string) (netip.AddrPort, error) {
	a, err := net.ResolveUDPAddr("udp", text)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if a.IP == nil {
		return netip.AddrPortFrom(netip.IPv6Unspecified(), uint16(a.Port)), nil
	}
	at := a.AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), nil
}

func addressOf(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{} // empty: validated before
	}
	return a
}

// sounds opens what calls play to those who wait.
type sounds struct {
	plane   *mixer.Plane
	country string
}

// Ringback implements call.Sounds.
func (s sounds) Ringback() (mixer.PortID, error) {
	id := s.plane.NewPortID()
	return id, s.plane.Attach(mixer.Attachment{Port: id, Class: mixer.Source, Sound: tone.Ringback(s.country)})
}

// Music plays to a client who is held.
func (s sounds) Music() (mixer.PortID, error) {
	id := s.plane.NewPortID()
	return id, s.plane.Attach(mixer.Attachment{Port: id, Class: mixer.Source, Sound: tone.Music()})
}

// Close implements call.Sounds.
func (s sounds) Close(id mixer.PortID) { s.plane.Detach(id) }
