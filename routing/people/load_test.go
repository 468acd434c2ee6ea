package people

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// chats are open sessions by their names; one that begins with "-" waits for OK.
func (t team) chats(login string, names ...string) {
	t.Helper()
	var open []OpenSession
	for _, name := range names {
		s := OpenSession{Session: routing.SessionID(name), Channel: routing.ChatChannel, Since: t.hands.Now()}
		if name[0] == '-' {
			s.Session, s.WrapUp = s.Session[1:], true
		}
		open = append(open, s)
	}
	t.SessionsChanged(t.id(login), open)
}

func ofChat(place routing.PlaceID, session routing.SessionID) queue.Reservation {
	return queue.Reservation{Place: place, Session: session, Want: capacity.Want{Channel: routing.ChatChannel}}
}

// I004, M002, M184, M185: full makes busy, OK makes free; nobody chooses anything.
func TestFullMakesBusyAndOKMakesFree(t *testing.T) {
	p := newTeam(t)
	p.DeskOpened(p.id("anna"))
	status := func(want Status, chats, wrapUps int) {
		t.Helper()
		m, _ := p.Member(p.id("anna"))
		if m.Status != want || m.Chosen != Online || m.Chats != chats || m.ChatLimit != 3 || m.WrapUps != wrapUps {
			t.Errorf("got %s (chosen %s) with %d of %d chats, %d to finish, want %s with %d, %d", m.Status, m.Chosen, m.Chats, m.ChatLimit, m.WrapUps, want, chats, wrapUps)
		}
	}
	p.chats("anna", "a", "b")
	status(Online, 2, 0)
	p.chats("anna", "a", "b", "c")
	status(Busy, 3, 0)
	p.hands.move(time.Minute)
	p.chats("anna", "a", "b", "-c")
	status(WrapUp, 3, 1)
	if m, _ := p.Member(p.id("anna")); !m.WrapUpSince.Equal(p.hands.Now()) || !m.Since.Equal(p.hands.Now()) {
		t.Errorf("got a wrap-up since %s, the status since %s", m.WrapUpSince, m.Since)
	}
	if code := p.canTake("anna", routing.ChatChannel); code != capacity.WrapUpOpen {
		t.Errorf("got %q with a chat to finish", code)
	}
	p.chats("anna", "a", "b")
	status(Online, 2, 0)
	p.chats("anna", "-a", "-b")
	status(Online, 2, 2) // a third chat goes beside them
	p.must(p.SetStatus(p.id("anna"), Busy, ""))
	if m, _ := p.Member(p.id("anna")); m.Status != Busy || m.Chosen != Busy {
		t.Errorf("got %s, chosen %s", m.Status, m.Chosen)
	}
}

// M042: the limit is each operator's own, and holds from the moment it is set.
func TestTheLimitOfChatsIsEachOperatorsOwn(t *testing.T) {
	p := newTeam(t)
	p.DeskOpened(p.id("anna"))
	for _, limit := range []int{1, 3, 10} {
		anna, _ := p.dir.ByLogin("anna")
		anna.ChatLimit = limit
		p.must(p.dir.UpdateOperator(t.Context(), anna))
		var open []string
		for i := range limit {
			if code := p.canTake("anna", routing.ChatChannel); code != "" {
				t.Errorf("limit %d: got %q for chat %d", limit, code, i+1)
			}
			open = append(open, fmt.Sprint(i))
			p.chats("anna", open...)
		}
		if code := p.canTake("anna", routing.ChatChannel); code != capacity.ChatsFull {
			t.Errorf("limit %d: got %q for one more", limit, code)
		}
	}
}

func TestAVisitorIsCountedOnceOnTheWayFromAnOfferToAnOpenSession(t *testing.T) {
	p := newTeam(t)
	anna := p.id("anna")
	p.DeskOpened(anna)
	load := func(chats, whole int) {
		t.Helper()
		if l := p.candidate("anna").Load; l.Chats != chats || l.Whole != whole {
			t.Errorf("got %+v, want %d chats and %d calls", l, chats, whole)
		}
	}
	for i, place := range []routing.PlaceID{"1", "2"} {
		if code := p.Reserve(anna, ofChat(place, routing.SessionID("s"+place))); code != "" {
			t.Fatalf("got %q for chat %d", code, i+1)
		}
	}
	load(2, 0)
	if m, _ := p.Member(anna); m.Chats != 0 || m.Status != Online {
		t.Errorf("got %d chats, %s by two offers", m.Chats, m.Status)
	}
	p.chats("anna", "s1")
	load(2, 0)
	p.Release(anna, "1")
	load(2, 0)
	p.Release(anna, "2") // nobody took it
	load(1, 0)

	p.chats("anna")
	callback := ofCallback("3")
	callback.Session = "s3"
	if code := p.Reserve(anna, callback); code != "" {
		t.Fatalf("got %q for a callback", code)
	}
	p.talk("anna", "c", "s3")
	load(0, 1)
	p.Release(anna, "3")
	load(0, 1)
	p.SessionsChanged(anna, []OpenSession{{Session: "s3", Channel: routing.CallbackChannel}})
	load(0, 1)
	p.over("c")
	p.SessionsChanged(anna, []OpenSession{{Session: "s3", Channel: routing.CallbackChannel, WrapUp: true}})
	load(0, 1)
	if code := p.canTake("anna", routing.ChatChannel); code != capacity.WrapUpOpen {
		t.Errorf("got %q after the call", code)
	}
}

// M165: who talks to a visitor they chat with is busy as in any call.
func TestAChatInWhichOneTalksTakesTheWholePerson(t *testing.T) {
	p := newTeam(t)
	p.DeskOpened(p.id("anna"))
	p.chats("anna", "s1")
	p.talk("anna", "c", "s1")
	if l := p.candidate("anna").Load; l.Chats != 0 || l.Whole != 1 {
		t.Errorf("got %+v", l)
	}
	p.over("c")
	if l := p.candidate("anna").Load; l.Chats != 1 || l.Whole != 0 {
		t.Errorf("got %+v after the call", l)
	}
}

// talk puts an operator on the line in a call of a session.
func (t team) talk(login string, id routing.CallID, session routing.SessionID) {
	t.CallChanged(call.Snapshot{
		Call: id, Session: session, Kind: routing.CallbackCall, State: call.StateTalking, StartedAt: t.hands.Now(), TalkedAt: t.hands.Now(),
		Parties: []call.Party{{ID: "a", Role: routing.Agent, State: call.OnLine, Operator: t.id(login), Since: t.hands.Now()}},
	})
}

// M023, M024, M167, D4
func TestThePolicySaysWhoComesToSomebodyWhoIsAway(t *testing.T) {
	h := open(t, demo)
	policy := DefaultPolicy
	p := NewPresence(PresenceOptions{Directory: h.dir, Clock: h.clock, Policy: func(routing.Operator) Policy { return policy }})
	t.Cleanup(p.Close)
	anna := h.id("anna")
	p.DeskOpened(anna)
	can := func(web, forwarded capacity.Code) {
		t.Helper()
		c, _ := p.Candidate(anna)
		if got := capacity.CanTake(c.Person, capacity.Want{Channel: routing.ChatChannel}); got != web {
			t.Errorf("from the web: got %q, want %q", got, web)
		}
		if got := capacity.CanTake(c.Person, capacity.Want{Channel: routing.ChatChannel, Forwarded: true}); got != forwarded {
			t.Errorf("forwarded: got %q, want %q", got, forwarded)
		}
	}
	can("", "")
	h.must(p.SetStatus(anna, Pause, "  lunch  "))
	if m, _ := p.Member(anna); m.Status != Pause || m.Reason != "lunch" || m.Unanswered {
		t.Errorf("got %+v", m)
	}
	can(capacity.OperatorAway, "")
	if code := p.Reserve(anna, ofChat("1", "")); code != capacity.OperatorAway {
		t.Errorf("got %q", code)
	}
	told := 0
	defer p.Watch(func() { told++ })()
	policy = Policy{AwayWeb: true}
	p.PolicyChanged()
	if told != 1 {
		t.Errorf("watchers were told %d times of a new policy", told)
	}
	can("", capacity.OperatorAway)
	p.DeskClosed(anna)
	can(capacity.OperatorOffline, capacity.OperatorOffline)
	h.mustRefuse(p.SetStatus(anna, Pause, "a\x00b"), routing.Refuse(routing.Invalid, "request_invalid"))
}

// I032: going away ends nothing.
func TestWhoGoesAwayKeepsTheirOpenChats(t *testing.T) {
	p := newTeam(t)
	p.DeskOpened(p.id("anna"))
	p.chats("anna", "a", "b")
	p.must(p.SetStatus(p.id("anna"), Pause, ""))
	if m, _ := p.Member(p.id("anna")); m.Chats != 2 || m.Status != Pause {
		t.Errorf("got %d chats, %s", m.Chats, m.Status)
	}
}

func TestWhoMissesThreeOffersInARowIsSetToPause(t *testing.T) {
	p := newTeam(t)
	anna := p.id("anna")
	p.DeskOpened(anna)
	status := func(want Status, unanswered bool) {
		t.Helper()
		if m, _ := p.Member(anna); m.Status != want || m.Unanswered != unanswered {
			t.Errorf("got %s, unanswered %v, want %s, %v", m.Status, m.Unanswered, want, unanswered)
		}
	}
	p.Missed(anna)
	p.Missed(anna)
	p.Answered(anna)
	p.Missed(anna)
	p.Missed(anna)
	status(Online, false)
	p.in("1", "anna", call.OnLine, 0)
	p.Missed(anna) // nobody is paused in a call
	p.over("1")
	status(Online, false)
	p.Missed(anna)
	status(Pause, true)
	p.must(p.SetStatus(anna, Online, ""))
	p.Missed(anna)
	status(Online, false)
	p.must(p.SetStatus(anna, Pause, "lunch"))
	for range 3 {
		p.Missed(anna)
	}
	if m, _ := p.Member(anna); m.Unanswered || m.Reason != "lunch" {
		t.Errorf("got %+v: the pause is her own", m)
	}
	p.Missed("nobody")
}

func TestIdleBeginsWithEachVisitorTakenOrFinished(t *testing.T) {
	p := newTeam(t)
	p.DeskOpened(p.id("anna"))
	idle := func(want time.Duration) {
		t.Helper()
		if c := p.candidate("anna"); p.hands.Now().Sub(c.IdleSince) != want {
			t.Errorf("idle for %s, want %s", p.hands.Now().Sub(c.IdleSince), want)
		}
	}
	p.hands.move(time.Minute)
	p.Reserve(p.id("anna"), ofChat("1", "a"))
	idle(time.Minute) // an offer is no work
	p.chats("anna", "a")
	idle(0)
	p.hands.move(time.Minute)
	p.chats("anna", "-a")
	idle(time.Minute)
	p.chats("anna")
	idle(0)
}

// I003: whatever is offered, taken, ended and confirmed in whatever order, what the
// rules are told is what an independent list of it says.
func TestTheLoadIsWhatIsOpen(t *testing.T) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := newTeam(t)
		anna := p.id("anna")
		p.DeskOpened(anna)
		visitors := map[routing.SessionID]*visitor{}
		for step := range 150 {
			id := routing.SessionID(fmt.Sprint(r.IntN(6)))
			if visitors[id] == nil {
				visitors[id] = &visitor{}
			}
			visitors[id].disturb(p, anna, id, r)
			var open []OpenSession
			for id, v := range visitors {
				if v.open {
					open = append(open, OpenSession{Session: id, Channel: v.channel, WrapUp: v.ended})
				}
			}
			p.SessionsChanged(anna, open)
			want := loadOf(visitors)
			want.Limit = capacity.DefaultChats
			if got := p.candidate("anna").Load; got != want {
				t.Fatalf("seed %d, step %d: got %+v, want %+v", seed, step, got, want)
			}
		}
	}
}

// visitor is what goes on with one visitor at one operator.
type visitor struct {
	channel           routing.Channel
	held, open, ended bool
	talks             bool
}

func (v *visitor) disturb(p team, anna routing.OperatorID, id routing.SessionID, r *rand.Rand) {
	place := routing.PlaceID("place " + id)
	switch {
	case !v.held && !v.open:
		v.channel = []routing.Channel{routing.ChatChannel, routing.ChatChannel, routing.VideoChannel, routing.InvitationChannel}[r.IntN(4)]
		v.held = p.Reserve(anna, queue.Reservation{Place: place, Session: id, Want: capacity.Want{Channel: v.channel}}) == ""
	case v.held && !v.open:
		v.open = r.IntN(3) > 0
		if !v.open {
			v.held = false
			p.Release(anna, place)
		}
	case v.held:
		v.held = false
		p.Release(anna, place)
	case v.talks:
		v.talks = false
		p.over(routing.CallID("call " + id))
	case !v.ended && r.IntN(3) == 0:
		v.talks = true
		p.talk("anna", routing.CallID("call "+id), id)
	case !v.ended:
		v.ended = true
	default:
		*v = visitor{}
	}
}

func loadOf(visitors map[routing.SessionID]*visitor) capacity.Load {
	l := capacity.Load{Limit: capacity.DefaultChats}
	for _, v := range visitors {
		whole := v.talks || slices.Contains([]routing.Channel{routing.VideoChannel}, v.channel)
		switch {
		case !v.held && !v.open:
		case whole:
			l.Whole++
			if v.ended && !v.talks {
				l.WholeWrapUps++
			}
		default:
			l.Chats++
			if v.ended {
				l.ChatWrapUps++
			}
		}
	}
	return l
}
