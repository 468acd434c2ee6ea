package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sufler/routing"
)

func invitation(code string) routing.Invitation {
	return routing.Invitation{
		ID: routing.NewID[routing.InvitationID](), Code: code, TokenHash: "hash " + code, By: "anna", Queue: "Orders", Once: true,
		Created: noon, CodeExpires: noon.Add(10 * time.Minute), Expires: noon.Add(time.Hour),
	}
}

var (
	invitationWrong = routing.Refuse(routing.NotFound, "invitation_wrong")
	invitationOld   = routing.Refuse(routing.Gone, "invitation_old")
)

func (t place) invitationKeepsEveryField() {
	s := t.opened()
	i := invitation("48210937")
	ok(t.T, s.AddInvitation(t.Context(), i))
	if list := got(s.Invitations(t.Context(), "anna", noon))(t.T); !slices.Equal(list, []routing.Invitation{i}) {
		t.Fatalf("got  %+v\nwant %+v", list, i)
	}
	now := noon.Add(time.Minute)
	i.Uses, i.Visitor, i.Ended = 1, "jan", now
	if taken := got(s.TakeInvitationByCode(t.Context(), "48210937", "jan", now))(t.T); taken != i {
		t.Errorf("got  %+v\nwant %+v", taken, i)
	}
	i.Uses = 2 // the answer was lost: the same visitor asks again, now by the link
	if taken := got(s.TakeInvitationByToken(t.Context(), i.TokenHash, "jan", now.Add(time.Minute)))(t.T); taken != i {
		t.Errorf("got  %+v\nwant %+v", taken, i)
	}
	many := invitation("11112222")
	many.Once = false
	ok(t.T, s.AddInvitation(t.Context(), many))
	for n := range 3 {
		taken := got(s.TakeInvitationByCode(t.Context(), "11112222", routing.VisitorID(fmt.Sprint(n)), now))(t.T)
		if taken.Uses != n+1 || !taken.Ended.IsZero() {
			t.Errorf("use %d of one for many: got %+v", n+1, taken)
		}
	}
}

func (t place) onceHasOneWinner() {
	s := t.opened()
	for round := range 5 {
		i := invitation(fmt.Sprintf("0000000%d", round))
		ok(t.T, s.AddInvitation(t.Context(), i))
		var winners atomic.Int32
		var all sync.WaitGroup
		for n := range 10 {
			all.Go(func() {
				taker := routing.VisitorID(fmt.Sprint(n))
				take, secret := s.TakeInvitationByCode, i.Code
				if n%2 == 0 {
					take, secret = s.TakeInvitationByToken, i.TokenHash
				}
				_, err := take(t.Context(), secret, taker, noon)
				switch {
				case err == nil:
					winners.Add(1)
				case !errors.Is(err, invitationOld):
					t.Errorf("got %v, want invitation_old", err)
				}
			})
		}
		all.Wait()
		if winners.Load() != 1 {
			t.Errorf("round %d: got %d winners", round, winners.Load())
		}
	}
}

func (t place) invitationsAreRefused() {
	s := t.opened()
	i := invitation("48210937")
	ok(t.T, s.AddInvitation(t.Context(), i))
	byCode := func(code string, at time.Time) error {
		_, err := s.TakeInvitationByCode(t.Context(), code, "jan", at)
		return err
	}
	byToken := func(hash string, at time.Time) error {
		_, err := s.TakeInvitationByToken(t.Context(), hash, "jan", at)
		return err
	}
	for name, c := range map[string]struct{ err, want error }{
		"a code that nobody gave":   {byCode("48210938", noon), invitationWrong},
		"no code":                   {byCode("", noon), invitationWrong},
		"a token that nobody gave":  {byToken("hash 1", noon), invitationWrong},
		"a code whose time is over": {byCode(i.Code, i.CodeExpires), invitationOld},
		"a link whose time is over": {byToken(i.TokenHash, i.Expires), invitationOld},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: got %v, want %v", name, c.err, c.want)
		}
	}
	if taken := got(s.TakeInvitationByToken(t.Context(), i.TokenHash, "jan", i.CodeExpires))(t.T); taken.Uses != 1 {
		t.Errorf("the link outlives the code: got %+v", taken)
	}
}

func (t place) codesAreReused() {
	s := t.opened()
	old, early, next := invitation("48210937"), invitation("48210937"), invitation("48210937")
	early.TokenHash, next.TokenHash = "early", "next"
	next.Created, next.CodeExpires = old.CodeExpires, old.CodeExpires.Add(time.Minute)
	ok(t.T, s.AddInvitation(t.Context(), old))
	if err := s.AddInvitation(t.Context(), early); !errors.Is(err, routing.Refuse(routing.Conflict, "code_taken")) {
		t.Errorf("a code of two: got %v, want code_taken", err)
	}
	ok(t.T, s.AddInvitation(t.Context(), next))
	if taken := got(s.TakeInvitationByCode(t.Context(), "48210937", "jan", next.Created))(t.T); taken.ID != next.ID {
		t.Errorf("got %+v, want the later one", taken)
	}
	if taken := got(s.TakeInvitationByToken(t.Context(), old.TokenHash, "eva", next.Created))(t.T); taken.ID != old.ID || taken.Code != "" {
		t.Errorf("by the link of the first: got %+v", taken)
	}
}

func (t place) invitationsAreListed() {
	s := t.opened()
	unknown := routing.Refuse(routing.NotFound, "invitation_unknown")
	first, second, foreign := invitation("1"), invitation("2"), invitation("3")
	second.Created, foreign.By = noon.Add(time.Second), "boris"
	for _, i := range []routing.Invitation{first, second, foreign} {
		ok(t.T, s.AddInvitation(t.Context(), i))
	}
	if list := got(s.Invitations(t.Context(), "anna", noon))(t.T); !slices.Equal(list, []routing.Invitation{second, first}) {
		t.Errorf("got %+v", list)
	}
	if err := s.EndInvitation(t.Context(), foreign.ID, "anna", noon); !errors.Is(err, unknown) {
		t.Errorf("another's: got %v, want invitation_unknown", err)
	}
	ok(t.T, s.EndInvitation(t.Context(), second.ID, "anna", noon))
	if err := s.EndInvitation(t.Context(), second.ID, "anna", noon); !errors.Is(err, unknown) {
		t.Errorf("a second time: got %v, want invitation_unknown", err)
	}
	if _, err := s.TakeInvitationByCode(t.Context(), "2", "", noon); !errors.Is(err, invitationOld) {
		t.Errorf("taken back: got %v, want invitation_old", err)
	}
	if list := got(s.Invitations(t.Context(), "anna", first.Expires))(t.T); len(list) != 0 {
		t.Errorf("after their time: got %+v", list)
	}
	ok(t.T, s.DeleteInvitations(t.Context(), noon.Add(time.Minute)))
	if _, err := s.TakeInvitationByCode(t.Context(), "2", "jan", noon); !errors.Is(err, invitationWrong) {
		t.Errorf("forgotten: got %v, want invitation_wrong", err)
	}
	got(s.TakeInvitationByCode(t.Context(), "1", "jan", noon))(t.T)
}
