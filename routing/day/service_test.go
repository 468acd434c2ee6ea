package day

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shaky is a database that may be away.
type shaky struct {
	*store.Store
	away atomic.Bool
}

func (s *shaky) PutSpan(ctx context.Context, one routing.Span) error {
	if s.away.Load() {
		return errors.New("away")
	}
	return s.Store.PutSpan(ctx, one)
}

func inBubble(t *testing.T, test func(t *testing.T, db *shaky)) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	synctest.Test(t, func(t *testing.T) {
		opened, err := store.Open(t.Context(), store.Options{Folder: folder, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		test(t, &shaky{Store: opened})
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
}

func started(t *testing.T, db *shaky) *Service {
	t.Helper()
	s := New(Options{Store: db})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func pass(d time.Duration) {
	<-time.NewTimer(d).C
	synctest.Wait()
}

func (s *Service) want(t *testing.T, want Figures) {
	t.Helper()
	synctest.Wait()
	got, err := s.Of(t.Context(), "anna", time.Now().Add(-12*time.Hour))
	if err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func anna(status people.Status) people.Member { return people.Member{ID: "anna", Status: status} }

func missedBy(id routing.OperatorID, how queue.OfferEnd) queue.Event {
	return queue.OfferEnded{Place: "place", Operator: id, Reason: how}
}

// PRODUCT B11: a call in a pause is no pause, and an offer that another took was not
// missed.
func TestWhatIsToldOfPeopleIsTheirDay(t *testing.T) {
	inBubble(t, func(t *testing.T, db *shaky) {
		t.Helper()
		s := started(t, db)
		for _, status := range []people.Status{people.Online, people.Pause, people.Pause, people.Talking, people.Pause, people.Offline} {
			s.MemberChanged(anna(status))
			s.MemberChanged(people.Member{ID: "boris", Status: people.Pause})
			pass(10 * time.Minute)
		}
		for _, how := range []queue.OfferEnd{queue.OfferMissed, queue.OfferTaken, queue.OfferSkipped, queue.OfferGone, queue.OfferAccepted, queue.OfferMissed} {
			s.LineChanged(missedBy("anna", how))
		}
		s.LineChanged(missedBy("boris", queue.OfferMissed))
		s.LineChanged(queue.PlaceLeft{Place: "place"})
		s.want(t, Figures{Missed: 2, Pause: 30 * time.Minute})
		s.Close(context.Background())
	})
}

// A pause lasts no longer than the program, whether that has ended well or not.
func TestAPauseEndsWithTheProgram(t *testing.T) {
	inBubble(t, func(t *testing.T, db *shaky) {
		t.Helper()
		for _, of := range []string{"closed", "crashed"} {
			s := started(t, db)
			s.MemberChanged(anna(people.Pause))
			pass(10 * time.Minute)
			if of == "closed" {
				s.Close(context.Background())
				pass(time.Hour)
			}
			next := started(t, db)
			pass(time.Hour)
			next.want(t, map[string]Figures{"closed": {Pause: 10 * time.Minute}, "crashed": {Pause: 20 * time.Minute}}[of])
			next.Close(context.Background())
			if of == "crashed" {
				s.Close(context.Background())
			}
		}
	})
}

func TestNothingOfADayIsLostWhileTheDatabaseIsAway(t *testing.T) {
	inBubble(t, func(t *testing.T, db *shaky) {
		t.Helper()
		s := started(t, db)
		db.away.Store(true)
		s.MemberChanged(anna(people.Pause))
		s.LineChanged(missedBy("anna", queue.OfferMissed))
		pass(time.Minute)
		s.MemberChanged(anna(people.Online))
		pass(time.Minute)
		s.want(t, Figures{})
		db.away.Store(false)
		pass(10 * time.Second)
		s.want(t, Figures{Missed: 1, Pause: time.Minute})
		db.away.Store(true)
		s.LineChanged(missedBy("anna", queue.OfferMissed))
		pass(time.Second)
		s.Close(context.Background()) // ends, with what could not be written
	})
}

// However long ago a page says that the day began, no more is read than two days.
func TestADayIsNoYear(t *testing.T) {
	inBubble(t, func(t *testing.T, db *shaky) {
		t.Helper()
		s := started(t, db)
		s.MemberChanged(anna(people.Pause))
		pass(10 * 24 * time.Hour)
		if got, err := s.Of(t.Context(), "anna", time.Time{}); err != nil || got.Pause != Longest {
			t.Errorf("got %+v, %v", got, err)
		}
		s.Close(context.Background())
	})
}
