package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"sufler/routing"
)

func mail(due int) routing.Mail {
	return routing.Mail{
		ID: routing.NewID[routing.MailID](), To: "jan@example.com", ToName: "Jan Novák", ReplyTo: "info@example.com", ReplyToName: "Shop",
		Subject: "Přepis", Text: "Dobrý den\n", Session: routing.NewID[routing.SessionID](), State: routing.MailWaiting,
		Due: noon.Add(time.Duration(due) * time.Second), Created: noon,
	}
}

func (t place) put(s Store, mails ...routing.Mail) {
	t.Helper()
	for _, m := range mails {
		if !got(s.AddMail(t.Context(), m))(t.T) {
			t.Fatalf("%s was not added", m.ID)
		}
	}
}

func (t place) claim(s Store, holder string, at int, limit int) []routing.Mail {
	t.Helper()
	now := noon.Add(time.Duration(at) * time.Second)
	return got(s.ClaimMails(t.Context(), holder, now, now.Add(time.Minute), limit))(t.T)
}

func idsOf(mails []routing.Mail) (ids []routing.MailID) {
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}

func (t place) mailsKeepEveryField() {
	s := t.opened()
	m := mail(0)
	t.put(s, m)
	again := m
	again.Text = "another"
	if got(s.AddMail(t.Context(), again))(t.T) {
		t.Error("the same mail was added twice")
	}
	if back := got(s.Mail(t.Context(), m.ID))(t.T); back != m {
		t.Errorf("got  %+v\nwant %+v", back, m)
	}
	m.Epoch, m.Holder, m.Attempt, m.Leased = 1, "node/boot1", 1, noon.Add(time.Minute)
	claimed := t.claim(s, "node/boot1", 0, 10)
	if !slices.Equal(claimed, []routing.Mail{m}) {
		t.Fatalf("got  %+v\nwant %+v", claimed, m)
	}
	m.State, m.Answer, m.Text, m.Leased = routing.MailSent, "250 taken", "", time.Time{}
	m.Due, m.FailedAt, m.EndedAt = noon.Add(time.Second), noon.Add(2*time.Second), noon.Add(3*time.Second)
	ok(t.T, s.SaveMail(t.Context(), m))
	if back := got(s.Mail(t.Context(), m.ID))(t.T); back != m {
		t.Errorf("saved: got  %+v\nwant %+v", back, m)
	}
	if _, err := s.Mail(t.Context(), "none"); !errors.Is(err, routing.Refuse(routing.NotFound, "mail_unknown")) {
		t.Errorf("unknown mail: got %v", err)
	}
}

func (t place) mailsAreClaimed() {
	s := t.opened()
	third, first, second, later := mail(3), mail(1), mail(2), mail(60)
	t.put(s, third, first, second, later)
	if ids := idsOf(t.claim(s, "a", 10, 2)); !slices.Equal(ids, []routing.MailID{first.ID, second.ID}) {
		t.Errorf("got %v, want the two that were due first", ids)
	}
	if ids := idsOf(t.claim(s, "b", 10, 10)); !slices.Equal(ids, []routing.MailID{third.ID}) {
		t.Errorf("got %v, want what nobody is sending", ids)
	}
	if claimed := t.claim(s, "b", 10, 10); len(claimed) != 0 {
		t.Errorf("got %v, want none: all are being sent", idsOf(claimed))
	}
	// The lease is over: whoever sends them was killed.
	again := t.claim(s, "c", 70, 10)
	if ids := idsOf(again); !slices.Equal(ids, []routing.MailID{first.ID, second.ID, third.ID, later.ID}) {
		t.Errorf("got %v, want all", ids)
	}
	if m := again[0]; m.Attempt != 2 || m.Epoch != 2 || m.Holder != "c" {
		t.Errorf("got attempt %d, epoch %d of %s", m.Attempt, m.Epoch, m.Holder)
	}
}

func (t place) parallelClaims() {
	s := t.opened()
	const mails, claimers = 60, 6
	for i := range mails {
		t.put(s, mail(i))
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var claimed []routing.MailID
	for i := range claimers {
		all.Go(func() {
			for {
				some, err := s.ClaimMails(t.Context(), fmt.Sprint(i), noon.Add(time.Hour), noon.Add(2*time.Hour), 5)
				mu.Lock()
				claimed = append(claimed, idsOf(some)...)
				enough := len(claimed) >= mails
				mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if err != nil || enough {
					return
				}
			}
		})
	}
	all.Wait()
	slices.Sort(claimed)
	if distinct := len(slices.Compact(slices.Clone(claimed))); distinct != mails || len(claimed) != mails {
		t.Errorf("%d were claimed, %d different ones, want each of %d once", len(claimed), distinct, mails)
	}
}

func (t place) onlyTheHolderSavesAMail() {
	s := t.opened()
	fenced := routing.Refuse(routing.Conflict, "mail_fenced")
	t.put(s, mail(0))
	old := t.claim(s, "a", 0, 1)[0]
	again := t.claim(s, "b", 120, 1)[0]
	old.State = routing.MailSent
	if err := s.SaveMail(t.Context(), old); !errors.Is(err, fenced) {
		t.Errorf("the old holder: got %v, want mail_fenced", err)
	}
	if err := s.SaveMail(t.Context(), mail(0)); !errors.Is(err, fenced) {
		t.Errorf("a mail that is not there: got %v, want mail_fenced", err)
	}
	if back := got(s.Mail(t.Context(), again.ID))(t.T); back != again {
		t.Errorf("a fenced write changed the row: %+v", back)
	}
}

func (t place) mailsAreSummedUp() {
	s := t.opened()
	if sum := got(s.MailSummary(t.Context()))(t.T); sum != (routing.MailSummary{}) {
		t.Errorf("of none: got %+v", sum)
	}
	end := func(m routing.Mail, state routing.MailState, failed, ended int) routing.Mail {
		m.State, m.Answer = state, state.String()
		if failed > 0 {
			m.FailedAt = noon.Add(time.Duration(failed) * time.Second)
		}
		if ended > 0 {
			m.EndedAt = noon.Add(time.Duration(ended) * time.Second)
		}
		ok(t.T, s.SaveMail(t.Context(), m))
		return m
	}
	t.put(s, mail(0), mail(1), mail(2), mail(500))
	claimed := t.claim(s, "a", 10, 3)
	end(claimed[0], routing.MailSent, 0, 20)
	failed := end(claimed[1], routing.MailFailed, 30, 30)
	sum := got(s.MailSummary(t.Context()))(t.T)
	if sum.Waiting != 2 || !sum.Next.Equal(noon.Add(70*time.Second)) || !sum.LastSent.Equal(noon.Add(20*time.Second)) {
		t.Errorf("got %+v, want 2 that wait, the next when its lease ends, the last sent at 20 s", sum)
	}
	if sum.LastFailed.ID != failed.ID || sum.LastFailed.Answer != "failed" || sum.LastFailed.Text != "" {
		t.Errorf("got %+v as the last that failed", sum.LastFailed)
	}
	ok(t.T, s.ForgetMails(t.Context(), noon.Add(25*time.Second)))
	for i, gone := range []bool{true, false, false} {
		if _, err := s.Mail(t.Context(), claimed[i].ID); (err != nil) != gone {
			t.Errorf("mail %d: got %v, want gone %v", i, err, gone)
		}
	}
}

// A process that is killed while it sends leaves the mail to the next one.
func (t place) mailsOutliveReopening() {
	s := t.open()
	waiting, sending := mail(10), mail(0)
	t.put(s, waiting, sending)
	t.claim(s, "killed", 0, 1)
	closed(t.T, s)

	s = t.opened()
	if ids := idsOf(t.claim(s, "next", 30, 10)); !slices.Equal(ids, []routing.MailID{waiting.ID}) {
		t.Errorf("within the lease: got %v, want the one that waited", ids)
	}
	if ids := idsOf(t.claim(s, "next", 61, 10)); !slices.Equal(ids, []routing.MailID{sending.ID}) {
		t.Errorf("after the lease: got %v, want the one that was being sent", ids)
	}
}
