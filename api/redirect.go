package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"sufler/routing"
	"sufler/routing/capacity"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/session"
)

type (
	// RedirectTo is who is to take a visitor: one of the two.
	RedirectTo struct {
		Operator string `json:"operator,omitempty" maxLength:"64"`
		Group    string `json:"group,omitempty" maxLength:"80"`
		Note     string `json:"note,omitempty" maxLength:"4000" doc:"For the next operator."`
	}
	redirectIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			RedirectTo
			Result string `json:"result,omitempty" maxLength:"200" doc:"How it was, of the part that ends, as at the OK."`
		}
	}
	redirectPlaceIn struct {
		Place string `path:"place" maxLength:"64"`
		Body  RedirectTo
	}
	countersIn struct {
		Kind string `query:"kind" enum:"chat,voice,video,callback,phone,invitation"`
	}
	countersOut struct {
		Body struct {
			Groups []GroupCounters `json:"groups"`
		}
	}

	// GroupCounters are those of a group in the dialog of a redirection.
	GroupCounters struct {
		Name     routing.GroupName `json:"name"`
		Counters Counters          `json:"counters"`
		May      string            `json:"may" doc:"Why nobody of it can take another of the kind now; empty: somebody can."`
		People   []PersonCounters  `json:"people"`
	}

	// PersonCounters are those of one person.
	PersonCounters struct {
		ID       routing.OperatorID `json:"id"`
		Name     string             `json:"name"`
		Status   string             `json:"status"`
		Counters Counters           `json:"counters"`
		May      string             `json:"may" doc:"Why they cannot take another of the kind now; empty: they can."`
	}

	// Counters are how many there are of each.
	Counters struct {
		Free      int `json:"free" doc:"Can take another chat."`
		Busy      int `json:"busy" doc:"Can take nothing."`
		Paused    int `json:"paused"`
		Queued    int `json:"queued" doc:"Wait for them, and they see them."`
		PreQueued int `json:"prequeued" doc:"Wait behind those."`
	}
)

// handed is what was left for whoever takes somebody who waits. The line knows nothing of
// it; it is asked for where the line is told, so it is kept here.
type handed struct {
	mu    sync.Mutex
	notes map[routing.SessionID]Handed
}

// follow keeps what belongs to a session that waits.
func (h *handed) follow(v session.View, from string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if v.State != routing.SessionQueued || v.From == "" {
		delete(h.notes, v.ID)
		return
	}
	if h.notes == nil {
		h.notes = map[routing.SessionID]Handed{}
	}
	h.notes[v.ID] = Handed{From: from, Note: v.Handed}
}

// with is what was left with a session; nil when nothing was.
func (h *handed) with(id routing.SessionID) *Handed {
	h.mu.Lock()
	defer h.mu.Unlock()
	if note, ok := h.notes[id]; ok {
		return &note
	}
	return nil
}

// rememberHanded takes what waits since before this process.
func (s *Server) rememberHanded() {
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	defer cancel()
	views, err := s.opt.Sessions.Open(ctx)
	if err != nil {
		s.opt.Log.Error("sessions not read", slog.Any("err", err))
	}
	for _, v := range views {
		s.handed.follow(v, s.nameOf(v.From))
	}
}

// place is a place with what the line does not know: who the visitor is, and what was
// left for whoever takes it.
func (s *Server) place(p queue.Place, withNumber bool) Place {
	o := placeObject(p, withNumber)
	if info, here := s.opt.Visitors.Info(p.Visitor); here {
		o.Visitor = info.Visitor.Number
	}
	o.Redirected = s.handed.with(p.Session)
	return o
}

func (s *Server) redirectRoutes() {
	route(s, may(people.SessionWrite), "redirect-session", http.MethodPost, "/sessions/{id}/redirect", "Hand a conversation to somebody else", http.StatusOK, s.redirectSession)
	route(s, may(people.WaitingRedirect), "redirect-place", http.MethodPost, "/waiting/{place}/redirect", "Send somebody who waits to somebody else", http.StatusNoContent, s.redirectPlace)
	route(s, may(people.WaitingRedirect), "get-counters", http.MethodGet, "/counters", "Whom a visitor can be redirected to", http.StatusOK, s.getCounters)
}

// target reads to whom; just one of the two says it.
func (r RedirectTo) target() (session.Target, error) {
	if (r.Operator == "") == (r.Group == "") {
		return session.Target{}, routing.Refuse(routing.Invalid, "request_invalid", "at", "operator, group")
	}
	return session.Target{Operator: routing.OperatorID(r.Operator), Group: routing.GroupName(r.Group)}, nil
}

func (s *Server) redirectSession(ctx context.Context, in *redirectIn) (*sessionOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionWrite)
	if err != nil {
		return nil, err
	}
	to, err := in.Body.target()
	if err != nil {
		return nil, err
	}
	if err := s.checkResult(in.Body.Result); err != nil {
		return nil, err
	}
	v, err = s.opt.Sessions.Redirect(ctx, v.ID, o.ID, session.Redirection{To: to, Result: in.Body.Result, Note: in.Body.Note})
	return s.shownSession(v, err)
}

func (s *Server) redirectPlace(ctx context.Context, in *redirectPlaceIn) (*struct{}, error) {
	o, place, err := s.mayTouchPlace(ctx, routing.PlaceID(in.Place), people.WaitingRedirect)
	if err != nil {
		return nil, err
	}
	to, err := in.Body.target()
	if err != nil {
		return nil, err
	}
	return nil, s.opt.Sessions.RedirectWaiting(ctx, place.ID, o.ID, session.Redirection{To: to, Note: in.Body.Note})
}

// getCounters counts all groups: a visitor may be sent to any of them.
func (s *Server) getCounters(ctx context.Context, in *countersIn) (*countersOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	sight := s.seenBy(o)
	groups, err := s.opt.Waiting.Counters(ctx, s.groups(), sight)
	if err != nil {
		return nil, err
	}
	channel, ok := routing.ParseChannel(in.Kind)
	if !ok {
		channel = routing.ChatChannel
	}
	out := &countersOut{}
	out.Body.Groups = make([]GroupCounters, len(groups))
	for i, g := range groups {
		out.Body.Groups[i] = s.groupCounters(g, channel, sight)
	}
	return out, nil
}

// groups are those that somebody is in, by name.
func (s *Server) groups() (names []routing.GroupName) {
	for _, o := range s.opt.People.Operators() {
		if o.Active {
			names = append(names, o.Groups...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// seenBy shows people as a reader may see them: whose supervision is not to be known
// of is as free as without it.
func (s *Server) seenBy(o routing.Operator) func(queue.Candidate) queue.Candidate {
	return func(c queue.Candidate) queue.Candidate {
		if !s.seesSupervisionIn(o, s.objectOfPerson(c.Operator.ID)) {
			c.Load = c.Discreet()
		}
		return c
	}
}

func (s *Server) groupCounters(g queue.GroupCounters, channel routing.Channel, sight func(queue.Candidate) queue.Candidate) GroupCounters {
	candidates := s.opt.Team.Candidates([]routing.GroupName{g.Group})
	o := GroupCounters{Name: g.Group, Counters: Counters(g.Counters), People: []PersonCounters{}}
	for _, m := range g.Members {
		i := slices.IndexFunc(candidates, func(c queue.Candidate) bool { return c.Operator.ID == m.Operator })
		if i < 0 {
			continue // gone in this moment
		}
		seen := sight(candidates[i])
		code := capacity.CanTake(seen.Person, capacity.Want{Channel: channel, Forwarded: true})
		member, _ := s.opt.Team.Member(m.Operator)
		o.People = append(o.People, PersonCounters{ID: m.Operator, Name: m.Name, Status: statusOf(member, candidates[i].Supervises == seen.Supervises), Counters: Counters(m.Counters), May: string(code)})
	}
	o.May = mayOf(o.People)
	return o
}

// mayOf is why nobody of a group can take another: what is removed most easily.
func mayOf(people []PersonCounters) string {
	has := func(code string) bool {
		return slices.ContainsFunc(people, func(p PersonCounters) bool { return p.May == code })
	}
	if has("") {
		return ""
	}
	if i := slices.IndexFunc(queue.KeptCodes, has); i >= 0 {
		return queue.KeptCodes[i]
	}
	return string(capacity.OperatorOffline)
}

// statusOf is what somebody does, for those who see supervision or not.
func statusOf(m people.Member, supervision bool) string {
	if supervision {
		return m.Status.String()
	}
	return m.Apart.String()
}
