package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	phonesOut struct {
		Body struct {
			Phones []PhoneRow `json:"phones"`
		}
	}

	// PhoneRow is a softphone and where it is registered.
	PhoneRow struct {
		Extension  routing.Extension `json:"extension"`
		Registered bool              `json:"registered"`
		UserAgent  string            `json:"user_agent"`
		Address    string            `json:"address"`
		Since      *string           `json:"since"`
	}
)

func (s *Server) phoneRoutes() {
	route(s, may(people.PhonesRead), "list-phones", http.MethodGet, "/phones", "The softphones and where they are registered", http.StatusOK, s.listPhones)
}

func (s *Server) listPhones(ctx context.Context, _ *struct{}) (*phonesOut, error) {
	if _, err := s.operatorWho(ctx, people.PhonesRead, people.Object{}); err != nil {
		return nil, err
	}
	out := &phonesOut{}
	out.Body.Phones = []PhoneRow{}
	for _, p := range s.opt.Phones.Phones() {
		out.Body.Phones = append(out.Body.Phones, PhoneRow{
			Extension: p.Extension, Registered: p.Registered, UserAgent: p.UserAgent, Address: p.Address, Since: stamp(p.Since),
		})
	}
	return out, nil
}
