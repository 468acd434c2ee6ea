package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sufler/routing"
)

// This file claims what is due, has it sent and writes down what became of it. All
// of it runs on the loop but for what is done beside it: the database and the
// sender are never waited for there.
//
// A mail is sent again when nobody has written down that it was: a process that is
// killed between the server's answer and that write sends it a second time, once for
// each time it is killed. The copies have the same Message-ID, made of the mail's
// id, by which mailboxes know them.

// delivery is a mail that this process sends, until it is on disk what became of it.
type delivery struct{ row routing.Mail }

// look asks the database for what is due and for when to look again.
func (s *Service) look() {
	if s.closing || !s.IsSetUp() {
		return
	}
	if s.looking {
		s.again = true
		return
	}
	s.looking, s.again = true, false
	if s.timer != nil {
		s.timer.Stop()
	}
	free, now := s.opts.AtOnce-len(s.open), s.now()
	forget := now.Sub(s.forgotten) >= forgetEvery
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.storing, storeLimit)
		defer cancel()
		f, err := s.find(ctx, free, now, forget)
		s.own.Send(func() { s.found(f, err) })
	})
}

// found is what the database has said.
type found struct {
	claimed []routing.Mail
	sum     routing.MailSummary
	forgot  bool
}

func (s *Service) find(ctx context.Context, free int, now time.Time, forget bool) (f found, err error) {
	if forget {
		if err := s.opts.Store.ForgetMails(ctx, now.Add(-s.opts.Keep)); err != nil {
			return f, err
		}
		f.forgot = true
	}
	if free > 0 {
		// The lease outlives the sending, so that nobody else begins meanwhile.
		if f.claimed, err = s.opts.Store.ClaimMails(ctx, s.holder, now, now.Add(2*s.opts.SendLimit), free); err != nil {
			return f, err
		}
	}
	f.sum, err = s.opts.Store.MailSummary(ctx)
	return f, err
}

func (s *Service) found(f found, err error) {
	s.looking = false
	for _, m := range f.claimed {
		s.begin(m)
	}
	if f.forgot {
		s.forgotten = s.now()
	}
	if s.closing {
		s.settle()
		return
	}
	if err != nil {
		s.log.Warn("mails wait for the database", slog.Any("err", err))
		s.lookIn(storePause)
		return
	}
	s.opts.Metrics.waiting.Set(float64(f.sum.Waiting))
	switch wait := f.sum.Next.Sub(s.now()); {
	case s.again:
		s.look()
	case f.sum.Next.IsZero() || wait > lookEvery:
		s.lookIn(lookEvery)
	case len(s.open) < s.opts.AtOnce:
		s.lookIn(max(wait, 0))
	}
	// Otherwise what is being sent looks again when it is over.
}

func (s *Service) lookIn(pause time.Duration) {
	s.timer = s.opts.Clock.AfterFunc(pause, func() { s.own.Send(s.look) })
}

// begin sends what was claimed. A mail of our own whose end could not be written
// down for longer than its lease has a new epoch now and is not sent again.
func (s *Service) begin(m routing.Mail) {
	if d, ok := s.open[m.ID]; ok {
		d.row.Epoch, d.row.Holder = m.Epoch, m.Holder
		return
	}
	d := &delivery{row: m}
	s.open[m.ID] = d
	if s.closing {
		s.write(d) // lets it go
		return
	}
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.sending, s.opts.SendLimit)
		defer cancel()
		answer, err := s.opts.Sender.Send(ctx, m)
		s.own.Send(func() { s.answered(d, answer, err) })
	})
}

// answered decides what becomes of a mail.
func (s *Service) answered(d *delivery, answer string, err error) {
	now := s.now()
	log := s.log.With(slog.String("mail", string(d.row.ID)), slog.Int("attempt", d.row.Attempt))
	if err == nil {
		// What was said to somebody is kept where they have it, and not here.
		d.row.State, d.row.Answer, d.row.Text, d.row.EndedAt = routing.MailSent, answer, "", now
		log.Info("mail sent", slog.String("answer", answer))
		s.write(d)
		return
	}
	if s.sending.Err() != nil { // broken off by us, which says nothing of the mail
		s.write(d)
		return
	}
	u := undelivered(err)
	d.row.Answer, d.row.FailedAt = u.Answer, now
	if u.Final || d.row.Attempt >= attempts {
		d.row.State, d.row.EndedAt = routing.MailFailed, now
		log.Error("mail given up", slog.String("answer", u.Answer))
	} else {
		d.row.Due = now.Add(pauseAfter(d.row.Attempt))
		s.opts.Metrics.retries.Inc()
		log.Warn("mail not sent, trying again", slog.String("answer", u.Answer), slog.Time("due", d.row.Due))
	}
	s.write(d)
}

func (s *Service) write(d *delivery) {
	row := d.row
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.storing, storeLimit)
		defer cancel()
		err := s.opts.Store.SaveMail(ctx, row)
		s.own.Send(func() { s.written(d, row, err) })
	})
}

func (s *Service) written(d *delivery, row routing.Mail, err error) {
	log := s.log.With(slog.String("mail", string(row.ID)))
	switch fenced := errors.Is(err, routing.Refuse(0, "mail_fenced")); {
	case err == nil:
		if row.State != routing.MailWaiting {
			s.opts.Metrics.ended.WithLabelValues(row.State.String()).Inc()
		}
	case fenced && row.Epoch == d.row.Epoch:
		log.Error("another process has sent a mail as well")
	case s.closing:
		log.Error("it was not kept what became of a mail", slog.Any("err", err))
	default: // the database is away, or we have claimed the mail anew meanwhile
		log.Warn("what became of a mail waits for the database", slog.Any("err", err))
		s.opts.Clock.AfterFunc(storePause, func() { s.own.Send(func() { s.write(d) }) })
		return
	}
	delete(s.open, row.ID)
	s.settle()
	s.look()
}

// settle tells Close when nothing goes on any more.
func (s *Service) settle() {
	if !s.closing || s.looking || len(s.open) > 0 {
		return
	}
	select {
	case <-s.settled:
	default:
		close(s.settled)
	}
}
