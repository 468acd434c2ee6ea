package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/visitor"
)

// visitorsListed is how many visitors one list holds, those who came last.
const visitorsListed = 500

type (
	// VisitorHere is a visitor who is on a page now.
	VisitorHere struct {
		VisitorInfo
		Widget   routing.WidgetID  `json:"widget"`
		Session  routing.SessionID `json:"session" doc:"The open one; empty: none."`
		Browsing bool              `json:"browsing" doc:"Looks at pages and has asked for nothing."`
	}
	visitorsOut struct {
		Body visitorsHere
	}
	visitorsHere struct {
		Total    int           `json:"total" doc:"Of those whom the reader may see; the list holds the 500 who came last."`
		Visitors []VisitorHere `json:"visitors" nullable:"false"`
	}
	changeProfileIn struct {
		Body struct {
			Name       *string           `json:"name,omitempty" maxLength:"200"`
			Phone      *string           `json:"phone,omitempty" maxLength:"80"`
			Email      *string           `json:"email,omitempty" maxLength:"254"`
			Language   *string           `json:"language,omitempty" maxLength:"35"`
			Parameters map[string]string `json:"parameters,omitempty"`
		}
	}
	profileOut struct{ Body VisitorProfile }
)

func (s *Server) visitorRoutes() {
	route(s, may(people.VisitorRead), "list-visitors", http.MethodGet, "/visitors", "Who is on the pages now", http.StatusOK, s.listVisitors)
	route(s, holder, "change-profile", http.MethodPatch, "/visitor", "Tell who one is; what is not named stays", http.StatusOK, s.changeProfile)
}

func (s *Server) listVisitors(ctx context.Context, _ *struct{}) (*visitorsOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	return &visitorsOut{Body: s.visitorsFor(o)}, nil
}

// visitorsFor are those whom somebody may see, who came last first.
func (s *Server) visitorsFor(o routing.Operator) visitorsHere {
	sight := s.sightOf(o)
	here := slices.DeleteFunc(s.opt.Visitors.Here(), func(i visitor.Info) bool { return !sight.sees(i) })
	slices.SortFunc(here, func(a, b visitor.Info) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(b.Visitor.ID, a.Visitor.ID))
	})
	list := visitorsHere{Total: len(here), Visitors: []VisitorHere{}}
	for _, i := range here[:min(len(here), visitorsListed)] {
		list.Visitors = append(list.Visitors, sight.object(i))
	}
	return list
}

// sight is what somebody may see of visitors, looked up once for each widget.
type sight struct {
	s       *Server
	o       routing.Operator
	widgets map[routing.WidgetID]people.Object
}

func (s *Server) sightOf(o routing.Operator) *sight {
	return &sight{s: s, o: o, widgets: map[routing.WidgetID]people.Object{}}
}

// objectOf is a widget as people.Can takes it: it belongs to the groups of the queues
// that its ways in lead to.
func (l *sight) objectOf(id routing.WidgetID) people.Object {
	if object, known := l.widgets[id]; known {
		return object
	}
	var object people.Object
	if w, ok := l.s.opt.Settings.Widget(id); ok {
		for _, channel := range channels {
			if way, err := l.s.wayIn(w, channel); err == nil {
				object.Groups = append(object.Groups, l.s.objectOfQueue(l.s.queueOr(way.Queue)).Groups...)
			}
		}
	}
	l.widgets[id] = object
	return object
}

func (l *sight) sees(i visitor.Info) bool {
	return i.Listed && people.Can(l.o, people.VisitorRead, l.objectOf(i.Widget)) == nil
}

// object cuts a visitor to the reader: where one is reached is not for everybody who
// sees them.
func (l *sight) object(i visitor.Info) VisitorHere {
	o := VisitorHere{VisitorInfo: visitorInfo(i, 0), Widget: i.Widget, Session: i.Session, Browsing: i.Browsing()}
	if people.Can(l.o, people.WaitingNumber, l.objectOf(i.Widget)) != nil {
		o.Phone, o.Email = "", ""
	}
	return o
}

// queueOr is a queue by its name, the first one for none.
func (s *Server) queueOr(name routing.QueueName) routing.QueueName {
	q, err := s.opt.Waiting.Queue(name)
	if err != nil {
		return name
	}
	return q.Name
}

func (s *Server) changeProfile(ctx context.Context, in *changeProfileIn) (*profileOut, error) {
	who, err := s.opt.Visitors.ByToken(ctx, bearer(requestOf(ctx)))
	if err != nil {
		return nil, err
	}
	if err := s.opt.Visitors.SetParameters(who.ID, in.Body.Parameters); err != nil {
		return nil, err
	}
	who, err = s.opt.Visitors.Change(ctx, visitor.Change{
		Visitor: who.ID, By: string(who.ID), Name: in.Body.Name, Phone: in.Body.Phone, Email: in.Body.Email, Language: in.Body.Language,
	})
	if err != nil {
		return nil, err
	}
	return &profileOut{Body: profileOf(who)}, nil
}
