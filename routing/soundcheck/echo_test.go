package soundcheck

import (
	"context"
	"sync"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
)

// microphone is the wire of somebody who speaks loudly and without a pause: one
// packet in each tick. It notes in which ticks something came back.
type microphone struct {
	spoken bool // in this tick; of the shard's thread
	sent   uint16

	mu   sync.Mutex
	tick int
	loud []int // ticks
}

func (m *microphone) Recv(p *mixer.Packet) bool {
	if m.spoken {
		m.spoken = false
		return false
	}
	m.spoken = true
	p.PayloadType, p.Sequence, p.Timestamp, p.SSRC, p.Len = 0, m.sent, uint32(m.sent)*160, 1, 160
	for i := range p.Payload() {
		p.Payload()[i] = [2]byte{0x90, 0x10}[i/4%2] // PCMU, 1 kHz
	}
	m.sent++
	return true
}

func (m *microphone) Send(p *mixer.Packet) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range p.Payload() {
		if b|0x80 < 0xa0 { // PCMU: the lower, the louder
			m.loud = append(m.loud, m.tick)
			break
		}
	}
	return true
}

func (m *microphone) Flush() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tick++
}
func (m *microphone) Ready() int          { return -1 }
func (m *microphone) Report(*mixer.Stats) {}
func (m *microphone) Close()              {}

// page answers at once with a port of the plane.
type page struct {
	id    routing.LegID
	sink  func(routing.Signal)
	plane *mixer.Plane
	port  mixer.PortID
}

func (p *page) ID() routing.LegID { return p.id }

func (p *page) Do(c routing.Command) {
	if _, ok := c.(routing.Hangup); ok {
		p.plane.Detach(p.port)
		p.sink(routing.Signal{Leg: p.id, Event: routing.Ended{Cause: routing.HungUp}})
	}
}

type dialler func(routing.DialRequest, func(routing.Signal)) (routing.Leg, error)

func (d dialler) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	return d(req, sink)
}

// What is said comes back a second later, through the real sound plane, and is
// measured on its way.
func TestTheOwnVoiceComesBackASecondLater(t *testing.T) {
	ticks := make(chan struct{})
	events := make(chan mixer.Event, 1000)
	plane := mixer.NewPlane(mixer.Options{
		Events: func(e mixer.Event) { events <- e },
		Pace: func(until time.Time, stop <-chan struct{}) (time.Time, bool) {
			select {
			case <-ticks:
				return until, true
			case <-stop:
				return time.Time{}, false
			}
		},
	})
	mic := &microphone{}
	s := New(Options{Plane: plane, Dialler: dialler(func(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
		p := &page{id: req.Leg, sink: sink, plane: plane, port: plane.NewPortID()}
		err := plane.Attach(mixer.Attachment{Port: p.port, Class: req.Class, Codec: mixer.PCMU, PacketFrames: 1, Unwatched: true, Wire: mic})
		sink(routing.Signal{Leg: p.id, Event: routing.Answered{Port: p.port}})
		return p, err
	})})
	measured := make(chan Measured, 1000)
	go func() { // as the program feeds it
		for e := range events {
			s.Handle(e)
		}
	}()
	s.Watch(func(m Measured) { measured <- m })
	id, err := s.Begin(t.Context(), "anna")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.own.Do(t.Context(), func() error { return nil }); err != nil { // the plan is on its way
		t.Fatal(err)
	}
	for range 400 { // four slots of 5 ms make a tick of 20 ms
		ticks <- struct{}{}
	}
	for m := range measured {
		if m.Owner != "anna" || m.Leg != id || m.Packets == 0 {
			t.Errorf("got %+v", m)
		}
		if m.DBFS > -20 {
			break
		}
	}
	s.Close(context.Background())
	plane.Close()
	close(events)
	mic.mu.Lock()
	defer mic.mu.Unlock()
	if len(mic.loud) == 0 || mic.loud[0] < 50 || mic.loud[0] > 55 {
		t.Errorf("heard in ticks %v of %d, want from about the 50th on", mic.loud, mic.tick)
	}
}
