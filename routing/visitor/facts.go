package visitor

import (
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

// PageSeen is a page that the visitor has opened. At is its own: the session may have
// begun later.
type PageSeen struct {
	URL   string    `json:"url"`
	Title string    `json:"title"`
	At    time.Time `json:"at"`
}

// ParameterSet is what a page told of its visitor.
type ParameterSet struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ProfileChanged is what the visitor is called and how they are reached, from now on.
type ProfileChanged struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

// Banned is the decision to keep the visitor out.
type Banned struct {
	Reason string     `json:"reason"`
	Until  *time.Time `json:"until"` // null: for ever
}

// Kind returns page.seen.
func (PageSeen) Kind() string { return "page.seen" }

// Kind returns parameter.set.
func (ParameterSet) Kind() string { return "parameter.set" }

// Kind returns visitor.changed.
func (ProfileChanged) Kind() string { return "visitor.changed" }

// Kind returns visitor.banned.
func (Banned) Kind() string { return "visitor.banned" }

// note writes what watchers are told into the journal of the visitor's session.
func (s *Service) note(e Event) {
	switch e := e.(type) {
	case Seen:
		if e.Session != "" {
			s.opt.Journal.Add(e.Session, "", string(e.Visitor), routing.StaffOnly, seenFact(e.Page))
		}
	case Told:
		if e.Session != "" {
			s.opt.Journal.Add(e.Session, "", string(e.Visitor), routing.StaffOnly, ParameterSet{Name: e.Value.Name, Value: e.Value.Value})
		}
	case Changed, Introduced, Left:
	}
}

func seenFact(p Page) PageSeen {
	return PageSeen{URL: p.URL, Title: p.Title, At: p.At.UTC().Truncate(time.Millisecond)}
}

// stopped is a timer that may not have been started.
func stopped(t clock.Timer) {
	if t != nil {
		t.Stop()
	}
}
