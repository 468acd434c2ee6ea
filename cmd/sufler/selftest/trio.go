package selftest

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"sufler/cmd/sufler/page"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/rtc/browser"
)

// role is whose ear it is.
type role int

const (
	client role = iota
	agent
	supervisor
)

var (
	names = [...]string{client: "client", agent: "agent", supervisor: "supervisor"}
	ranks = [...]string{agent: "operator", supervisor: "supervisor"}
	tones = [...]float64{client: tone.ClientHz, agent: tone.AgentHz, supervisor: tone.SupervisorHz}
	// levels in dBFS: the supervisor is loud wherever the client must not hear him.
	levels = [...]float64{client: -20, agent: -20, supervisor: -8}
)

// device is what somebody speaks by.
type device int

const (
	byPhone device = iota
	byBrowser
)

func (d device) String() string { return [...]string{byPhone: "phone", byBrowser: "browser"}[d] }

// voice is a mouth and an ear: a telephone's call or a browser's.
type voice interface {
	Ear(hz ...float64) *tone.Ear
}

// trio is one call of three: its devices are one of the eight combinations.
type trio struct {
	house   *house
	number  string // the client's, when it is a telephone
	name    string // of its queue, group and people
	index   int
	devices [3]device

	desks  [3]*page.Page       // of agent and supervisor
	lines  []*browser.Endpoint // of who speaks by a browser
	visit  *page.Page          // of the client
	call   string
	voices [3]voice // nil: not in the call
}

// allTrios is every combination of telephones and browsers at three ears.
func allTrios() []*trio {
	all := make([]*trio, 8)
	for i := range all {
		t := &trio{index: i, name: fmt.Sprintf("trio%d", i), number: fmt.Sprintf("+42077700000%d", i+1)}
		for who := range t.devices {
			t.devices[who] = device(i >> who & 1)
		}
		all[i] = t
	}
	return all
}

func (t *trio) login(who role) string { return fmt.Sprintf("%s-%s", names[who], t.name) }

func (t *trio) extension(who role) string { return fmt.Sprintf("%d%02d", who, t.index+1) }

// connect opens the desks and brings client and agent together through the queue.
func (t *trio) connect(ctx context.Context) error {
	for _, who := range []role{agent, supervisor} {
		if err := t.open(ctx, who); err != nil {
			return fmt.Errorf("%s: %w", t.login(who), err)
		}
	}
	if err := t.ask(ctx); err != nil {
		return fmt.Errorf("%s: %w", t.login(client), err)
	}
	if err := t.accept(ctx); err != nil {
		return fmt.Errorf("%s: %w", t.login(agent), err)
	}
	if t.devices[client] == byPhone {
		c, err := t.house.ring(ctx, t.number)
		if err != nil {
			return err
		}
		t.voices[client] = c
	}
	_, err := t.desks[agent].Await(ctx, "both talk", func(e page.Event) bool {
		var c struct{ ID, State string }
		return e.Kind == "call.changed" && e.Into(&c) && c.ID == t.call && c.State == "talking"
	})
	return err
}

// open opens a desk; one that answers in the browser holds the sound.
func (t *trio) open(ctx context.Context, who role) (err error) {
	if t.desks[who], err = page.Desk(ctx, t.pages(), t.login(who), secret); err != nil {
		return err
	}
	if t.devices[who] != byBrowser {
		return nil
	}
	var taken struct{ Here bool }
	if err := t.desks[who].Say(ctx, "sound.take", map[string]bool{"force": false}, &taken); err != nil {
		return err
	}
	if !taken.Here {
		return errors.New("the page was not given the sound")
	}
	return nil
}

func (t *trio) pages() page.Options { return page.Options{Base: t.house.server.URL()} }

// ask is the client's wish: to be phoned, or to talk by the page.
func (t *trio) ask(ctx context.Context) (err error) {
	if t.devices[client] == byPhone {
		t.visit = page.Nobody(t.pages())
		return t.visit.Do(ctx, http.MethodPost, "/api/v1/callbacks", map[string]string{"number": t.number, "queue": t.name}, nil)
	}
	var talk page.Talk
	if t.visit, talk, err = page.Visitor(ctx, t.pages(), "", t.name); err != nil {
		return err
	}
	t.voices[client], err = t.carry(ctx, client, t.visit, talk.Leg)
	return err
}

// accept takes what the queue offers to the agent.
func (t *trio) accept(ctx context.Context) error {
	var offer struct{ Place struct{ ID string } }
	_, err := t.desks[agent].Await(ctx, "the queue asks the agent", func(e page.Event) bool {
		return e.Kind == "offer.made" && e.Into(&offer)
	})
	if err != nil {
		return err
	}
	var accepted struct{ Call struct{ ID string } }
	if err := t.desks[agent].Do(ctx, http.MethodPost, "/api/v1/waiting/"+offer.Place.ID+"/accept", nil, &accepted); err != nil {
		return err
	}
	t.call = accepted.Call.ID
	t.voices[agent], err = t.pickUp(ctx, agent)
	return err
}

// pickUp answers where somebody of ours answers.
func (t *trio) pickUp(ctx context.Context, who role) (voice, error) {
	if t.devices[who] == byPhone {
		return t.house.ring(ctx, t.extension(who))
	}
	var leg struct{ ID, State string }
	_, err := t.desks[who].Await(ctx, "the browser rings", func(e page.Event) bool {
		return e.Kind == "leg.changed" && e.Into(&leg) && leg.State == "rings"
	})
	if err != nil {
		return nil, err
	}
	return t.carry(ctx, who, t.desks[who], leg.ID)
}

// carry gives a leg its sound.
func (t *trio) carry(ctx context.Context, who role, p *page.Page, leg string) (voice, error) {
	e, err := browser.New(browser.Options{Sound: tone.NewSine(tones[who], levels[who])})
	if err != nil {
		return nil, err
	}
	t.lines = append(t.lines, e)
	return e, p.Carry(ctx, leg, e)
}

// supervise goes to a mode; 0 is to leave.
func (t *trio) supervise(ctx context.Context, mode routing.Mode) (err error) {
	path, wish := "/api/v1/calls/"+t.call+"/supervision", map[string]string{"mode": mode.String()}
	desk := t.desks[supervisor]
	switch {
	case mode == 0 && t.voices[supervisor] == nil:
		return nil
	case mode == 0:
		t.voices[supervisor] = nil
		return desk.Do(ctx, http.MethodDelete, path, nil, nil)
	case t.voices[supervisor] != nil:
		return desk.Do(ctx, http.MethodPatch, path, wish, nil)
	}
	if err := desk.Do(ctx, http.MethodPost, path, wish, nil); err != nil {
		return err
	}
	if t.voices[supervisor], err = t.pickUp(ctx, supervisor); err != nil {
		return err
	}
	_, err = desk.Await(ctx, "the mode holds", func(e page.Event) bool {
		var c struct {
			ID         string
			Supervisor *struct{ Mode, State string }
		}
		return e.Kind == "call.changed" && e.Into(&c) && c.ID == t.call && c.Supervisor != nil &&
			c.Supervisor.State == "talking" && c.Supervisor.Mode == mode.String()
	})
	return err
}

func (t *trio) close() {
	for _, e := range t.lines {
		_ = e.Close() // the call is over already
	}
	for _, p := range append(t.desks[:], t.visit) {
		if p != nil {
			p.Close()
		}
	}
}
