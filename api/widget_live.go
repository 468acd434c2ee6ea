package api

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"sufler/api/live"
	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/settings"
	"sufler/routing/visitor"
)

const (
	// doorsPause is how long what changes together is waited for before widgets are
	// looked at: a visitor reads that all are busy within a second.
	doorsPause = 200 * time.Millisecond
	// doorsEvery is how often they are looked at anyway: hours open and close by time.
	doorsEvery = 15 * time.Second
)

// WidgetDoors is what of a widget changes by the minute.
type WidgetDoors struct {
	State    string          `json:"state"`
	Channels []WidgetChannel `json:"channels"`
}

// shut is the same with nobody there.
func (d WidgetDoors) shut() WidgetDoors {
	closed := WidgetDoors{State: "offline", Channels: make([]WidgetChannel, len(d.Channels))}
	for i, c := range d.Channels {
		closed.Channels[i] = WidgetChannel{Kind: c.Kind, State: queue.DoorClosed.String()}
	}
	return closed
}

// shownDoors are a widget's doors as its pages are told them.
type shownDoors struct{ open, shut json.RawMessage }

func (s *Server) doorsOf(w settings.Widget) shownDoors {
	state, channels := s.doors(w)
	now := WidgetDoors{State: state, Channels: channels}
	return shownDoors{open: mustJSON(now), shut: mustJSON(now.shut())}
}

// aboutWidget are the visitors' pages of a widget.
func aboutWidget(id routing.WidgetID) live.Topic { return live.Topic("widget:" + id) }

// doorkeeper tells visitors' pages when a way in opens, fills or closes: with the line,
// with who is there, with the settings and with time. Watchers only leave a note; it
// looks in a goroutine of its own.
type doorkeeper struct {
	s    *Server
	calm *calm
	told map[routing.WidgetID]json.RawMessage // last, to all pages of a widget; of the one who looks

	mu     sync.Mutex
	barred []visitor.Barred // who was kept out or let in again: they find other doors
}

func (s *Server) followDoors() (stop func()) {
	k := &doorkeeper{s: s, told: map[routing.WidgetID]json.RawMessage{}}
	return follow(func(changed func()) (stop func()) {
		k.calm = newCalm(s.opt.Clock, changed)
		_, stopLine := s.opt.Waiting.Watch(func(queue.Event) { k.calm.soon(doorsPause) })
		stopTeam := s.opt.Team.WatchMembers(func(people.Member) { k.calm.soon(doorsPause) })
		stopSettings := s.opt.Settings.Watch(func() { k.calm.soon(doorsPause) })
		stopVisitors := s.opt.Visitors.Watch(k.visitorTold)
		k.calm.every(doorsEvery)
		return func() {
			stopLine()
			stopTeam()
			stopSettings()
			stopVisitors()
			k.calm.stop()
		}
	}, k.look)
}

func (k *doorkeeper) visitorTold(e visitor.Event) {
	barred, is := e.(visitor.Barred)
	if !is {
		return
	}
	k.mu.Lock()
	k.barred = append(k.barred, barred)
	k.mu.Unlock()
	k.calm.soon(doorsPause)
}

// look tells what has changed since the last look.
func (k *doorkeeper) look(ctx context.Context) {
	k.mu.Lock()
	barred := k.barred
	k.barred = nil
	k.mu.Unlock()
	for _, w := range k.s.opt.Settings.Widgets.All() {
		now := k.s.doorsOf(w)
		var to []live.Topic
		if !bytes.Equal(k.told[w.ID], now.open) {
			k.told[w.ID] = now.open
			to = append(to, aboutWidget(w.ID))
		}
		for _, b := range barred {
			if b.Widget == w.ID {
				to = append(to, aboutVisitor(b.Visitor))
			}
		}
		if len(to) > 0 { // to none would be to everybody
			k.s.tell("widget.changed", func(v *viewer) json.RawMessage { return v.doorsChanged(w.ID, now) }, to...)
		}
	}
}

// widgetNews is about what a page is told of its widget.
const widgetNews = "widget"

func (v *viewer) doorsChanged(of routing.WidgetID, now shownDoors) json.RawMessage {
	if v.as != visitorView || v.visit.widget != of {
		return nil
	}
	return v.news(widgetNews, v.doorsFor(now))
}

// doorsFor is what a page may read of its widget's doors: for who is kept out all are
// shut.
func (v *viewer) doorsFor(now shownDoors) json.RawMessage {
	if v.s.opt.Visitors.Banned(v.visitor) {
		return now.shut
	}
	return now.open
}

// calm calls changed a little after something was said to have changed, once for all
// that comes meanwhile.
type calm struct {
	clock   clock.Clock
	changed func()

	mu      sync.Mutex
	waiting clock.Timer
	ticking clock.Timer
	over    bool
}

func newCalm(c clock.Clock, changed func()) *calm { return &calm{clock: c, changed: changed} }

func (c *calm) soon(pause time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != nil || c.over {
		return
	}
	c.waiting = c.clock.AfterFunc(pause, func() {
		c.mu.Lock()
		c.waiting = nil
		over := c.over
		c.mu.Unlock()
		if !over {
			c.changed()
		}
	})
}

// every calls changed again and again.
func (c *calm) every(pause time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.ticking = c.clock.AfterFunc(pause, func() {
		c.changed()
		c.every(pause)
	})
}

func (c *calm) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for _, timer := range []clock.Timer{c.waiting, c.ticking} {
		if timer != nil {
			timer.Stop()
		}
	}
}
