package session

import (
	"context"
	"sync"

	"sufler/routing"
	"sufler/routing/visitor"
)

// Visitors tells who is on the pages. *visitor.Service is one.
type Visitors interface {
	SessionOpened(routing.VisitorID, routing.SessionID)
	SessionClosed(routing.VisitorID, routing.SessionID)
	Watch(func(visitor.Event)) (stop func())
}

// Follow lets a service know what visitors do, and them which session they have, until
// stop is called. It is called after Start.
func Follow(ctx context.Context, s *Service, v Visitors) (stop func(), err error) {
	stopVisitors := v.Watch(func(e visitor.Event) { s.visitorTold(e) })
	var mu sync.Mutex
	open := make(map[routing.SessionID]bool)
	tell := func(view View) {
		mu.Lock()
		defer mu.Unlock()
		switch goesOn := view.Ended.IsZero(); {
		case view.Visitor == "":
		case goesOn && !open[view.ID]:
			open[view.ID] = true
			v.SessionOpened(view.Visitor, view.ID)
		case !goesOn && open[view.ID]:
			delete(open, view.ID)
			v.SessionClosed(view.Visitor, view.ID)
		}
	}
	stopSessions := s.Watch(func(e Event) {
		if c, ok := e.(Changed); ok {
			tell(c.View)
		}
	})
	views, err := s.Open(ctx)
	for _, view := range views {
		tell(view)
	}
	return func() { stopSessions(); stopVisitors() }, err
}

// visitorTold takes what is told of a visitor.
func (s *Service) visitorTold(e visitor.Event) {
	switch e := e.(type) {
	case visitor.Changed:
		s.VisitorChanged(e.Info.Visitor.ID, e.Info.Here)
	case visitor.Left:
		s.VisitorChanged(e.Visitor, false)
	case visitor.Seen:
		if e.Session != "" {
			s.SawPage(e.Visitor, e.Page.URL, e.Page.Title, e.Page.At)
		}
	case visitor.Told:
		if e.Session != "" {
			s.SetParameters(e.Visitor, map[string]string{e.Value.Name: e.Value.Value})
		}
	case visitor.Introduced:
		if e.Session == "" { // else an operator did it, in a session
			s.Introduced(e.Visitor.ID, Contact{Name: &e.Visitor.Name, Phone: &e.Visitor.Phone, Email: &e.Visitor.Email})
		}
	}
}

// AboutOf is what is known of a visitor who is here.
func AboutOf(info visitor.Info) About {
	about := About{
		Number: info.Visitor.Number, Name: info.Visitor.Name, Phone: info.Visitor.Phone, Email: info.Visitor.Email, Widget: info.Widget,
		EntryURL: info.Entry.URL, EntryTitle: info.Entry.Title, Referrer: info.Referrer, Browser: info.Browser, OS: info.System,
		Params: make(map[string]string, len(info.Parameters)),
	}
	for _, p := range info.Parameters {
		about.Params[p.Name] = p.Value
	}
	return about
}
