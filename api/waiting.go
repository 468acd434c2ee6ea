package api

import (
	"context"
	"net/http"
	"slices"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/session"
)

type (
	waitingOut struct {
		Body struct {
			Places []Place `json:"places"`
		}
	}
	placeIn struct {
		Place string `path:"place" maxLength:"64"`
	}
	acceptedOut struct {
		Body struct {
			Call    *Call   `json:"call" doc:"In which the operator's device rings; null: it is written."`
			Session Session `json:"session"`
		}
	}
	callOut struct {
		Body struct {
			Call *Call `json:"call"`
		}
	}
)

func (s *Server) waitingRoutes() {
	route(s, may(people.WaitingRead), "list-waiting", http.MethodGet, "/waiting", "Who waits", http.StatusOK, s.listWaiting)
	route(s, may(people.WaitingAccept), "accept-place", http.MethodPost, "/waiting/{place}/accept", "Take somebody who waits", http.StatusAccepted, s.acceptPlace)
	route(s, may(people.WaitingPreview), "preview-place", http.MethodGet, "/waiting/{place}/preview", "Look at somebody who waits without taking them", http.StatusOK, s.previewPlace)
	route(s, may(people.WaitingSkip), "skip-place", http.MethodPost, "/waiting/{place}/skip", "Pass an offer on", http.StatusNoContent, s.skipPlace)
}

func (s *Server) listWaiting(ctx context.Context, _ *struct{}) (*waitingOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	out := &waitingOut{}
	out.Body.Places = s.placesFor(o, s.opt.Waiting.Snapshot())
	return out, nil
}

// placesFor are the places that somebody may see, as they may see them.
func (s *Server) placesFor(o routing.Operator, line queue.Snapshot) []Place {
	places := []Place{}
	for _, p := range line.Places {
		if s.maySeePlace(o, p) {
			places = append(places, s.place(p, s.maySeeNumber(o, p)))
		}
	}
	return places
}

// offersFor are the questions to somebody that their desk shows.
func (s *Server) offersFor(o routing.Operator, line queue.Snapshot) []Offer {
	offers := []Offer{}
	for _, offer := range line.Offers {
		if isOfferFor(o.ID, offer) {
			offers = append(offers, s.offerObject(o, offer))
		}
	}
	return offers
}

// acceptPlace gives a place to who has pressed the button: a chat is theirs at once, of
// all others the device rings now.
func (s *Server) acceptPlace(ctx context.Context, in *placeIn) (*acceptedOut, error) {
	o, place, err := s.mayTouchPlace(ctx, routing.PlaceID(in.Place), people.WaitingAccept)
	if err != nil {
		return nil, err
	}
	if isWritten(place.Kind) {
		v, err := s.opt.Sessions.Accept(ctx, place.ID, o.ID)
		return s.accepted(nil, v, err)
	}
	id, err := s.driver(place.Kind).Accept(ctx, place.ID, o.ID)
	if err != nil {
		return nil, err
	}
	c, err := s.opt.Calls.Find(id)
	if err != nil {
		return nil, err
	}
	rings := s.answerCall(ctx, o, s.seated(ctx, c, o.ID)).Body.Call
	v, err := s.opt.Sessions.Get(ctx, place.Session)
	return s.accepted(rings, v, err)
}

func (s *Server) accepted(rings *Call, v session.View, err error) (*acceptedOut, error) {
	if err != nil {
		return nil, err
	}
	out := &acceptedOut{}
	out.Body.Call, out.Body.Session = rings, s.sessionObject(v, true)
	return out, nil
}

// driver is who carries out what is waited for.
func (s *Server) driver(kind routing.Channel) interface {
	Accept(context.Context, routing.PlaceID, routing.OperatorID) (routing.CallID, error)
} {
	if kind == routing.VoiceChannel {
		return s.opt.Talks
	}
	return s.opt.Callbacks
}

// seated is the call once the operator has a part in it: the call's own goroutine
// gives it, a moment after the driver was told.
func (s *Server) seated(ctx context.Context, c *call.Call, id routing.OperatorID) call.Snapshot {
	ready := func(now call.Snapshot) bool {
		agent, ok := now.Party(routing.Agent)
		return ok && agent.Operator == id || now.State == call.StateEnded
	}
	changed := make(chan struct{}, 1)
	stop := s.opt.Calls.Watch(func(now call.Snapshot) {
		if now.Call == c.ID() && ready(now) {
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	})
	defer stop()
	if !ready(c.Snapshot()) {
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return c.Snapshot()
}

func (s *Server) skipPlace(ctx context.Context, in *placeIn) (*struct{}, error) {
	o, place, err := s.mayTouchPlace(ctx, routing.PlaceID(in.Place), people.WaitingSkip)
	if err != nil {
		return nil, err
	}
	return nil, s.opt.Waiting.Skip(ctx, place.ID, o.ID)
}

// previewPlace shows what is known of somebody who waits. Nothing changes by it, and the
// visitor is not told.
func (s *Server) previewPlace(ctx context.Context, in *placeIn) (*wholeSessionOut, error) {
	o, place, err := s.mayTouchPlace(ctx, routing.PlaceID(in.Place), people.WaitingPreview)
	if err != nil {
		return nil, err
	}
	v, err := s.opt.Sessions.Get(ctx, place.Session)
	if err != nil {
		return nil, err
	}
	return s.wholeSession(ctx, v, s.maySeeNumber(o, place))
}

func (s *Server) mayTouchPlace(ctx context.Context, id routing.PlaceID, action people.Action) (routing.Operator, queue.Place, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return o, queue.Place{}, err
	}
	places := s.opt.Waiting.Snapshot().Places
	i := slices.IndexFunc(places, func(p queue.Place) bool { return p.ID == id })
	if i < 0 {
		return o, queue.Place{}, routing.Refuse(routing.NotFound, "place_unknown")
	}
	if !s.maySeePlace(o, places[i]) {
		return o, places[i], routing.Refuse(routing.Forbidden, "not_allowed")
	}
	return o, places[i], people.Can(o, action, s.objectOfPlace(places[i]))
}
