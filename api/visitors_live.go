package api

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"sufler/api/live"
	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/visitor"
)

// visitorsPause is how long what visitors do is gathered: people click fast, and a desk
// shows where they are now.
const visitorsPause = 500 * time.Millisecond

// visitorsTopic are the desks that show who is on the pages.
const visitorsTopic live.Topic = "visitors"

type visitorsData struct {
	On bool `json:"on"`
}

// list is the visitors that a desk's page shows, under the viewer's lock.
type list struct {
	shown  map[routing.VisitorID]bool
	making bool                       // the list is being made ...
	gone   map[routing.VisitorID]bool // ... and who left meanwhile
}

// watchVisitors lets a desk show who is on the pages, or shows it no more.
func (v *viewer) watchVisitors(_ context.Context, data visitorsData) (any, error) {
	o := v.reader()
	if !data.On || people.Reach(o, people.VisitorRead) == "" {
		v.conn.Part(visitorsTopic)
		return nil, nil
	}
	v.mu.Lock()
	v.visitors = list{shown: map[routing.VisitorID]bool{}, making: true, gone: map[routing.VisitorID]bool{}}
	v.mu.Unlock()
	v.conn.JoinWith(func() []live.Event {
		here := v.s.visitorsFor(o)
		v.mu.Lock()
		defer v.mu.Unlock()
		here.Visitors = slices.DeleteFunc(here.Visitors, func(one VisitorHere) bool { return v.visitors.gone[one.ID] })
		for _, one := range here.Visitors {
			v.visitors.shown[one.ID] = true
		}
		v.visitors.making, v.visitors.gone = false, nil
		return []live.Event{whole("visitors.snapshot", mustJSON(here))}
	}, visitorsTopic)
	return nil, nil
}

// visitorChanged returns what a desk is told of a visitor whom its person may see.
func (v *viewer) visitorChanged(i visitor.Info) json.RawMessage {
	sight := v.s.sightOf(v.reader())
	if v.as != deskView || !sight.sees(i) {
		return nil
	}
	v.mu.Lock()
	v.visitors.shown[i.Visitor.ID] = true
	v.mu.Unlock()
	return mustJSON(sight.object(i))
}

// visitorHidden returns that a visitor is gone for a desk that shows one whom its person
// may not see any more.
func (v *viewer) visitorHidden(i visitor.Info, left json.RawMessage) json.RawMessage {
	if v.as != deskView || v.s.sightOf(v.reader()).sees(i) {
		return nil
	}
	return v.visitorLeft(i.Visitor.ID, left)
}

// visitorLeft returns that a visitor whom the desk shows is gone.
func (v *viewer) visitorLeft(id routing.VisitorID, left json.RawMessage) json.RawMessage {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.visitors.making {
		v.visitors.gone[id] = true
	}
	if !v.visitors.shown[id] {
		return nil
	}
	delete(v.visitors.shown, id)
	return left
}

// crowd gathers what happens to visitors, so that desks are told twice a second where
// each is and not of each step.
type crowd struct {
	s     *Server
	clock clock.Clock

	mu      sync.Mutex
	changed map[routing.VisitorID]bool
	waiting clock.Timer
	over    bool
}

// followVisitors tells desks of visitors.
func (s *Server) followVisitors() (stop func()) {
	c := &crowd{s: s, clock: s.opt.Clock, changed: map[routing.VisitorID]bool{}}
	stopWatch := s.opt.Visitors.Watch(func(e visitor.Event) {
		switch e := e.(type) {
		case visitor.Changed:
			c.note(e.Info.Visitor.ID)
		case visitor.Left:
			c.note(e.Visitor)
		case visitor.Barred, visitor.Introduced, visitor.Seen, visitor.Told:
		}
	})
	return func() { stopWatch(); c.stop() }
}

func (c *crowd) note(id routing.VisitorID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed[id] = true
	if c.waiting == nil && !c.over {
		c.waiting = c.clock.AfterFunc(visitorsPause, c.tell)
	}
}

// tell tells the desks that show visitors where those are now of whom something was
// noted.
func (c *crowd) tell() {
	c.mu.Lock()
	changed := c.changed
	c.changed, c.waiting = map[routing.VisitorID]bool{}, nil
	over := c.over
	c.mu.Unlock()
	if over {
		return
	}
	for id := range changed {
		left := mustJSON(struct {
			ID routing.VisitorID `json:"id"`
		}{id})
		info, here := c.s.opt.Visitors.Info(id)
		if !here {
			c.s.tell("visitor.left", func(v *viewer) json.RawMessage { return v.visitorLeft(id, left) }, visitorsTopic)
			continue
		}
		c.s.tell("visitor.changed", func(v *viewer) json.RawMessage { return v.visitorChanged(info) }, visitorsTopic)
		c.s.tell("visitor.left", func(v *viewer) json.RawMessage { return v.visitorHidden(info, left) }, visitorsTopic)
	}
}

func (c *crowd) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.waiting != nil {
		c.waiting.Stop()
	}
}
