package server

import (
	"context"
	"fmt"
	"time"

	"sufler/routing"
	"sufler/routing/mail"
	"sufler/routing/queue"
	"sufler/routing/session"
	"sufler/web"
)

// startSessions goes on with what is open between visitors and us.
func (s *Server) startSessions(ctx context.Context) error {
	s.letters = newLetters(s.mail.Queue, s.clock, s.Log)
	s.atClose(func(context.Context) { s.letters.close() })
	s.Sessions = session.New(session.Options{
		Store: s.store, Journal: s.journal, Line: s.line, Calls: s.Calls, People: s.Presence, Clock: s.clock, Log: s.Log,
		Metrics: session.NewMetrics(s.registry), Languages: web.Languages, Say: s.texts.Say,
		Redirect: s.redirectCall, Rules: s.rulesOf, Welcome: s.welcome, About: s.about, Missed: s.missSession, Answer: s.mailAnswer, Transcript: s.mailTranscript,
		Drafts: func(id routing.WidgetID) bool {
			w, ok := s.Settings.Widget(id)
			return ok && w.DraftPreview
		},
	})
	if err := s.Sessions.Start(ctx); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	s.atClose(s.Sessions.Close)
	stop, err := session.Follow(ctx, s.Sessions, s.visitors)
	stopReached := s.Sessions.Watch(s.reachedIn())
	stopRules := s.Settings.Watch(s.Sessions.RulesChanged)
	s.atClose(func(context.Context) { stop(); stopReached(); stopRules() })
	return err
}

// redirectCall asks whoever drives the call of a session to hand its client over.
func (s *Server) redirectCall(ctx context.Context, kind routing.Channel, id routing.SessionID, to queue.Target, by routing.OperatorID) error {
	if kind == routing.CallbackChannel {
		return s.Callbacks.Redirect(ctx, id, to, by)
	}
	return s.Talks.Redirect(ctx, id, to, by)
}

// rulesOf are those of a queue and of the groups of who has a session.
func (s *Server) rulesOf(name routing.QueueName, id routing.OperatorID) session.Rules {
	rules := session.DefaultRules
	if q, ok := s.Settings.Queues.Get(string(name)); ok {
		rules.Return = q.ReturnTime.Duration()
	}
	if o, ok := s.People.Operator(id); ok {
		g := s.Settings.RulesOf(o.Groups)
		rules.LostAfter, rules.SilentAfter, rules.WrapUpMost = g.LostAfter.Duration(), g.SilentAfter.Duration(), g.WrapUpMost.Duration()
		rules.Amber, rules.Red = g.Amber.Duration(), g.Red.Duration()
	}
	return rules
}

// welcome is the first message of a conversation, in a language; where there is none,
// in the first that there is one in.
func (s *Server) welcome(name routing.QueueName, language string) string {
	q, _ := s.Settings.Queues.Get(string(name))
	if text := q.Welcome[language]; text != "" {
		return text
	}
	for _, other := range web.Languages {
		if text := q.Welcome[other]; text != "" {
			return text
		}
	}
	return ""
}

// about is what the pages know of a visitor.
func (s *Server) about(id routing.VisitorID) (session.About, bool) {
	info, known := s.visitors.Info(id)
	return session.AboutOf(info), known
}

// missSession puts on the list whom nobody has served. A callback does that itself.
func (s *Server) missSession(one routing.Session) {
	reasons := map[routing.SessionOutcome]routing.MissedReason{
		routing.SessionAbandoned: routing.MissedAbandoned, routing.SessionNobodyFree: routing.MissedNoAnswer, routing.SessionFailed: routing.MissedInterrupted,
	}
	reason, ok := reasons[one.Outcome]
	if !ok || one.Channel == routing.CallbackChannel {
		return
	}
	s.missed.Add(routing.Missed{
		ID: routing.MissedID(one.ID), Reason: reason, Channel: one.Channel, Queue: one.Queue, Session: one.ID, Visitor: one.Visitor,
		Name: one.Name, Phone: one.Phone, Email: one.Email, Page: one.EntryURL, Language: one.Language, At: one.Ended,
	})
}

// reachedIn tells the list of the missed to whom somebody of ours has come, once for
// each operator who has.
func (s *Server) reachedIn() func(session.Event) {
	told := make(map[routing.SessionID]routing.OperatorID) // belongs to the sessions' goroutine
	return func(e session.Event) {
		c, ok := e.(session.Changed)
		switch {
		case !ok:
		case c.View.State == routing.SessionClosed:
			delete(told, c.View.ID)
		case c.View.State == routing.SessionActive && told[c.View.ID] != c.View.Operator:
			told[c.View.ID] = c.View.Operator
			s.missed.Reached(routing.Contact{Visitor: c.View.Visitor, Phone: c.View.Phone, Email: c.View.Email}, s.clock.Now())
		}
	}
}

// mailAnswer mails what was said to a visitor who had left.
func (s *Server) mailAnswer(one routing.Session, said []session.Line) {
	if !s.canMail(one) {
		return
	}
	s.letters.add(s.writer().Reply(mail.Reply{
		To: one.Email, Visitor: one.Name, Company: s.companyOf(one), Language: one.Language, Zone: time.Local, Link: one.EntryURL,
		Lines: linesOf(one, said), Session: one.ID,
	}))
}

// mailTranscript mails what everybody could read of a conversation.
func (s *Server) mailTranscript(one routing.Session, said []session.Line) bool {
	if !s.canMail(one) {
		return false
	}
	s.letters.add(s.writer().Transcript(mail.Transcript{
		To: one.Email, Visitor: one.Name, Company: s.companyOf(one), Language: one.Language, Zone: time.Local, Began: one.Requested,
		Lines: linesOf(one, said), Session: one.ID,
	}))
	return true
}

func (s *Server) canMail(one routing.Session) bool {
	_, err := mail.Address(one.Email)
	return err == nil && s.mail.IsSetUp()
}

func (s *Server) companyOf(one routing.Session) string {
	w, _ := s.Settings.Widget(one.Widget)
	return w.Company
}

// linesOf are messages as letters have them: who says them by the public name.
func linesOf(one routing.Session, said []session.Line) []mail.Line {
	lines := make([]mail.Line, len(said))
	for i, l := range said {
		lines[i] = mail.Line{At: l.At, Who: l.Name, Text: l.Text, System: l.From == session.BySystem}
		if l.From == session.ByVisitor {
			lines[i].Who = one.Name
		}
	}
	return lines
}
