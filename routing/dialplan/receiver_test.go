package dialplan

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is an exchange with scripted legs.
type office struct {
	*testing.T
	x *call.Exchange
	r *Receiver

	mu     sync.Mutex
	dialed []*leg
	plans  []mixer.Plan
	refuse error
}

type leg struct {
	id   routing.LegID
	req  routing.DialRequest
	sink func(routing.Signal)

	mu   sync.Mutex
	told []routing.Command
	over bool
}

func (l *leg) ID() routing.LegID { return l.id }

func (l *leg) Do(c routing.Command) {
	l.mu.Lock()
	l.told = append(l.told, c)
	l.mu.Unlock()
	switch c := c.(type) {
	case routing.Answer:
		l.say(routing.Answered{Port: 7})
	case routing.Hangup:
		l.end(c.Cause)
	}
}

func (l *leg) say(e routing.LegEvent) { l.sink(routing.Signal{Leg: l.id, Event: e}) }

func (l *leg) end(cause routing.Cause) {
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if !over {
		l.say(routing.Ended{Cause: cause})
	}
}

func (l *leg) wasTold(c routing.Command) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.told, c)
}

func inOffice(t *testing.T, test func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &office{T: t}
		o.x = call.NewExchange(call.Options{Dialler: o, Plane: o, Journal: o})
		o.r = NewReceiver(Answering{Plan: testPlan(t), Exchange: o.x, Operator: o.operator, Caller: "+420222111000"})
		test(o)
		if err := o.x.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func (o *office) operator(e routing.Extension) (routing.Operator, bool) {
	return routing.Operator{ID: "op-" + routing.OperatorID(e), Name: "Anna " + string(e), Phone: e}, e != "101"
}

func (o *office) Apply(p mixer.Plan) {
	o.mu.Lock()
	o.plans = append(o.plans, p)
	o.mu.Unlock()
	o.x.Handle(mixer.Applied{Call: p.Call, Epoch: p.Epoch})
}

func (o *office) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse != nil {
		return nil, o.refuse
	}
	l := &leg{id: req.Leg, req: req, sink: sink}
	o.dialed = append(o.dialed, l)
	return l, nil
}

func (o *office) Add(routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) {}

func (o *office) Commit(context.Context, routing.SessionID, routing.CallID, string, routing.Audience, routing.Fact) error {
	return nil
}

// rings lets somebody call us and returns the caller's and the called leg.
func (o *office) rings(in routing.Inbound) (from, to *leg) {
	o.Helper()
	from = &leg{id: routing.NewID[routing.LegID]()}
	in.Leg = from
	var early []routing.Signal
	from.sink = func(s routing.Signal) { early = append(early, s) }
	sink, err := o.r.Receive(in)
	if err != nil {
		o.Fatal(err)
	}
	synctest.Wait()
	from.sink = sink
	for _, s := range early {
		sink(s)
	}
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.dialed) == 0 {
		return from, nil
	}
	return from, o.dialed[len(o.dialed)-1]
}

func (o *office) only() call.Snapshot {
	o.Helper()
	synctest.Wait()
	running := o.x.Running()
	if len(running) != 1 {
		o.Fatalf("got %d calls, want 1", len(running))
	}
	return running[0]
}

func TestAPhoneCallsAPhone(t *testing.T) {
	inOffice(t, func(o *office) {
		from, to := o.rings(routing.Inbound{Phone: "101", FromNumber: "101", To: "102"})
		if !from.wasTold(routing.Ring{}) || to.req.To.Person != "op-102" || to.req.FromName != "101" || to.req.FromNumber != "101" || to.req.Class != mixer.Staff {
			t.Errorf("got %+v", to.req)
		}
		if from.wasTold(routing.Answer{Class: mixer.Outside}) {
			t.Error("the caller is answered before the called phone")
		}
		to.say(routing.Answered{Port: 8})
		s := o.only()
		if s.State != call.StateTalking || s.Kind != routing.InternalCall || !from.wasTold(routing.Answer{Class: mixer.Outside}) {
			t.Errorf("got %+v", s)
		}
		from.end(routing.HungUp)
		synctest.Wait()
		if !to.over || len(o.x.Running()) != 0 {
			t.Error("the called phone is left")
		}
	})
}

func TestAPhoneThatIsNobodysRingsItself(t *testing.T) {
	inOffice(t, func(o *office) {
		_, to := o.rings(routing.Inbound{Phone: "102", FromNumber: "102", To: "101"})
		if want := (routing.Destination{Phone: "101"}); to.req.To != want {
			t.Errorf("got %+v, want %+v", to.req.To, want)
		}
	})
}

// Whoever is outside is the client: a prompter can never be given to them.
func TestWhoeverIsOutsideIsTheClient(t *testing.T) {
	inOffice(t, func(o *office) {
		from, to := o.rings(routing.Inbound{Phone: "102", FromNumber: "102", To: "777000002"})
		if from.wasTold(routing.Answer{Class: mixer.Staff}) || to.req.Class != mixer.Outside || to.req.FromNumber != "+420222111000" {
			t.Errorf("got %+v, caller told %v", to.req, from.told)
		}
		to.say(routing.Answered{Port: 8})
		s := o.only()
		if !from.wasTold(routing.Answer{Class: mixer.Staff}) {
			t.Errorf("the caller was told %v", from.told)
		}
		client, _ := s.Party(routing.Client)
		agent, _ := s.Party(routing.Agent)
		if s.State != call.StateTalking || client.Number != "+420777000002" || agent.Operator != "op-102" {
			t.Errorf("got client %+v, agent %+v", client, agent)
		}
		to.end(routing.HungUp)
		synctest.Wait()
		if !from.over {
			t.Error("our phone is left")
		}
	})
	inOffice(t, func(o *office) {
		from, to := o.rings(routing.Inbound{Trunk: "north", FromNumber: "+420777000001", FromName: "Jan", To: "+420222111000"})
		to.say(routing.Answered{Port: 8})
		s := o.only()
		if s.Kind != routing.PhoneCall || !from.wasTold(routing.Answer{Class: mixer.Outside}) || to.req.Class != mixer.Staff || to.req.To.Person != "op-102" {
			t.Errorf("got %+v, %+v", s, to.req)
		}
	})
}

func TestTheCallerIsToldWhyNobodyAnswers(t *testing.T) {
	for _, cause := range []routing.Cause{routing.BusyHere, routing.Declined, routing.NoAnswer} {
		inOffice(t, func(o *office) {
			from, to := o.rings(routing.Inbound{Phone: "101", FromNumber: "101", To: "102"})
			to.end(cause)
			synctest.Wait()
			if !from.wasTold(routing.Hangup{Cause: cause}) || len(o.x.Running()) != 0 {
				t.Errorf("%s: got %v", cause, from.told)
			}
		})
		inOffice(t, func(o *office) {
			from, to := o.rings(routing.Inbound{Phone: "101", FromNumber: "101", To: "777000003"})
			to.end(cause)
			synctest.Wait()
			if !from.wasTold(routing.Hangup{Cause: cause}) || from.wasTold(routing.Answer{Class: mixer.Staff}) || len(o.x.Running()) != 0 {
				t.Errorf("outside, %s: got %v", cause, from.told)
			}
		})
	}
	inOffice(t, func(o *office) {
		o.refuse = routing.Refuse(routing.Conflict, "phone_unregistered", "phone", "102")
		from, _ := o.rings(routing.Inbound{Phone: "101", FromNumber: "101", To: "102"})
		if !from.wasTold(routing.Hangup{Cause: routing.Unreachable}) || len(o.x.Running()) != 0 {
			t.Errorf("got %v", from.told)
		}
	})
}

func TestARefusedCallLeavesNothing(t *testing.T) {
	inOffice(t, func(o *office) {
		for to, code := range map[string]string{"999999": "number_unknown", "+12125552368": "number_not_allowed", "155": "number_emergency"} {
			from := &leg{id: "x"}
			if _, err := o.r.Receive(routing.Inbound{Leg: from, Phone: "101", To: to}); !errors.Is(err, routing.Refuse(0, code)) {
				t.Errorf("%s: got %v, want %s", to, err, code)
			}
			if len(from.told) != 0 {
				t.Errorf("%s: the leg was told %v; the stack refuses it", to, from.told)
			}
		}
		if n := len(o.x.Running()); n != 0 {
			t.Errorf("got %d calls", n)
		}
	})
}
