package invitation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
	"sufler/routing/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service on a real store in fake time.
type rig struct {
	*testing.T
	*Service
	store *store.Store
	asked int
}

func inBubble(t *testing.T, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(context.Background(), store.Options{Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		test(&rig{T: t, store: s, Service: New(Options{Store: s})})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (r *rig) invites(w Wanted) (routing.Invitation, string) {
	r.Helper()
	if w.By == "" {
		w.By = "anna"
	}
	i, secret, err := r.Invite(r.Context(), w)
	if err != nil {
		r.Fatal(err)
	}
	return i, secret
}

// tries redeems from an address that nobody has used before.
func (r *rig) tries(typed string, visitor routing.VisitorID) error {
	r.asked++
	return r.triesFrom(fmt.Sprintf("203.%d.%d.%d", r.asked>>16, r.asked>>8&255, r.asked&255), typed, visitor)
}

func (r *rig) triesFrom(address, typed string, visitor routing.VisitorID) error {
	i, err := r.Redeem(r.Context(), typed, address, visitor)
	if err == nil && i.By != "anna" {
		r.Errorf("leads to %q", i.By)
	}
	return err
}

func (r *rig) wants(what string, err error, code string) {
	r.Helper()
	if code == "" && err == nil {
		return
	}
	if refusal, ok := errors.AsType[*routing.Error](err); !ok || refusal.Code != code {
		r.Errorf("%s: got %v, want %q", what, err, code)
	}
}

func (r *rig) pass(d time.Duration) { <-time.After(d) }

// M029, M055, C 30: eight digits and a link of 128 bits lead to the operator who has
// invited, however the digits are typed.
func TestACodeAndALinkLeadToTheOperator(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{Queue: "Orders"})
		if !regexp.MustCompile(`^[0-9]{8}$`).MatchString(i.Code) || !regexp.MustCompile(`^[0-9]{4}-[0-9]{4}$`).MatchString(Shown(i.Code)) || len(secret) != 22 {
			t.Errorf("got code %q and token %q", i.Code, secret)
		}
		if i.CodeExpires.Sub(i.Created) != 10*time.Minute || i.Expires != i.CodeExpires || strings.Contains(i.TokenHash, secret) {
			t.Errorf("got %+v", i)
		}
		for n, typed := range []string{i.Code, Shown(i.Code), i.Code[:4] + " " + i.Code[4:], " " + i.Code[:4] + "\u2013" + i.Code[4:] + "\n", secret, " " + secret + " "} {
			r.wants(typed, r.tries(typed, routing.VisitorID(fmt.Sprint(n))), "")
		}
		open, err := r.Open(r.Context(), "anna")
		if err != nil || len(open) != 1 || open[0].Uses != 6 || open[0].Queue != "Orders" {
			t.Errorf("got %+v, %v", open, err)
		}
	})
}

// I023: one for once is used once; whoever used it may come again while it lasts.
func TestACodeForOnceIsUsedOnce(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{Once: true})
		r.wants("first", r.tries(i.Code, "jan"), "")
		r.wants("the same again", r.tries(i.Code, "jan"), "")
		r.wants("another", r.tries(i.Code, "eva"), "invitation_old")
		r.wants("another by the link", r.tries(secret, "eva"), "invitation_old")
		r.pass(10 * time.Minute)
		r.wants("the same when it is over", r.tries(i.Code, "jan"), "invitation_old")
	})
}

func TestOfManyWhoHaveACodeForOnceOneGetsIn(t *testing.T) {
	inBubble(t, func(r *rig) {
		for range 10 {
			i, secret := r.invites(Wanted{Once: true})
			var won atomic.Int32
			var all sync.WaitGroup
			for n := range 8 {
				typed := i.Code
				if n%2 == 0 {
					typed = secret
				}
				all.Go(func() {
					_, err := r.Redeem(r.Context(), typed, fmt.Sprintf("198.51.100.%d", n), routing.VisitorID(fmt.Sprint(n)))
					if err == nil {
						won.Add(1)
					}
				})
			}
			all.Wait()
			if won.Load() != 1 {
				t.Errorf("got %d winners", won.Load())
			}
			r.pass(wrongWithin)
		}
	})
}

// I023: the code lives ten minutes whatever the link does, the link from a minute to
// thirty days.
func TestLifeTimesHold(t *testing.T) {
	inBubble(t, func(r *rig) {
		for _, life := range []time.Duration{time.Second, -time.Hour, mostLife + time.Second} {
			_, _, err := r.Invite(r.Context(), Wanted{By: "anna", Life: life})
			r.wants(life.String(), err, "invitation_life")
		}
		month, link := r.invites(Wanted{Life: mostLife})
		short, shortLink := r.invites(Wanted{Life: time.Minute})
		r.pass(time.Minute)
		r.wants("a short one", r.tries(short.Code, "jan"), "invitation_old")
		r.wants("a short one's link", r.tries(shortLink, "jan"), "invitation_old")
		r.wants("a long one", r.tries(month.Code, "jan"), "")
		r.pass(9 * time.Minute)
		r.wants("its code after ten minutes", r.tries(month.Code, "jan"), "invitation_old")
		r.wants("its link", r.tries(link, "jan"), "")
		r.pass(mostLife - 11*time.Minute)
		r.wants("its link a minute before the end", r.tries(link, "jan"), "")
		r.pass(time.Minute)
		r.wants("its link at the end", r.tries(link, "jan"), "invitation_old")
		r.pass(keptFor + 2*cleanEvery)
		r.wants("long forgotten", r.tries(link, "jan"), "invitation_wrong")
	})
}

// A restart forgets no invitation.
func TestInvitationsOutliveARestart(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{})
		r.Service = New(Options{Store: r.store})
		r.wants("code", r.tries(i.Code, "jan"), "")
		r.wants("link", r.tries(secret, "jan"), "")
	})
}

func TestAnInvitationIsTakenBackByItsOperatorOnly(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{})
		r.wants("another's", r.TakeBack(r.Context(), i.ID, "boris"), "invitation_unknown")
		r.wants("one's own", r.TakeBack(r.Context(), i.ID, "anna"), "")
		r.wants("code", r.tries(i.Code, "jan"), "invitation_old")
		r.wants("link", r.tries(secret, "jan"), "invitation_old")
	})
}

// A request that is sent twice makes one invitation.
func TestTheSameWishIsOneInvitation(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{Key: "k"})
		again, same := r.invites(Wanted{Key: "k"})
		other, _ := r.invites(Wanted{Key: "l"})
		foreign, _ := r.invites(Wanted{Key: "k", By: "boris"})
		if again != i || same != secret || other.ID == i.ID || foreign.ID == i.ID {
			t.Error("the wrong ones are the same")
		}
		r.pass(madeKept)
		if late, _ := r.invites(Wanted{Key: "k"}); late.ID == i.ID {
			t.Error("a wish of then is kept for ever")
		}
	})
}

func TestAnOperatorHasNotTooManyOpen(t *testing.T) {
	inBubble(t, func(r *rig) {
		for range openMost {
			r.invites(Wanted{})
		}
		_, _, err := r.Invite(r.Context(), Wanted{By: "anna"})
		r.wants("one more", err, "invitations_full")
		r.invites(Wanted{By: "boris"})
	})
}

// I023, C 30: who guesses from one address is slowed more and more, and stopped after
// twenty within the hour.
func TestAGuesserIsSlowedAndStopped(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, _ := r.invites(Wanted{Life: 24 * time.Hour})
		const home, neighbour = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"
		waited, begun := time.Duration(0), time.Now()
		for n := range wrongOfAddress {
			r.wants("guess", r.triesFrom(home, wrongCode(i.Code, n), "eve"), "invitation_wrong")
			pause := pauseAfter(n + 1)
			if pause > 0 && n+1 < wrongOfAddress {
				r.wants("at once", r.triesFrom(neighbour, i.Code, "eve"), "invitation_slow")
			}
			r.pass(pause)
			waited += pause
		}
		if waited < 10*time.Minute || waited > 20*time.Minute {
			t.Errorf("twenty guesses take %v", waited)
		}
		r.wants("with the right code", r.triesFrom(neighbour, i.Code, "eve"), "invitation_too_often")
		r.wants("with a link", r.triesFrom(home, strings.Repeat("x", 22), "eve"), "invitation_too_often")
		j, _ := r.invites(Wanted{})
		r.wants("from elsewhere", r.triesFrom("2001:db8:1:3::1", j.Code, "jan"), "")
		r.pass(wrongWithin - time.Since(begun))
		r.wants("an hour later", r.triesFrom(home, "not a code", "eve"), "invitation_wrong")
	})
}

// C 30: five tries of a code that leads nowhere, from wherever.
func TestTheSameDigitsAreTriedFiveTimes(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{Once: true})
		r.wants("used", r.tries(i.Code, "jan"), "")
		for range wrongOfCode {
			r.wants("replayed", r.tries(i.Code, "eve"), "invitation_old")
		}
		r.wants("once more", r.tries(i.Code, "eve"), "invitation_too_often")
		r.wants("the link of who has it", r.tries(secret, "jan"), "")
	})
}

// I023: a thousand wrong codes from a thousand addresses, and codes are closed; links,
// which nobody guesses, go on.
func TestAThousandWrongCodesCloseTheDoor(t *testing.T) {
	inBubble(t, func(r *rig) {
		i, secret := r.invites(Wanted{Life: 24 * time.Hour})
		for n := range wrongOfAll {
			r.wants("guess", r.tries(wrongCode(i.Code, n), "eve"), "invitation_wrong")
		}
		r.wants("the right code", r.tries(i.Code, "jan"), "invitation_blocked")
		r.wants("the link", r.tries(secret, "jan"), "")
		r.pass(wrongWithin)
		j, _ := r.invites(Wanted{})
		r.wants("an hour later", r.tries(j.Code, "jan"), "")
	})
}

func TestWhatIsNoCodeIsRefused(t *testing.T) {
	inBubble(t, func(r *rig) {
		for _, typed := range []string{"", " ", "1234567", "123456789", "١٢٣٤٥٦٧٨", "1234567x", strings.Repeat("1", 1<<20), "\x00\xff", strings.Repeat("\u2013", 8)} {
			r.wants(fmt.Sprintf("%.20q", typed), r.tries(typed, "jan"), "invitation_wrong")
		}
		for n := range 30 {
			err := r.triesFrom("no address", fmt.Sprintf("%08d", n), "jan")
			if r.pass(mostPause); n >= wrongOfAddress {
				r.wants("those without an address are one", err, "invitation_too_often")
			}
		}
	})
}

// wrongCode is one of many that are not the right one.
func wrongCode(right string, n int) string {
	code := fmt.Sprintf("%08d", n)
	if code == right {
		return "99999999"
	}
	return code
}
