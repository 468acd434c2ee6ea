package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

// Person is somebody of ours as an administrator sees them.
type Person struct {
	Operator

	Description string `json:"description" doc:"Visitors may read it below the public name."`
	ChatLimit   int    `json:"chat_limit"`
	Preview     bool   `json:"preview" doc:"They may look at who waits before they accept."`
}

type (
	peopleOut struct {
		Body struct {
			Items []Person `json:"items"`
		}
	}
	personIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			PublicName  *string              `json:"public_name,omitempty"`
			Description *string              `json:"description,omitempty"`
			Groups      *[]routing.GroupName `json:"groups,omitempty"`
			ChatLimit   *int                 `json:"chat_limit,omitempty" doc:"1 to 10."`
			Preview     *bool                `json:"preview,omitempty"`
			Active      *bool                `json:"active,omitempty"`
		}
	}
	personOut struct{ Body Person }
)

func (s *Server) peopleRoutes() {
	route(s, may(people.PeopleRead), "list-people", http.MethodGet, "/people", "Everybody of ours", http.StatusOK, s.listPeople)
	route(s, may(people.PeopleWrite), "patch-person", http.MethodPatch, "/people/{id}", "Change what somebody may and has", http.StatusOK, s.patchPerson)
}

func personObject(o routing.Operator) Person {
	return Person{
		Operator: operatorObject(o), Description: o.Description, ChatLimit: o.ChatLimit, Preview: o.Preview,
	}
}

func (s *Server) listPeople(context.Context, *struct{}) (*peopleOut, error) {
	out := &peopleOut{}
	out.Body.Items = []Person{}
	for _, o := range s.opt.People.Operators() {
		out.Body.Items = append(out.Body.Items, personObject(o))
	}
	return out, nil
}

func (s *Server) patchPerson(ctx context.Context, in *personIn) (*personOut, error) {
	b := in.Body
	c := people.Changes{PublicName: b.PublicName, Description: b.Description, ChatLimit: b.ChatLimit, Preview: b.Preview, Active: b.Active}
	if b.Groups != nil {
		c.Groups = append([]routing.GroupName{}, *b.Groups...)
	}
	o, err := s.opt.People.Change(ctx, routing.OperatorID(in.ID), c)
	if err != nil {
		return nil, err
	}
	return &personOut{Body: personObject(o)}, nil
}
