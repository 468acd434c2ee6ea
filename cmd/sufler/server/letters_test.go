package server

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/mail"
)

// outbox takes letters when it is there.
type outbox struct {
	mu   sync.Mutex
	errs []error // what the next ones are answered
	took []string
}

func (o *outbox) queue(_ context.Context, l mail.Letter) (routing.MailID, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.errs) > 0 {
		err := o.errs[0]
		o.errs = o.errs[1:]
		return "", err
	}
	o.took = append(o.took, l.Subject)
	return "id", nil
}

func (o *outbox) subjects() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.took)
}

func TestLettersWaitForTheDatabaseAndKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := routing.Refuse(routing.Unavailable, "store_unavailable")
		o := &outbox{errs: []error{away, away}}
		l := newLetters(o.queue, clock.System{}, slog.New(slog.DiscardHandler))
		l.add(mail.Letter{Subject: "one"})
		l.add(mail.Letter{Subject: "two"})
		synctest.Wait()
		if got := o.subjects(); len(got) != 0 {
			t.Errorf("got %q", got)
		}
		<-time.After(2*letterPause + time.Second)
		if got, want := o.subjects(), []string{"one", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		l.close()
	})
}

func TestALetterThatIsRefusedHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{errs: []error{routing.Refuse(routing.Invalid, "mail_address_invalid")}}
		l := newLetters(o.queue, clock.System{}, slog.New(slog.DiscardHandler))
		l.add(mail.Letter{Subject: "bad"})
		l.add(mail.Letter{Subject: "good"})
		l.close()
		if got := o.subjects(); !slices.Equal(got, []string{"good"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestTheEndTriesOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := routing.Refuse(routing.Unavailable, "store_unavailable")
		o := &outbox{errs: []error{away, away, away}}
		l := newLetters(o.queue, clock.System{}, slog.New(slog.DiscardHandler))
		l.add(mail.Letter{Subject: "one"})
		synctest.Wait()
		began := time.Now()
		l.close()
		if got := o.subjects(); len(got) != 0 || time.Since(began) > 0 {
			t.Errorf("got %q after %s", got, time.Since(began))
		}
	})
}
