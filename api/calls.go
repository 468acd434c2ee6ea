package api

import (
	"context"
	"net/http"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
)

type (
	callsOut struct {
		Body struct {
			Calls []Call `json:"calls"`
		}
	}
	callIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	oneCallOut struct{ Body Call }
)

func (s *Server) callRoutes() {
	route(s, may(people.CallRead), "list-calls", http.MethodGet, "/calls", "The calls that run", http.StatusOK, s.listCalls)
	route(s, may(people.CallRead), "get-call", http.MethodGet, "/calls/{id}", "One call, also after its end", http.StatusOK, s.getCall)
	route(s, may(people.CallHangup), "hang-up", http.MethodPost, "/calls/{id}/hangup", "End a call of one's own", http.StatusNoContent, s.hangUp)
}

func (s *Server) listCalls(ctx context.Context, _ *struct{}) (*callsOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	out := &callsOut{}
	out.Body.Calls = s.callsFor(o)
	return out, nil
}

// callsFor are the running calls that somebody may see, as they may see them.
func (s *Server) callsFor(o routing.Operator) []Call {
	calls := []Call{}
	for _, snapshot := range s.opt.Calls.Running() {
		if c, ok := s.callFor(o, snapshot); ok {
			calls = append(calls, c)
		}
	}
	return calls
}

// callFor cuts a call to its reader; false when they may not see it at all.
func (s *Server) callFor(o routing.Operator, snapshot call.Snapshot) (Call, bool) {
	object := s.objectOfCall(snapshot)
	if people.Can(o, people.CallRead, object) != nil {
		return Call{}, false
	}
	return callObject(snapshot, s.seesSupervisionIn(o, object)), true
}

func (s *Server) getCall(ctx context.Context, in *callIn) (*oneCallOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.opt.Calls.Find(routing.CallID(in.ID))
	if isRefusal(err, "call_unknown") {
		return s.pastCall(ctx, o, routing.CallID(in.ID))
	}
	if err != nil {
		return nil, err
	}
	shown, ok := s.callFor(o, c.Snapshot())
	if !ok {
		return nil, routing.Refuse(routing.NotFound, "call_unknown")
	}
	shown.Comment = s.ownComment(ctx, o, shown.ID)
	return &oneCallOut{Body: shown}, nil
}

// pastCall shows what is kept of a call that nobody remembers live.
func (s *Server) pastCall(ctx context.Context, o routing.Operator, id routing.CallID) (*oneCallOut, error) {
	row, err := s.opt.Records.Call(ctx, id)
	if err != nil {
		return nil, err
	}
	if people.Can(o, people.CallRead, s.objectOfRow(row)) != nil {
		return nil, routing.Refuse(routing.NotFound, "call_unknown")
	}
	c := Call{
		ID: row.ID, Kind: row.Kind.String(), State: call.StateEnded.String(), Queue: row.Queue, StartedAt: live.Stamp(row.Started),
		TalkedAt: stamp(row.Talked), EndedAt: stamp(row.Ended), Cause: row.Cause, Hears: []Hears{},
		Client: CallClient{Name: row.ClientName, Number: row.Number, State: call.Gone.String()}, Comment: s.ownComment(ctx, o, id),
	}
	if agent, ok := s.opt.People.Operator(row.Operator); ok {
		c.Agent = &CallAgent{ID: agent.ID, Name: agent.Name, Phone: agent.Phone, State: call.Gone.String()}
	}
	return &oneCallOut{Body: c}, nil
}

func (s *Server) hangUp(ctx context.Context, in *callIn) (*struct{}, error) {
	_, c, err := s.callWho(ctx, in.ID, people.CallHangup)
	if err != nil {
		return nil, err
	}
	c.End(routing.HungUp)
	return nil, nil
}

// callWho finds a call for somebody who wants to do something about it. A call
// that they may not even see is unknown to them.
func (s *Server) callWho(ctx context.Context, id string, action people.Action) (routing.Operator, *call.Call, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return o, nil, err
	}
	c, err := s.opt.Calls.Find(routing.CallID(id))
	if err != nil {
		return o, nil, err
	}
	object := s.objectOfCall(c.Snapshot())
	if people.Can(o, people.CallRead, object) != nil {
		return o, nil, routing.Refuse(routing.NotFound, "call_unknown")
	}
	return o, c, people.Can(o, action, object)
}

func (s *Server) answerCall(ctx context.Context, o routing.Operator, snapshot call.Snapshot) *callOut {
	out := &callOut{}
	if c, ok := s.callFor(o, snapshot); ok {
		c.Comment = s.ownComment(ctx, o, c.ID)
		out.Body.Call = &c
	}
	return out
}
