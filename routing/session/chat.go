package session

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sufler/routing"
)

// longestText is how many letters a message may have.
const longestText = 4000

// A side may say so much in so long.
const (
	messagesAtOnce = 20
	messagesWithin = 10 * time.Second
)

// Message is what a visitor or an operator says. One of the two is set.
type Message struct {
	Session  routing.SessionID
	Visitor  routing.VisitorID
	Operator routing.Operator
	ID       string // the author's own: what is said again under it is one message
	Text     string
}

func (m Message) from() string {
	if m.Operator.ID != "" {
		return ByOperator
	}
	return ByVisitor
}

func (m Message) author() string {
	if m.Operator.ID != "" {
		return string(m.Operator.ID)
	}
	return string(m.Visitor)
}

func (m Message) reader() Reader {
	if m.Operator.ID != "" {
		return Staff
	}
	return Visitor
}

// readable refuses what nobody could read.
func readable(text string) error {
	switch {
	case !utf8.ValidString(text) || strings.TrimSpace(text) == "" || strings.ContainsFunc(text, isHidden):
		return routing.Refuse(routing.Invalid, "request_invalid", "at", "text")
	case utf8.RuneCountInString(text) > longestText:
		return routing.Refuse(routing.Invalid, "text_too_long", "most", strconv.Itoa(longestText))
	}
	return nil
}

// isHidden reports whether a letter is a control that no text needs.
func isHidden(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }

// answered is what becomes of a message: its Seq, 0 while that is not known.
type answered struct {
	seq uint64
	err error
}

// Say puts a message on disk and returns its number as its author counts, 0 when
// the database is away and it is kept beside it. A repeated ID is the message of
// that time. It refuses with "request_invalid" (at), "text_too_long" (most),
// "message_too_often", "session_unknown", "session_over", "session_not_yours",
// "operator_inactive" and "store_unavailable".
func (s *Service) Say(ctx context.Context, m Message) (n uint64, err error) {
	if err := readable(m.Text); err != nil {
		return 0, err
	}
	if m.ID == "" || len(m.ID) > 64 {
		return 0, routing.Refuse(routing.Invalid, "request_invalid", "at", "id")
	}
	result := make(chan answered, 1)
	if err := s.do(ctx, func() error { return s.say(m, result) }); err != nil {
		return 0, err
	}
	select {
	case a := <-result:
		if a.err != nil {
			return 0, unavailable(a.err)
		}
		return s.numberOf(ctx, m, a.seq)
	case <-ctx.Done():
		return 0, unavailable(ctx.Err())
	}
}

func (s *Service) numberOf(ctx context.Context, m Message, seq uint64) (n uint64, err error) {
	err = s.do(ctx, func() error {
		if v := s.visits[m.Session]; v != nil && seq > 0 {
			n = v.ledger.numberOf(m.reader(), seq)
		}
		return nil
	})
	return n, err
}

func (s *Service) say(m Message, result chan<- answered) error {
	v, err := s.find(m.Session)
	if err != nil {
		return err
	}
	id := v.idOf(m.author(), m.ID)
	if e, known := v.ledger.find(id); known {
		result <- answered{seq: e.Seq}
		return nil
	}
	if len(v.waiting[id]) > 0 { // it is on its way, and counts once
		v.await(id, result)
		return nil
	}
	if err := v.maySay(m); err != nil {
		return err
	}
	return v.say(id, m.author(), Said{ID: m.ID, From: m.from(), Name: m.Operator.PublicName, Text: m.Text}, result)
}

// maySay decides whether a message has a place in the session.
func (v *visit) maySay(m Message) error {
	switch {
	case m.Operator.ID == "" && v.row.Visitor != m.Visitor:
		return unknown()
	case m.Operator.ID != "" && !m.Operator.Active:
		return routing.Refuse(routing.Forbidden, "operator_inactive")
	case m.Operator.ID != "" && v.row.Operator != m.Operator.ID:
		return routing.Refuse(routing.Conflict, "session_not_yours")
	case !v.row.Ended.IsZero():
		return routing.Refuse(routing.Gone, "session_over")
	case m.Operator.ID != "" && v.row.State != active:
		return routing.Refuse(routing.Conflict, "session_not_yours")
	}
	return v.notTooOften(m.author())
}

func (v *visit) notTooOften(author string) error {
	now := v.s.now()
	said := slices.DeleteFunc(v.rates[author], func(at time.Time) bool { return now.Sub(at) >= messagesWithin })
	if len(said) >= messagesAtOnce {
		v.rates[author] = said
		return routing.Refuse(routing.Limited, "message_too_often")
	}
	v.rates[author] = append(said, now)
	return nil
}

// say writes a message down and answers when it is on disk.
func (v *visit) say(id routing.FactID, author string, said Said, result chan<- answered) error {
	if err := v.commit(id, author, routing.Everybody, said, result); err != nil {
		return err
	}
	v.said(said)
	return nil
}

// commit writes a fact down and answers when it is on disk, after everybody who
// watches was told of it.
func (v *visit) commit(id routing.FactID, author string, audience routing.Audience, fact routing.Fact, result chan<- answered) error {
	v.await(id, result)
	err := v.s.opts.Journal.AddAs(id, v.row.ID, v.row.Call, author, audience, fact, func(err error) {
		v.s.own.Send(func() {
			waiting := v.waiting[id] // none when the entry was told
			delete(v.waiting, id)
			for _, result := range waiting {
				result <- answered{err: err}
			}
		})
	})
	if err != nil {
		delete(v.waiting, id)
		return unavailable(err)
	}
	return nil
}

// await answers with an entry when it is told. result has room for the answer.
func (v *visit) await(id routing.FactID, result chan<- answered) {
	v.waiting[id] = append(v.waiting[id], result)
}

// said is what follows from a message before it is on disk.
func (v *visit) said(s Said) {
	v.s.opts.Metrics.said.WithLabelValues(s.From).Inc()
	switch s.From {
	case ByVisitor:
		v.reminded = time.Time{}
		v.contact()
		v.setDraft("")
	case ByOperator:
		v.reminded = time.Time{}
		v.setTyping(false)
		v.unread(s)
	}
	v.wait()
}

// system says something by nobody; name makes it once in the session.
func (v *visit) system(name, text string) {
	said := Said{ID: name, From: BySystem, Text: text}
	if err := v.s.opts.Journal.AddAs(v.idOf(BySystem, name), v.row.ID, v.row.Call, BySystem, routing.Everybody, said, func(error) {}); err != nil {
		v.log.Error("system line lost", slog.Any("err", err))
		return
	}
	v.said(said)
}

// Read notes up to which n a side has read. What was read before changes nothing. It
// refuses as Say does.
func (s *Service) Read(ctx context.Context, m Message, n uint64) error {
	return s.do(ctx, func() error {
		v, err := s.find(m.Session)
		switch {
		case err != nil:
			return err
		case m.Operator.ID == "" && v.row.Visitor != m.Visitor:
			return unknown()
		case m.Operator.ID != "" && v.row.Operator != m.Operator.ID:
			return routing.Refuse(routing.Conflict, "session_not_yours")
		}
		seq := v.ledger.seqOf(m.reader(), n)
		if seq <= v.ledger.seen[m.from()] || v.row.State == closed {
			return nil
		}
		v.ledger.note(m.from(), seq)
		v.fact(m.author(), routing.Everybody, Seen{Reader: m.from(), UpTo: seq})
		return nil
	})
}
