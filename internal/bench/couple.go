package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"sufler/cmd/sufler/page"
	"sufler/rtc/browser"
)

// couple is one operator's desk and the visitor of its queue.
type couple struct {
	world *world
	n     int
	desk  *page.Page
	tab   *page.Page      // of the same login; nil: none
	past  map[string]bool // places and legs that were offered to the desk before
	leg   string          // the last that rang
	call  string

	visit *page.Page // nil: no visitor
	talk  page.Talk

	visitor, operator *spotter

	mu    sync.Mutex
	lines []*browser.Endpoint // of the talk; one that answers by telephone has none
}

// openDesks opens a desk for each operator that has a queue.
func (w *world) openDesks(ctx context.Context) error {
	w.couples = make([]*couple, w.options.calls)
	for i := range w.couples {
		w.couples[i] = &couple{world: w, n: i, past: make(map[string]bool)}
	}
	return w.each(func(c *couple) (err error) {
		c.desk, err = page.Desk(ctx, w.pages(), fmt.Sprintf("desk%d", c.n), password)
		return err
	})
}

// atOnce is how many couples do something at a time.
const atOnce = 8

// each does one thing with every couple, some at a time.
func (w *world) each(do func(*couple) error) error {
	var all sync.WaitGroup
	failed := make([]error, len(w.couples))
	places := make(chan struct{}, atOnce)
	for i, c := range w.couples {
		places <- struct{}{}
		all.Go(func() {
			if err := do(c); err != nil {
				failed[i] = fmt.Errorf("desk %d: %w", i, err)
			}
			<-places
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// openTab opens one more page of the operator.
func (c *couple) openTab(ctx context.Context) (err error) {
	c.tab, err = c.desk.Again(ctx)
	return err
}

// takeSound lets calls ring at the desk.
func (c *couple) takeSound(ctx context.Context) error {
	var taken struct{ Here bool }
	if err := c.desk.Say(ctx, "sound.take", map[string]bool{"force": false}, &taken); err != nil {
		return err
	}
	if !taken.Here {
		return errors.New("the page was not given the sound")
	}
	return nil
}

// arrive opens a visitor's page that waits in the queue, without sound yet.
func (c *couple) arrive(ctx context.Context) (err error) {
	c.visit, c.talk, err = page.Visitor(ctx, c.world.pages(), "", queue(c.n))
	return err
}

// speak gives the visitor their sound.
func (c *couple) speak(ctx context.Context) error {
	c.visitor = newSpotter(operatorHz)
	return c.carry(ctx, c.visit, c.talk.Leg, browser.Options{Sound: newSteady(visitorHz), Heard: c.visitor.hear})
}

// accept takes the visitor whom the queue offers, and returns when it was asked to.
// An offer may have been withdrawn meanwhile; then another one comes.
func (c *couple) accept(ctx context.Context) (at time.Time, err error) {
	for {
		at, err = c.take(ctx)
		if r, refused := errors.AsType[*page.Refusal](err); !refused || r.Code != "place_unknown" {
			return at, err
		}
	}
}

func (c *couple) take(ctx context.Context) (at time.Time, err error) {
	var offer struct{ Place struct{ ID string } }
	_, err = c.desk.Await(ctx, "the queue asks the operator", func(e page.Event) bool {
		return e.Kind == "offer.made" && e.Into(&offer) && !c.past[offer.Place.ID]
	})
	if err != nil {
		return at, err
	}
	c.past[offer.Place.ID], at = true, time.Now()
	var accepted struct{ Call struct{ ID string } }
	if err := c.desk.Do(ctx, http.MethodPost, "/api/v1/waiting/"+offer.Place.ID+"/accept", nil, &accepted); err != nil {
		return at, err
	}
	c.call = accepted.Call.ID
	return at, nil
}

// pickUp answers at the desk; a telephone answers by itself.
func (c *couple) pickUp(ctx context.Context) error {
	var leg struct{ ID, State string }
	_, err := c.desk.Await(ctx, "the browser rings", func(e page.Event) bool {
		return e.Kind == "leg.changed" && e.Into(&leg) && leg.State == "rings" && !c.past[leg.ID]
	})
	if err != nil {
		return err
	}
	c.leg, c.past[leg.ID] = leg.ID, true
	c.operator = newSpotter(visitorHz)
	return c.carry(ctx, c.desk, c.leg, browser.Options{Sound: newSteady(operatorHz), Heard: c.operator.hear})
}

func (c *couple) carry(ctx context.Context, p *page.Page, leg string, o browser.Options) error {
	e, err := browser.New(o)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.lines = append(c.lines, e)
	c.mu.Unlock()
	return p.Carry(ctx, leg, e)
}

// meet brings a visitor, who is in the queue with sound, and the operator together.
func (c *couple) meet(ctx context.Context, byPhone bool) error {
	if _, err := c.accept(ctx); err != nil {
		return err
	}
	if !byPhone {
		if err := c.pickUp(ctx); err != nil {
			return err
		}
	}
	_, err := c.desk.Await(ctx, "both talk", func(e page.Event) bool {
		var call struct{ ID, State string }
		return e.Kind == "call.changed" && e.Into(&call) && call.ID == c.call && call.State == "talking"
	})
	return err
}

// part ends the talk from the visitor's side and waits until it is over.
func (c *couple) part(ctx context.Context) error {
	if err := c.visit.Do(ctx, http.MethodDelete, "/api/v1/talks/"+c.talk.ID, nil, nil); err != nil {
		return err
	}
	if err := over(ctx, c.visit, c.talk.Leg); err != nil {
		return err
	}
	if len(c.lines) > 1 {
		if err := over(ctx, c.desk, c.leg); err != nil {
			return err
		}
	}
	for _, e := range c.lines {
		if err := e.Close(); err != nil {
			return err
		}
	}
	c.visit.Close()
	c.mu.Lock()
	c.lines, c.visit = nil, nil
	c.mu.Unlock()
	return nil
}

// over waits until the server says that a page's leg has ended.
func over(ctx context.Context, p *page.Page, id string) error {
	_, err := p.Await(ctx, "the leg has ended", func(e page.Event) bool {
		var leg struct{ ID, State string }
		return e.Kind == "leg.changed" && e.Into(&leg) && leg.ID == id && leg.State == "ended"
	})
	return err
}

// packets are those that the browsers of this talk have sent and got so far.
func (c *couple) packets() (sent, heard uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.lines {
		n := e.Counts()
		sent, heard = sent+n.Sent, heard+n.Received
	}
	return sent, heard
}

func (c *couple) close() {
	for _, e := range c.lines {
		_ = e.Close() // the server may have gone before
	}
	for _, p := range []*page.Page{c.visit, c.tab, c.desk} {
		if p != nil {
			p.Close()
		}
	}
}
