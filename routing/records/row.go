package records

import (
	"cmp"
	"encoding/json"
	"slices"

	"sufler/routing"
	"sufler/routing/call"
)

// RowOf is a call as it is, as the row that is kept of it.
func RowOf(s call.Snapshot) routing.CallRow {
	row := routing.CallRow{ID: s.Call, Session: s.Session, Kind: s.Kind, Queue: s.Queue, Started: s.StartedAt, Talked: s.TalkedAt, Ended: s.EndedAt}
	if client, ok := s.Party(routing.Client); ok {
		row.ClientName, row.Number = client.Name, client.Number
	}
	if agent, ok := s.Party(routing.Agent); ok {
		row.Operator = agent.Operator
	}
	row.Operator = cmp.Or(s.TalkedBy, row.Operator) // another one may have rung in vain since
	if s.State == call.StateEnded {
		row.Cause = s.Cause.String()
	}
	return row
}

// Party is somebody who was in a call.
type Party struct {
	ID   routing.PartyID
	Role routing.Role
	Name string
}

// PartiesOf reads who was in a call: clients first, supervisors last, within a role
// as they came. A role that is not known is left out.
func PartiesOf(entries []routing.Entry) (parties []Party) {
	for _, role := range []routing.Role{routing.Client, routing.Agent, routing.Consulted, routing.Supervisor} {
		for _, e := range entries {
			var f call.LegBegan
			if e.Kind != f.Kind() || json.Unmarshal(e.Data, &f) != nil || f.Role != role.String() {
				continue
			}
			if p := (Party{ID: f.Party, Role: role, Name: f.Name}); !slices.Contains(parties, p) {
				parties = append(parties, p)
			}
		}
	}
	return parties
}
