package people

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/clock"
	"sufler/internal/follow"
	"sufler/routing"
)

func owner(login string) Person {
	return Person{Login: login, Name: "Adam", Password: "a long password", DeskOnly: true}
}

func TestOfManyWhoTryAtOnceOneBecomesTheFirstOwner(t *testing.T) {
	h := open(t, Setup{})
	if h.dir.Founded() {
		t.Fatal("somebody exists")
	}
	token := h.dir.OpenFounding()
	var together sync.WaitGroup
	results := make(chan error, 8)
	for i := range 8 {
		together.Go(func() {
			l, err := h.dir.Found(t.Context(), token, owner("adam"+string(rune('0'+i))))
			if err == nil && l.Operator.Rank != routing.RankOwner {
				t.Errorf("got a %s", l.Operator.Rank)
			}
			results <- err
		})
	}
	together.Wait()
	close(results)
	became := 0
	for err := range results {
		if err == nil {
			became++
			continue
		}
		h.mustRefuse(err, routing.Refuse(routing.Conflict, "setup_done"))
	}
	if n := len(h.dir.Operators()); became != 1 || n != 1 {
		t.Errorf("%d became owner and %d exist, want 1", became, n)
	}
}

func TestTheLinkForTheFirstOwnerIsTheLastOneAndEndsAfterAnHour(t *testing.T) {
	h := open(t, Setup{})
	wrong := routing.Refuse(routing.Forbidden, "setup_link_wrong")
	_, err := h.dir.Found(t.Context(), "", owner("adam"))
	h.mustRefuse(err, wrong) // nobody has asked for one
	first := h.dir.OpenFounding()
	second := h.dir.OpenFounding()
	_, err = h.dir.Found(t.Context(), first, owner("adam"))
	h.mustRefuse(err, wrong)
	short := owner("adam")
	short.Password = "short"
	_, err = h.dir.Found(t.Context(), second, short)
	h.mustRefuse(err, routing.Refuse(routing.Invalid, "password_short"))
	h.clock.move(FoundingLasts)
	_, err = h.dir.Found(t.Context(), second, owner("adam"))
	h.mustRefuse(err, routing.Refuse(routing.Gone, "setup_link_old"))
	third := h.dir.OpenFounding()
	h.clock.move(FoundingLasts - time.Second)
	l, err := h.dir.Found(t.Context(), third, owner("adam"))
	h.must(err)
	if o, _, err := h.dir.ByToken(t.Context(), l.Token); err != nil || o.Login != "adam" {
		t.Errorf("got %s %v, want adam logged in", o.Login, err)
	}
}

// Another process, such as the command line, may be faster.
func TestNobodyIsFoundedBesideSomebodyWhoCameByAnotherWay(t *testing.T) {
	h := open(t, Setup{})
	token := h.dir.OpenFounding()
	h.must(h.store.AddOperator(t.Context(), routing.Operator{ID: routing.NewID[routing.OperatorID](), Login: "eva", Name: "Eva", Rank: routing.RankOwner, Active: true, AnswerOn: routing.AnswerBoth}))
	_, err := h.dir.Found(t.Context(), token, owner("adam"))
	h.mustRefuse(err, routing.Refuse(routing.Conflict, "setup_done"))
}

// scripted is a store whose people the test changes.
type scripted struct {
	routing.PeopleStore
	mu    sync.Mutex
	login string
}

func (s *scripted) name(login string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login = login
}

func (s *scripted) Operators(context.Context) ([]routing.Operator, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []routing.Operator{{ID: "1", Login: s.login, Active: true, Groups: []routing.GroupName{"orders"}}}, nil
}
func (*scripted) Groups(context.Context) ([]routing.GroupName, error)        { return nil, nil }
func (*scripted) Phones(context.Context) ([]routing.Phone, error)            { return nil, nil }
func (*scripted) DeleteExpiredDeskSessions(context.Context, time.Time) error { return nil }

func TestWhatAnotherProcessChangesIsKnownSoonAndToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &scripted{login: "anna"}
		d, err := Open(t.Context(), Options{Store: store, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		told := make(chan time.Time, 100)
		defer d.Watch(func() { told <- time.Now() })()
		ctx, stop := context.WithCancel(t.Context())
		var following sync.WaitGroup
		following.Go(func() { d.Follow(ctx) })
		began := time.Now()
		<-time.After(10 * follow.Every)
		if n := len(told); n != 0 {
			t.Errorf("told %d times of nothing", n)
		}
		store.name("eva")
		if late := (<-told).Sub(began.Add(10 * follow.Every)); late > follow.Every {
			t.Errorf("known after %v", late)
		}
		if _, ok := d.ByLogin("eva"); !ok {
			t.Error("eva is not known")
		}
		<-time.After(10 * follow.Every)
		if n := len(told); n != 0 {
			t.Errorf("told %d times more", n)
		}
		stop()
		following.Wait()
	})
}
