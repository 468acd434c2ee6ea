package api

import (
	"context"
	"net/http"
	"slices"

	"sufler/routing"
	"sufler/routing/people"
)

type teamOut struct {
	Body struct {
		People []Member `json:"people"`
	}
}

func (s *Server) teamRoutes() {
	route(s, may(people.TeamRead), "list-team", http.MethodGet, "/team", "Who does what", http.StatusOK, s.listTeam)
}

func (s *Server) listTeam(ctx context.Context, _ *struct{}) (*teamOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	if !s.mayReadTeam(o) {
		return nil, routing.Refuse(routing.Forbidden, "not_allowed")
	}
	out := &teamOut{}
	out.Body.People = s.membersFor(o)
	return out, nil
}

func (s *Server) mayReadTeam(o routing.Operator) bool {
	return people.Can(o, people.TeamRead, people.Object{Operator: o.ID, Groups: o.Groups}) == nil
}

// membersFor are the people whom somebody may see; oneself always.
func (s *Server) membersFor(o routing.Operator) []Member {
	members := []Member{}
	for _, m := range s.opt.Team.Members() {
		if member, ok := s.memberFor(o, m); ok {
			members = append(members, member)
		}
	}
	return members
}

func (s *Server) memberFor(o routing.Operator, m people.Member) (Member, bool) {
	object := s.objectOfPerson(m.ID)
	if m.ID != o.ID && people.Can(o, people.TeamRead, object) != nil {
		return Member{}, false
	}
	return memberObject(m, s.seesSupervisionIn(o, object)), true
}

// colleagueFor is what a reader who does not see the team is told of another operator.
// Supervisors are left out: nothing that a page gets by itself may name them.
func (s *Server) colleagueFor(o routing.Operator, m people.Member) (Colleague, bool) {
	object := s.objectOfPerson(m.ID)
	if m.ID == o.ID || m.Rank != routing.RankOperator || people.Can(o, people.TeamRead, object) == nil || !slices.Contains(people.May(o), people.WaitingRedirect) {
		return Colleague{}, false
	}
	return Colleague{m.ID, m.Name, m.Apart.String()}, true
}
