package people

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/capacity"
	"sufler/routing/queue"
)

// team is a presence on the demo's people.
type team struct {
	*house
	*Presence
	hands *hands
}

func newTeam(t *testing.T) team {
	t.Helper()
	h := open(t, demo)
	p := NewPresence(PresenceOptions{Directory: h.dir, Clock: h.clock})
	t.Cleanup(p.Close)
	return team{h, p, h.clock}
}

// show is everybody in one line: who, how, for how long; "/" is a registered phone.
func (t team) show() string {
	t.Helper()
	var line []string
	for _, m := range t.Members() {
		phone := ""
		if m.PhoneRegistered {
			phone = "/"
		}
		one := fmt.Sprintf("%s%s %s %s", m.Name, phone, m.Status, t.hands.Now().Sub(m.Since))
		if m.Call.ID != "" {
			one += fmt.Sprintf(" %s(%s)", m.Queue, m.Call.With)
		}
		if m.SupervisedBy.ID != "" {
			one += fmt.Sprintf(" %s by %s", m.SupervisedBy.Mode, m.SupervisedBy.Name)
		}
		line = append(line, one)
	}
	return strings.Join(line, ", ")
}

func (t team) want(line string) {
	t.Helper()
	if got := t.show(); got != line {
		t.Errorf("got  %s\nwant %s", got, line)
	}
}

func (t team) candidate(login string) queue.Candidate {
	t.Helper()
	c, ok := t.Candidate(t.id(login))
	if !ok {
		t.Fatalf("%s is no candidate", login)
	}
	return c
}

// canTake asks the rules about an operator.
func (t team) canTake(login string, channel routing.Channel) capacity.Code {
	t.Helper()
	return capacity.CanTake(t.candidate(login).Person, capacity.Want{Channel: channel})
}

// in puts an operator into a call as agent, and Sofia as supervisor when mode is set.
func (t team) in(id routing.CallID, login string, state call.PartyState, mode routing.Mode) {
	s := call.Snapshot{
		Call: id, Queue: "Orders", State: call.StateTalking, StartedAt: t.hands.Now(), TalkedAt: t.hands.Now(),
		Parties: []call.Party{
			{ID: "c", Role: routing.Client, State: call.OnLine, Name: "Jan", Number: "+420777000001"},
			{ID: "a", Role: routing.Agent, State: state, Operator: t.id(login), Since: t.hands.Now()},
		},
	}
	if mode != 0 {
		s.Parties = append(s.Parties, call.Party{
			ID: "s", Role: routing.Supervisor, Mode: mode, State: call.OnLine, Operator: t.id("sofia"), Name: "Sofia", Since: t.hands.Now(),
		})
	}
	t.CallChanged(s)
}

func (t team) over(id routing.CallID) {
	t.CallChanged(call.Snapshot{Call: id, State: call.StateEnded})
}

// Anna is online while a desk is open, Boris also while his phone is registered.
func TestOnlineFollowsDeskAndPhone(t *testing.T) {
	p := newTeam(t)
	online := func(login string, want bool) {
		t.Helper()
		if c := p.candidate(login); (c.Status == capacity.Online) != want {
			t.Errorf("%s: got %+v, want online %v", login, c, want)
		}
	}
	p.want("Anna offline 0s, Boris offline 0s, Sofia offline 0s")
	p.PhoneChanged("101", true)
	p.PhoneChanged("102", true)
	online("anna", false)
	online("boris", true)
	p.want("Anna/ offline 0s, Boris/ online 0s, Sofia offline 0s")

	p.DeskOpened(p.id("anna"))
	p.DeskOpened(p.id("anna"))
	p.DeskClosed(p.id("anna"))
	online("anna", true)
	p.DeskClosed(p.id("anna"))
	p.DeskClosed(p.id("anna")) // one too many changes nothing
	online("anna", false)
	p.DeskOpened(p.id("anna"))
	online("anna", true)

	p.must(p.SetStatus(p.id("boris"), Pause, ""))
	online("boris", false)
	p.hands.move(time.Minute)
	p.want("Anna/ online 1m0s, Boris/ pause 1m0s, Sofia offline 1m0s")
	p.PhoneChanged("102", false)
	p.want("Anna/ online 1m0s, Boris offline 0s, Sofia offline 1m0s")
	p.PhoneChanged("102", true)
	p.want("Anna/ online 1m0s, Boris/ pause 0s, Sofia offline 1m0s") // the choice is kept
	for _, s := range []Status{0, Offline, Ringing, Talking, WrapUp} {
		p.mustRefuse(p.SetStatus(p.id("anna"), s, ""), routing.Refuse(routing.Invalid, "status_unknown"))
	}
	p.mustRefuse(p.SetStatus("nobody", Online, ""), errUnknown)
}

// Where somebody rings follows their choice, what is registered and what holds the sound.
func TestDevicesFollowTheChoiceOfWhereToAnswer(t *testing.T) {
	p := newTeam(t)
	anna := p.id("anna")
	p.PhoneChanged("101", true)
	p.DeskOpened(anna)
	p.SetSound(anna, true)
	for on, want := range map[routing.AnswerOn]routing.Devices{
		routing.AnswerBrowser: {Browser: true, Extension: "101"},
		routing.AnswerPhone:   {Phone: true, Extension: "101"},
		routing.AnswerBoth:    {Browser: true, Phone: true, Extension: "101"},
	} {
		want.AnswerOn = on
		p.must(p.dir.SetAnswerOn(t.Context(), anna, on))
		if got, err := p.Devices(anna); got != want || err != nil {
			t.Errorf("%s: got %+v, %v, want %+v", on, got, err, want)
		}
		if got := p.candidate("anna").Devices; got != want {
			t.Errorf("%s: got %+v for the queue, want %+v", on, got, want)
		}
		if m, _ := p.Member(anna); m.AnswerOn != on || !m.Sound || !m.PhoneRegistered {
			t.Errorf("%s: got member %+v", on, m)
		}
	}
	p.must(p.dir.SetAnswerOn(t.Context(), anna, routing.AnswerBoth))
	p.DeskClosed(anna) // the page that held the sound went with it
	p.PhoneChanged("101", false)
	if got, err := p.Devices(anna); got.Any() || err != nil {
		t.Errorf("got %+v, %v with no desk and no phone", got, err)
	}
	for _, id := range []routing.OperatorID{"nobody", p.id("boris")} {
		p.must(p.dir.UpdateOperator(t.Context(), inactive(p.house, "boris")))
		_, err := p.Devices(id)
		p.mustRefuse(err, errUnknown)
	}
}

func TestWhoAnswersInTheBrowserOnlyIsNotOnlineByThePhone(t *testing.T) {
	p := newTeam(t)
	p.must(p.dir.SetAnswerOn(t.Context(), p.id("boris"), routing.AnswerBrowser))
	p.PhoneChanged("102", true)
	if c := p.candidate("boris"); c.Status != capacity.Offline || c.Devices.Any() {
		t.Errorf("got %+v", c)
	}
	p.want("Anna offline 0s, Boris/ offline 0s, Sofia offline 0s")
	p.DeskOpened(p.id("boris"))
	if c := p.candidate("boris"); c.Status != capacity.Online || c.Devices.Any() {
		t.Errorf("got %+v with a desk that has no sound", c)
	}
}

func TestTheChoiceOfWhereToAnswerIsKept(t *testing.T) {
	h := open(t, demo)
	for _, o := range h.dir.Operators() {
		if o.AnswerOn != routing.AnswerBoth {
			t.Errorf("%s answers on %s at first, want both", o.Login, o.AnswerOn)
		}
	}
	h.must(h.dir.SetAnswerOn(t.Context(), h.id("anna"), routing.AnswerBrowser))
	h.openAgain(demo)
	if o, _ := h.dir.ByLogin("anna"); o.AnswerOn != routing.AnswerBrowser {
		t.Errorf("got %s, want browser", o.AnswerOn)
	}
	h.mustRefuse(h.dir.SetAnswerOn(t.Context(), "nobody", routing.AnswerPhone), errUnknown)
	for _, no := range []routing.AnswerOn{0, routing.AnswerBoth + 1} {
		h.mustRefuse(h.dir.SetAnswerOn(t.Context(), h.id("anna"), no), routing.Refuse(routing.Invalid, "request_invalid"))
	}
}

func TestTheTeamPageFollowsACall(t *testing.T) {
	p := newTeam(t)
	p.PhoneChanged("101", true)
	p.DeskOpened(p.id("anna"))
	p.in("1", "anna", call.Ringing, 0)
	p.hands.move(3 * time.Second)
	p.want("Anna/ ringing 3s Orders(Jan), Boris offline 3s, Sofia offline 3s")
	p.in("1", "anna", call.OnLine, 0)
	p.in("2", "anna", call.Ringing, 0) // the call on the line is the one that shows
	p.want("Anna/ talking 0s Orders(Jan), Boris offline 3s, Sofia offline 3s")
	p.in("1", "anna", call.OnLine, routing.Whisper)
	p.want("Anna/ talking 0s Orders(Jan) whisper by Sofia, Boris offline 3s, Sofia talking 0s Orders(Jan)")
	if code := capacity.HasRoom(p.candidate("sofia").Load, routing.ChatChannel); code != capacity.InCall {
		t.Errorf("got %q of a supervisor in a call", code)
	}
	p.over("2")
	p.over("1")
	p.hands.move(time.Second)
	p.want("Anna/ online 1s, Boris offline 4s, Sofia offline 1s")
	if n := len(p.calls); n != 0 {
		t.Errorf("%d ended calls are kept", n)
	}
	p.in("3", "boris", call.Gone, 0)
	p.want("Anna/ online 1s, Boris offline 4s, Sofia offline 1s")
}

func TestALineThatBreaksAndComesBackIsTheSameTalk(t *testing.T) {
	p := newTeam(t)
	p.PhoneChanged("101", true)
	p.DeskOpened(p.id("anna"))
	p.in("1", "anna", call.OnLine, 0)
	p.hands.move(3 * time.Second)
	p.in("1", "anna", call.Lost, 0)
	p.want("Anna/ talking 3s Orders(Jan), Boris offline 3s, Sofia offline 3s")
	p.in("1", "anna", call.OnLine, 0)
	p.want("Anna/ talking 3s Orders(Jan), Boris offline 3s, Sofia offline 3s")
}

func TestIdleBeginsWhenATalkEndsNotWhenACallWasMissed(t *testing.T) {
	p := newTeam(t)
	idle := func(login string, want time.Duration) {
		t.Helper()
		if c := p.candidate(login); p.hands.Now().Sub(c.IdleSince) != want {
			t.Errorf("%s: idle for %s, want %s", login, p.hands.Now().Sub(c.IdleSince), want)
		}
	}
	p.hands.move(time.Hour)
	p.PhoneChanged("102", true)
	idle("boris", 0) // coming online
	p.hands.move(time.Minute)
	p.in("1", "boris", call.Ringing, 0)
	p.over("1")
	idle("boris", time.Minute)
	p.Reserve(p.id("boris"), ofCallback("place"))
	p.Release(p.id("boris"), "place")
	idle("boris", time.Minute)
	p.in("2", "boris", call.OnLine, 0)
	p.hands.move(time.Minute)
	p.over("2")
	idle("boris", 0)
	p.hands.move(time.Second)
	p.must(p.SetStatus(p.id("boris"), Busy, ""))
	p.must(p.SetStatus(p.id("boris"), Online, ""))
	idle("boris", 0)
}

func TestAnOperatorIsReservedForOneCallAtATime(t *testing.T) {
	p := newTeam(t)
	anna := p.id("anna")
	p.DeskOpened(anna)
	for i, want := range []struct {
		place routing.PlaceID
		code  capacity.Code
	}{{"1", ""}, {"1", ""}, {"2", capacity.ConversationOpen}} {
		if got := p.Reserve(anna, ofCallback(want.place)); got != want.code {
			t.Errorf("reservation %d, for place %s: got %q, want %q", i, want.place, got, want.code)
		}
	}
	p.Release(anna, "2")
	if p.Reserve(anna, ofCallback("2")) == "" {
		t.Error("a foreign release freed her")
	}
	p.in("c", "anna", call.Ringing, 0)
	p.Release(anna, "1")
	if p.Reserve(anna, ofCallback("2")) == "" {
		t.Error("free in a call")
	}
	p.over("c")
	if code := p.Reserve(anna, ofCallback("2")); code != "" {
		t.Errorf("got %q after the call", code)
	}
	if p.Reserve("nobody", ofCallback("3")) == "" || p.Reserve(p.id("sofia"), ofCallback("")) == "" {
		t.Error("reserved nobody, or for no place")
	}
}

// ofCallback is the reservation for a place of somebody who is to be phoned.
func ofCallback(place routing.PlaceID) queue.Reservation {
	return queue.Reservation{Place: place, Want: capacity.Want{Channel: routing.CallbackChannel}}
}

func TestCandidatesAreTheActiveOfTheGroups(t *testing.T) {
	p := newTeam(t)
	names := func(groups ...routing.GroupName) string {
		var all []string
		for _, c := range p.Candidates(groups) {
			all = append(all, c.Operator.Name)
		}
		return strings.Join(all, " ")
	}
	for want, groups := range map[string][]routing.GroupName{
		"Anna Boris": {"orders"}, "Sofia": {"service", "nothing"}, "Anna Boris Sofia": {"service", "orders"}, "": {"nothing"},
	} {
		if got := names(groups...); got != want {
			t.Errorf("%v: got %q, want %q", groups, got, want)
		}
	}
	told := 0
	defer p.Watch(func() { told++ })()
	p.must(p.dir.UpdateOperator(t.Context(), inactive(p.house, "boris")))
	if got := names("orders"); got != "Anna" || told != 1 {
		t.Errorf("got %q, told %d times", got, told)
	}
	if _, ok := p.Candidate(p.id("boris")); ok {
		t.Error("somebody inactive is a candidate")
	}
	if _, ok := p.Member(p.id("boris")); ok {
		t.Error("somebody inactive is a member")
	}
	anna, _ := p.dir.ByLogin("anna")
	anna.Groups = []routing.GroupName{"service"}
	p.must(p.dir.UpdateOperator(t.Context(), anna))
	if got := names("service"); got != "Anna Sofia" || told != 2 {
		t.Errorf("got %q, told %d times", got, told)
	}
}

func TestWatchersHearEachChangeOnceAndInOrder(t *testing.T) {
	p := newTeam(t)
	var heard []string
	stop := p.WatchMembers(func(m Member) { heard = append(heard, fmt.Sprint(m.Name, " ", m.Status, " ", m.PhoneRegistered)) })
	changes := 0
	defer p.Watch(func() { changes++ })()
	p.PhoneChanged("102", true)
	p.PhoneChanged("102", true)
	p.Reserve(p.id("boris"), ofCallback("1")) // the team page does not show it, the queue must know
	p.Release(p.id("boris"), "1")
	stop()
	p.PhoneChanged("102", false)
	if got := strings.Join(heard, ", "); got != "Boris online true" {
		t.Errorf("got %s", got)
	}
	if changes != 4 {
		t.Errorf("got %d changes, want 4", changes)
	}
}
