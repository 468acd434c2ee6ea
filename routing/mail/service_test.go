package mail

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"sufler/routing"
)

func TestALetterIsSentWhenItIsDueAndItsTextIsNotKept(t *testing.T) {
	inProcess(t, func(r *rig) {
		late := r.queue("in five minutes", 5*time.Minute)
		now := r.queue("now", 0)
		r.wantGot("now")
		r.pass(5*time.Minute - time.Second)
		r.wantState(late, routing.MailWaiting)
		r.pass(time.Second)
		r.wantGot("now", "in five minutes")
		if m := r.wantState(now, routing.MailSent); m.Text != "" || m.Answer != "250 taken" || m.EndedAt.IsZero() || m.To != "jan@example.com" {
			t.Errorf("got %+v", m)
		}
	})
}

func TestWithoutAServerEverythingThatWouldBeMailedIsRefused(t *testing.T) {
	inProcess(t, func(r *rig) {
		off := routing.Refuse(routing.Unavailable, "mail_off")
		_, queued := r.Queue(r.t.Context(), letter("a"))
		_, drafted := r.Draft(letter("a"))
		_, tested := r.Test(r.t.Context(), letter("a"))
		for _, err := range []error{queued, drafted, tested} {
			if !errors.Is(err, off) {
				t.Errorf("got %v, want mail_off", err)
			}
		}
		if sum, err := r.Summary(r.t.Context()); err != nil || sum.Waiting != 0 || r.IsSetUp() {
			t.Errorf("got %+v, %v, set up %v", sum, err, r.IsSetUp())
		}
	}, func(o *Options) { o.Sender = nil })
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	inProcess(t, func(r *rig) {
		for name, c := range map[string]struct {
			change func(*Letter)
			code   string
		}{
			"no address":                  {func(l *Letter) { l.To = "" }, "mail_address_invalid"},
			"no domain":                   {func(l *Letter) { l.To = "jan" }, "mail_address_invalid"},
			"two addresses":               {func(l *Letter) { l.To = "a@example.com, b@example.com" }, "mail_address_invalid"},
			"a name":                      {func(l *Letter) { l.To = "Jan <jan@example.com>" }, "mail_address_invalid"},
			"a quoted address":            {func(l *Letter) { l.To = `"a b"@example.com` }, "mail_address_invalid"},
			"a comment":                   {func(l *Letter) { l.To = "jan@example.com (x)" }, "mail_address_invalid"},
			"a header in the address":     {func(l *Letter) { l.To = "jan@example.com\r\nBcc: b@example.com" }, "mail_address_invalid"},
			"a command in the address":    {func(l *Letter) { l.To = "jan@example.com>\r\nDATA" }, "mail_address_invalid"},
			"another script":              {func(l *Letter) { l.To = "ян@example.com" }, "mail_address_invalid"},
			"too long":                    {func(l *Letter) { l.To = strings.Repeat("a", 250) + "@example.com" }, "mail_address_invalid"},
			"a header behind the answer":  {func(l *Letter) { l.ReplyTo = "a@example.com\nBcc: b@example.com" }, "mail_address_invalid"},
			"a header in the name":        {func(l *Letter) { l.ToName = "Jan\r\nBcc: b@example.com" }, "request_invalid"},
			"a header in the answer name": {func(l *Letter) { l.ReplyTo, l.ReplyToName = "a@example.com", "x\ny" }, "request_invalid"},
			"a header in the subject":     {func(l *Letter) { l.Subject = "x\nBcc: b@example.com" }, "request_invalid"},
			"no subject":                  {func(l *Letter) { l.Subject = "" }, "request_invalid"},
			"a subject of bytes":          {func(l *Letter) { l.Subject = "\xff\xfe" }, "request_invalid"},
			"no text":                     {func(l *Letter) { l.Text = " \n" }, "request_invalid"},
		} {
			l := letter("a")
			c.change(&l)
			if _, err := r.Queue(r.t.Context(), l); !errors.Is(err, routing.Refuse(0, c.code)) {
				t.Errorf("%s: got %v, want %s", name, err, c.code)
			}
		}
		r.wantGot()
	})
}

func TestAMailThatIsNotTakenIsTriedAgainForTwoDays(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.server.say(&Undelivered{Answer: "451 later", Answered: true})
		began := time.Now()
		id := r.queue("a", 0)
		r.pass(72 * time.Hour)
		var pauses []time.Duration
		for i, at := range r.server.times {
			if i == 0 && !at.Equal(began) {
				t.Errorf("the first attempt came after %v", at.Sub(began))
			}
			if i > 0 {
				pauses = append(pauses, at.Sub(r.server.times[i-1]).Round(time.Second))
			}
		}
		want := append([]time.Duration{15 * time.Second, time.Minute, 4 * time.Minute, 16 * time.Minute, 64 * time.Minute}, slices.Repeat([]time.Duration{4 * time.Hour}, 11)...)
		if !slices.Equal(pauses, want) {
			t.Errorf("got pauses\n%v, want\n%v", pauses, want)
		}
		if m := r.wantState(id, routing.MailFailed); m.Attempt != attempts || m.Answer != "451 later" || m.Text == "" {
			t.Errorf("got %+v", m)
		}
	})
}

func TestAMailThatIsTakenAtLastIsSentOnce(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.server.say(errors.New("no route to host"))
		id := r.queue("a", 0)
		if m := r.wantState(id, routing.MailWaiting); m.Answer != "no route to host" || m.FailedAt.IsZero() || !m.Leased.IsZero() {
			t.Errorf("got %+v", m)
		}
		r.server.say(nil)
		r.pass(time.Hour)
		r.wantState(id, routing.MailSent)
		r.wantGot("a", "a")
	})
}

func TestAFinalRefusalIsNotRepeated(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.server.say(&Undelivered{Answer: "550 no such mailbox", Answered: true, Final: true})
		id := r.queue("a", 0)
		r.pass(24 * time.Hour)
		r.wantGot("a")
		r.wantState(id, routing.MailFailed)
		sum, err := r.Summary(r.t.Context())
		if err != nil || sum.Waiting != 0 || sum.LastFailed.ID != id || sum.LastFailed.Answer != "550 no such mailbox" {
			t.Errorf("got %+v, %v", sum, err)
		}
	})
}

func TestAFewMailsAreSentSideBySide(t *testing.T) {
	inProcess(t, func(r *rig) {
		let := r.server.hold()
		for _, s := range subjects(10) {
			r.queue(s, 0)
		}
		r.wantGot(subjects(4)...)
		let()
		r.pass(0)
		r.server.mu.Lock()
		got := slices.Sorted(slices.Values(r.server.got))
		r.server.mu.Unlock()
		if !slices.Equal(got, subjects(10)) || r.server.most != 4 {
			t.Errorf("got %q, %d at once", got, r.server.most)
		}
	})
}

func TestWhatAnotherProcessPutsIntoTheDatabaseIsSentWithinAMinute(t *testing.T) {
	inProcess(t, func(r *rig) {
		r.pass(time.Hour)
		m := letter("of another").mail("1", r.now())
		if _, err := r.store.AddMail(r.t.Context(), m); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
		r.wantGot("of another")
	})
}

func TestOldMailsAreForgotten(t *testing.T) {
	inProcess(t, func(r *rig) {
		id := r.queue("a", 0)
		r.pass(14 * 24 * time.Hour)
		r.wantState(id, routing.MailSent)
		r.pass(2 * time.Hour)
		if _, err := r.store.Mail(r.t.Context(), id); !errors.Is(err, routing.Refuse(0, "mail_unknown")) {
			t.Errorf("got %v", err)
		}
	})
}

// PRODUCT B13: the server's own answer, whatever it is.
func TestATestMailGivesTheServersOwnAnswer(t *testing.T) {
	inProcess(t, func(r *rig) {
		for _, c := range []struct {
			says         error
			answer, code string
		}{
			{nil, "250 taken", ""},
			{&Undelivered{Answer: "550 no such mailbox", Answered: true, Final: true}, "550 no such mailbox", "mail_refused"},
			{&Undelivered{Answer: "connection refused"}, "connection refused", "mail_unreached"},
		} {
			r.server.say(c.says)
			answer, err := r.Test(r.t.Context(), letter("a"))
			if refusal, ok := errors.AsType[*routing.Error](err); ok {
				answer = refusal.Params["answer"]
			}
			if answer != c.answer || c.code == "" && err != nil || c.code != "" && !errors.Is(err, routing.Refuse(0, c.code)) {
				t.Errorf("got %q, %v, want %q, %s", answer, err, c.answer, c.code)
			}
		}
		r.server.hold()
		began := time.Now()
		if _, err := r.Test(r.t.Context(), letter("a")); err == nil || time.Since(began) != 12*time.Second {
			t.Errorf("a silent server: got %v after %v", err, time.Since(began))
		}
		r.pass(time.Hour)
		r.wantGot("a", "a", "a", "a") // none of them is queued
	})
}

func TestMailsAreCounted(t *testing.T) {
	registry := prometheus.NewRegistry()
	inProcess(t, func(r *rig) {
		r.queue("a", 0)
		r.server.say(&Undelivered{Answer: "no", Final: true})
		r.queue("b", 0)
		r.server.say(&Undelivered{Answer: "later"})
		r.queue("c", 0)
		r.pass(0)
		err := testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP sufler_mail_retries_total Attempts to send a mail that failed and are repeated.
# TYPE sufler_mail_retries_total counter
sufler_mail_retries_total 1
# HELP sufler_mails_total Mails that were sent or given up.
# TYPE sufler_mails_total counter
sufler_mails_total{result="failed"} 1
sufler_mails_total{result="sent"} 1
# HELP sufler_mails_waiting Mails that wait to be sent, as the database was asked last.
# TYPE sufler_mails_waiting gauge
sufler_mails_waiting 1
`))
		if err != nil {
			t.Error(err)
		}
	}, func(o *Options) { o.Metrics = NewMetrics(registry) })
}

// One that is killed between the server's answer and the row sends the mail a second
// time, and never a third.
func TestAKilledProcessLosesNoMailAndSendsOneTwiceAtMost(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*rig)
		want   []string
	}{
		"before it was due":          {func(*rig) {}, []string{"a"}},
		"while the server answers":   {func(r *rig) { r.server.hold(); r.pass(time.Minute) }, []string{"a", "a"}},
		"while the database is away": {func(r *rig) { r.pass(time.Minute - 1); r.store.breakWith(errDisk); r.pass(1) }, []string{"a"}},
		"after the answer": {func(r *rig) {
			let := r.server.hold()
			r.pass(time.Minute)
			r.store.breakWith(errDisk)
			let()
			r.pass(time.Second)
		}, []string{"a", "a"}},
		"after the row": {func(r *rig) { r.pass(time.Minute) }, []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				first := w.boot()
				id := first.queue("a", time.Minute)
				c.before(first)
				first.crash()
				w.store.breakWith(nil)
				w.server.mu.Lock()
				w.server.stall = nil
				w.server.mu.Unlock()

				second := w.boot()
				w.pass(time.Hour)
				w.wantGot(c.want...)
				w.wantState(id, routing.MailSent)
				second.Close(context.Background())
			})
		})
	}
}

// The server has taken the mail, and the database is away for longer than the lease.
func TestADatabaseThatIsAwaySendsNothingTwice(t *testing.T) {
	inProcess(t, func(r *rig) {
		let := r.server.hold()
		id := r.queue("a", 0)
		r.store.breakWith(errDisk)
		let()
		r.pass(30 * time.Minute)
		r.store.breakWith(nil)
		r.pass(time.Minute)
		r.wantGot("a")
		r.wantState(id, routing.MailSent)
		r.queue("b", 0)
		r.wantGot("a", "b")
	})
}

// The process claims its own mail anew, because the database answers one question
// before the other.
func TestAMailOfOnesOwnIsNotSentAgainWhenItsLeaseEnds(t *testing.T) {
	inProcess(t, func(r *rig) {
		let := r.server.hold()
		id := r.queue("a", 0)
		r.store.breakWith(errDisk)
		let()
		r.pass(10 * time.Minute)
		r.store.breakWith(nil)
		r.Wake()
		r.pass(time.Minute)
		r.wantGot("a")
		if m := r.wantState(id, routing.MailSent); m.Epoch != 2 {
			t.Errorf("got epoch %d, want 2: it was to be claimed anew", m.Epoch)
		}
	})
}

func TestTheEndWaitsALittleForTheServer(t *testing.T) {
	for name, c := range map[string]struct {
		answers bool
		state   routing.MailState
		got     []string
	}{
		"it answers":   {true, routing.MailSent, []string{"a"}},
		"it is silent": {false, routing.MailWaiting, []string{"a", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				first := w.boot()
				let := w.server.hold()
				id := first.queue("a", 0)
				over := make(chan struct{})
				go func() { first.Close(context.Background()); close(over) }()
				w.pass(4 * time.Second)
				if c.answers {
					let()
				}
				<-over
				if m := w.wantState(id, c.state); !m.Leased.IsZero() || !m.FailedAt.IsZero() {
					t.Errorf("got %+v, want it let go and not called failed", m)
				}
				if !c.answers {
					let()
				}
				second := w.boot()
				w.wantGot(c.got...)
				second.Close(context.Background())
			})
		})
	}
}
