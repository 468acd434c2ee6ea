package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	trunksOut struct {
		Body struct {
			Trunks []TrunkRow `json:"trunks"`
		}
	}

	// TrunkRow is a provider's line and how it is.
	TrunkRow struct {
		Name  routing.TrunkName `json:"name"`
		State string            `json:"state"`
		Text  string            `json:"text" doc:"The provider's own words."`
		Since *string           `json:"since"`
	}
)

func (s *Server) trunkRoutes() {
	route(s, may(people.TrunksRead), "list-trunks", http.MethodGet, "/trunks", "The providers' lines and how they are", http.StatusOK, s.listTrunks)
}

func (s *Server) listTrunks(ctx context.Context, _ *struct{}) (*trunksOut, error) {
	if _, err := s.operatorWho(ctx, people.TrunksRead, people.Object{}); err != nil {
		return nil, err
	}
	out := &trunksOut{}
	out.Body.Trunks = []TrunkRow{}
	for _, t := range s.opt.Trunks.Trunks() {
		out.Body.Trunks = append(out.Body.Trunks, TrunkRow{Name: t.Name, State: t.State, Text: t.Text, Since: stamp(t.Since)})
	}
	return out, nil
}
