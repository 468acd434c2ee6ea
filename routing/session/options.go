package session

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
	"sufler/routing/queue"
)

// Journal keeps what happens. *journal.Journal is one.
type Journal interface {
	Add(session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact)
	AddAs(id routing.FactID, session routing.SessionID, call routing.CallID, by string, audience routing.Audience, fact routing.Fact,
		stored func(error)) error
	Watch(told func([]routing.Entry)) (stop func())
}

// Store keeps sessions, and is where their journals are read.
type Store interface {
	routing.SessionStore
	EntriesSince(ctx context.Context, session routing.SessionID, since uint64) ([]routing.Entry, error)
}

// People tells who is at a desk, and is told what each has open. *people.Presence
// is one.
type People interface {
	Candidate(routing.OperatorID) (queue.Candidate, bool)
	Candidates([]routing.GroupName) []queue.Candidate
	SessionsChanged(routing.OperatorID, []people.OpenSession)
	Watch(changed func()) (stop func())
}

// Calls are those that sessions follow and hang up. *call.Exchange is one.
type Calls interface {
	Find(routing.CallID) (*call.Call, error)
	Watch(func(call.Snapshot)) (stop func())
}

// About is what is known of a visitor when a session of theirs begins.
type About struct {
	Number                         int64
	Name, Phone, Email             string
	Widget                         routing.WidgetID
	EntryURL, EntryTitle, Referrer string
	Browser, OS                    string
	Params                         map[string]string
}

// Rules are what the administrator has set for a session.
type Rules struct {
	LostAfter   time.Duration // without the visitor's connection a conversation ends after it
	SilentAfter time.Duration // a silent visitor is reminded, and after as long again it ends; 0: never
	WrapUpMost  time.Duration // an OK that nobody gives comes by itself; 0: never
	Return      time.Duration // how long an operator whose desk is lost may come back
	Amber, Red  time.Duration // after how long without an answer a visitor is marked, and after how long once more
}

// DefaultRules are PRODUCT's figures.
var DefaultRules = Rules{LostAfter: 10 * time.Minute, SilentAfter: 10 * time.Minute, Return: 20 * time.Second, Amber: time.Minute, Red: 3 * time.Minute}

// Options are what a Service works with.
type Options struct {
	Store   Store
	Journal Journal
	Line    *queue.Line
	Calls   Calls
	People  People
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere

	// Redirect lets the operator of a talk, a callback or a caller go and finds the one
	// it is redirected to; the client stays in the call. Nil: it cannot be.
	Redirect func(ctx context.Context, kind routing.Channel, session routing.SessionID, to queue.Target, by routing.OperatorID) error

	// Rules are those of a queue and of the operator who has the session, if one has;
	// nil: DefaultRules. None of these functions may block.
	Rules func(routing.QueueName, routing.OperatorID) Rules
	// Welcome is the first message of a conversation; nil or empty: none.
	Welcome func(queue routing.QueueName, language string) string
	// Drafts reports whether operators may see what a widget's visitors are writing;
	// nil: they may.
	Drafts func(routing.WidgetID) bool
	// About is what is known of a visitor who is here; nil or false: nothing.
	About func(routing.VisitorID) (About, bool)
	// Missed takes a session in which nobody was served; nil: nobody does.
	Missed func(routing.Session)
	// Answer mails what was said to somebody who was not here; nil: nothing is mailed.
	Answer func(s routing.Session, said []Line)
	// Transcript mails a whole conversation, and tells whether it will; nil: it will not.
	Transcript func(s routing.Session, said []Line) bool

	Languages []string // the first is for who names none or another; none means English
	// Say fills the sentence of a key of web/shared/texts: "said.silent". Nil: English.
	Say func(language, key string, params map[string]string) string

	// Leave is how long who waits may have no connection; 0 means 30 s.
	Leave time.Duration
	// Remember is how long a closed session stays in memory; 0 means 10 minutes.
	Remember time.Duration
	// PerVisitorHour is how many sessions a visitor may ask for in an hour; 0 means 20.
	PerVisitorHour int
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	if o.Redirect == nil {
		o.Redirect = func(context.Context, routing.Channel, routing.SessionID, queue.Target, routing.OperatorID) error {
			return routing.Refuse(routing.Conflict, "call_connecting")
		}
	}
	if o.Rules == nil {
		o.Rules = func(routing.QueueName, routing.OperatorID) Rules { return DefaultRules }
	}
	if o.Welcome == nil {
		o.Welcome = func(routing.QueueName, string) string { return "" }
	}
	if o.Drafts == nil {
		o.Drafts = func(routing.WidgetID) bool { return true }
	}
	if o.About == nil {
		o.About = func(routing.VisitorID) (About, bool) { return About{}, false }
	}
	if o.Missed == nil {
		o.Missed = func(routing.Session) {}
	}
	if o.Say == nil {
		o.Say = english
	}
	if len(o.Languages) == 0 {
		o.Languages = []string{"en"}
	}
	o.Leave = cmp.Or(o.Leave, 30*time.Second)
	o.Remember = cmp.Or(o.Remember, 10*time.Minute)
	o.PerVisitorHour = cmp.Or(o.PerVisitorHour, 20)
	return o
}

// english are the sentences when no texts are given.
func english(_, key string, _ map[string]string) string {
	return map[string]string{"said.silent": "Are you still there?"}[key]
}
