package visitor

import (
	"context"
	"slices"
	"time"

	"sufler/internal/useragent"
	"sufler/routing"
)

// polled is the page of those whose pages have no connection and ask now and then.
const polled PageID = 0

// Arrival is a page that a visitor has opened.
type Arrival struct {
	Token     string
	Widget    routing.WidgetID
	Language  string
	UserAgent string

	URL, Title, Referrer string
	Parameters           map[string]string
}

// Arrive says that a visitor has opened a page, one they know or a first one. Who calls
// it calls Leave once the page is gone. It refuses with "token_wrong" and, where an
// administrator wants it so, "parameter_unknown" (name).
func (s *Service) Arrive(ctx context.Context, a Arrival) (routing.Visitor, PageID, error) {
	s.mu.Lock()
	s.lastPage++
	id := s.lastPage
	s.mu.Unlock()
	v, err := s.arrive(ctx, a, id)
	return v, id, err
}

// Poll says that a page without a connection has asked for something: the visitor is
// here for a while. It refuses as Arrive does.
func (s *Service) Poll(ctx context.Context, a Arrival) (routing.Visitor, error) {
	v, err := s.arrive(ctx, a, polled)
	if err != nil {
		return v, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if here := s.visits[v.ID]; here != nil {
		stopped(here.polling)
		here.asked = s.opt.Clock.Now()
		here.polling = s.opt.Clock.AfterFunc(s.opt.PollGrace, func() { s.silent(here) })
	}
	return v, nil
}

// silent ends a page that has not asked for long.
func (s *Service) silent(v *visit) {
	s.mu.Lock()
	over := s.opt.Clock.Now().Sub(v.asked) >= s.opt.PollGrace
	s.mu.Unlock()
	if over {
		s.Leave(v.visitor.ID, polled)
	}
}

func (s *Service) arrive(ctx context.Context, a Arrival, id PageID) (routing.Visitor, error) {
	values, err := s.tidyValues(a.Parameters)
	if err != nil {
		return routing.Visitor{}, err
	}
	known, err := s.Known(ctx, a.Token, a.Language)
	if err != nil {
		return known, err
	}
	page := newPage(a.URL, a.Title, s.opt.Clock.Now())
	s.change(func() []Event {
		if s.closed {
			return nil
		}
		v := s.visits[known.ID]
		if v == nil {
			v = s.beginLocked(known, a, page)
		}
		return s.openLocked(v, id, page, values)
	})
	return known, nil
}

// beginLocked begins a visit. Beyond what is remembered one is known to be here, and
// little more.
func (s *Service) beginLocked(known routing.Visitor, a Arrival, page Page) *visit {
	browser, system := useragent.Parse(a.UserAgent)
	v := &visit{
		visitor: known, widget: routing.WidgetID(shared(string(a.Widget))), listed: len(s.visits) < s.opt.Most, since: page.At,
		entry: page, referrer: shared(TidyURL(a.Referrer)), browser: shared(browser), system: shared(system),
	}
	s.visits[known.ID] = v
	s.tokens[known.TokenHash] = known.ID
	s.opt.Metrics.present.Set(float64(len(s.visits)))
	return v
}

func (s *Service) openLocked(v *visit, id PageID, page Page, values []Value) []Event {
	stopped(v.leaving)
	v.leaving, v.away = nil, time.Time{}
	if !slices.ContainsFunc(v.pages, func(o open) bool { return o.id == id }) && len(v.pages) < pagesMost {
		v.pages = append(v.pages, open{id: id})
	}
	return append(s.tellLocked(v, values), s.seesLocked(v, id, page)...)
}

// seesLocked notes that a visitor looks at a page.
func (s *Service) seesLocked(v *visit, id PageID, page Page) []Event {
	var events []Event
	if v.sees(id, page) {
		events = append(events, Seen{Visitor: v.visitor.ID, Session: s.sessions[v.visitor.ID], Page: page})
	}
	return append(events, Changed{s.infoLocked(v)})
}

// See says where a page has gone, or that it is looked at again.
func (s *Service) See(id routing.VisitorID, page PageID, url, title string) {
	seen := newPage(url, title, s.opt.Clock.Now())
	s.change(func() []Event {
		v := s.visits[id]
		if v == nil || !slices.ContainsFunc(v.pages, func(o open) bool { return o.id == page }) {
			return nil
		}
		return s.seesLocked(v, page, seen)
	})
}

// Leave says that a page is gone. After the last one there is a while in which another
// may come: people go from page to page.
func (s *Service) Leave(id routing.VisitorID, page PageID) {
	s.change(func() []Event {
		v := s.visits[id]
		if v == nil || !slices.ContainsFunc(v.pages, func(o open) bool { return o.id == page }) {
			return nil
		}
		if v.shuts(page) {
			v.away = s.opt.Clock.Now()
			v.leaving = s.opt.Clock.AfterFunc(s.opt.Grace, func() { s.gone(v) })
			s.storeSoonLocked(id, v.away)
		}
		return []Event{Changed{s.infoLocked(v)}}
	})
}

// gone ends a visit, unless a page has come in the last moment.
func (s *Service) gone(v *visit) {
	s.change(func() []Event {
		id := v.visitor.ID
		if s.visits[id] != v || len(v.pages) > 0 {
			return nil
		}
		delete(s.visits, id)
		delete(s.tokens, v.visitor.TokenHash)
		s.opt.Metrics.present.Set(float64(len(s.visits)))
		return []Event{Left{Visitor: id, Widget: v.widget}}
	})
}

// SessionOpened says that a visitor has a session: watchers are told what they have seen
// so far and what they will see with that session. It is said as well of one that was
// open when the program started.
func (s *Service) SessionOpened(id routing.VisitorID, session routing.SessionID) {
	s.change(func() []Event {
		s.sessions[id] = session
		v := s.visits[id]
		if v == nil {
			return nil
		}
		events := make([]Event, 0, len(v.history)+len(v.parameters)+1)
		for _, p := range v.history {
			events = append(events, Seen{Visitor: id, Session: session, Page: p})
		}
		for _, value := range s.valuesOf(v.parameters) {
			events = append(events, Told{Visitor: id, Session: session, Value: value})
		}
		return append(events, Changed{s.infoLocked(v)})
	})
}

// SessionClosed says that it is over. Of another one than the visitor's it does nothing.
func (s *Service) SessionClosed(id routing.VisitorID, session routing.SessionID) {
	s.change(func() []Event {
		if s.sessions[id] != session {
			return nil
		}
		delete(s.sessions, id)
		if v := s.visits[id]; v != nil {
			return []Event{Changed{s.infoLocked(v)}}
		}
		return nil
	})
}

// Info is what is known of a visitor who is here, or was a moment ago.
func (s *Service) Info(id routing.VisitorID) (Info, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.visits[id]
	if v == nil {
		return Info{}, false
	}
	return s.infoLocked(v), true
}

// Here returns everybody who is here, or was a moment ago, in no certain order.
func (s *Service) Here() []Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Info, 0, len(s.visits))
	for _, v := range s.visits {
		all = append(all, s.infoLocked(v))
	}
	return all
}

// History returns the pages of a visit so far, the first one first.
func (s *Service) History(id routing.VisitorID) []Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.visits[id]
	if v == nil {
		return nil
	}
	return slices.Clone(v.history)
}
