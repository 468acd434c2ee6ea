package api

import (
	"encoding/json"
	"slices"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/talk"
)

// watch begins to tell pages what happens. The watchers are called from the loops
// of others: they never wait.
func (s *Server) watch() {
	defer s.rememberHanded()
	_, stopLine := s.opt.Waiting.Watch(s.lineChanged)
	s.stops = []func(){
		stopLine,
		s.followLogins(),
		s.followRights(),
		s.followVisitors(),
		s.followDoors(),
		s.opt.Calls.Watch(func(c call.Snapshot) {
			s.tell("call.changed", func(v *viewer) json.RawMessage { return v.callChanged(c) }, desks, stages)
		}),
		s.opt.Calls.WatchMeters(s.metered),
		s.opt.Team.WatchMembers(func(m people.Member) {
			s.tell("member.changed", func(v *viewer) json.RawMessage { return v.memberChanged(m) }, desks)
			s.tell("colleague.changed", func(v *viewer) json.RawMessage { return v.colleagueChanged(m) }, desks)
		}),
		s.opt.Callbacks.Watch(func(view callback.View) {
			s.tell("callback.changed", func(v *viewer) json.RawMessage { return v.callbackChanged(view) }, aboutCallback(view.ID))
		}),
		s.opt.Talks.Watch(func(view talk.View) {
			s.tell("talk.changed", func(v *viewer) json.RawMessage { return v.talkChanged(view) }, aboutTalk(view.ID))
		}),
		s.opt.Settings.WatchEach(s.settingChanged),
		s.opt.Sessions.Watch(s.sessionChanged),
		s.opt.SoundCheck.Watch(s.soundMeasured),
		s.opt.Missed.Watch(s.missedChanged),
		s.opt.Browsers.Watch(func(l routing.BrowserLeg) {
			s.tell("leg.changed", func(v *viewer) json.RawMessage { return v.legChanged(l) }, soundOf(l.Owner))
		}),
	}
	if s.opt.Demo != nil {
		s.stops = append(s.stops, s.opt.Demo.WatchPrompts(func(p Prompt) {
			said := mustJSON(promptObject(p))
			s.tell("prompt.said", func(v *viewer) json.RawMessage { return onlyFor(v.as == stageView, said) }, stages)
		}))
	}
}

// metered leaves levels out for a page that is behind: the next ones replace them.
func (s *Server) metered(m call.Meter) {
	s.publish(live.Event{Kind: "call.metered", Passing: true, To: []live.Topic{desks, stages}}, func(v *viewer) json.RawMessage { return v.metered(m) })
}

// tell gives an event to the pages that have joined one of the topics.
func (s *Server) tell(kind string, data func(*viewer) json.RawMessage, to ...live.Topic) {
	s.publish(live.Event{Kind: kind, To: to}, data)
}

func (s *Server) publish(e live.Event, data func(*viewer) json.RawMessage) {
	e.For = func(c *live.Conn) json.RawMessage {
		v, ok := c.Page().(*viewer)
		if !ok {
			return nil
		}
		return data(v)
	}
	s.hub.Publish(e)
}

func onlyFor(may bool, data json.RawMessage) json.RawMessage {
	if !may {
		return nil
	}
	return data
}

// lineChanged tells the desks what happened in the waiting line.
func (s *Server) lineChanged(e queue.Event) {
	switch e := e.(type) {
	case queue.PlaceChanged:
		s.tell("place.changed", func(v *viewer) json.RawMessage { return v.placeChanged(e.Place) }, desks)
		if e.Was.ID != "" && !sameReaders(e.Place, e.Was) {
			s.tell("place.left", func(v *viewer) json.RawMessage {
				return onlyFor(v.seesPlace(e.Was) && !v.seesPlace(e.Place), placeLeft(e.Place.ID, "moved"))
			}, desks)
		}
	case queue.PlaceLeft:
		s.tell("place.left", func(v *viewer) json.RawMessage { return onlyFor(v.seesPlace(e.Was), placeLeft(e.Place, e.Reason)) }, desks)
	case queue.OfferMade:
		s.tell("offer.made", func(v *viewer) json.RawMessage {
			if v.as != deskView || !isOfferFor(v.operator, e.Offer) {
				return nil
			}
			return mustJSON(s.offerObject(v.reader(), e.Offer))
		}, desksOf(e.Offer.Operator))
	case queue.OfferEnded:
		ended := mustJSON(struct {
			Place  routing.PlaceID `json:"place"`
			Reason queue.OfferEnd  `json:"reason"`
			Who    string          `json:"who"`
		}{e.Place, e.Reason, e.Who})
		s.tell("offer.ended", func(v *viewer) json.RawMessage { return onlyFor(v.as == deskView && v.operator == e.Operator, ended) }, desksOf(e.Operator))
	}
}

func (v *viewer) placeChanged(p queue.Place) json.RawMessage {
	if !v.seesPlace(p) {
		return nil
	}
	return mustJSON(v.s.place(p, v.s.maySeeNumber(v.reader(), p)))
}

func (v *viewer) seesPlace(p queue.Place) bool {
	return v.as == deskView && v.s.maySeePlace(v.reader(), p)
}

// sameReaders reports whether who may see a place cannot have changed.
func sameReaders(a, b queue.Place) bool {
	return a.For == b.For && slices.Equal(a.Groups, b.Groups) && a.State == b.State
}

func placeLeft(id routing.PlaceID, reason string) json.RawMessage {
	return mustJSON(struct {
		ID     routing.PlaceID `json:"id"`
		Reason string          `json:"reason"`
	}{id, reason})
}

// isOfferFor: an offer that rings the phone is not shown in the desk as well.
func isOfferFor(id routing.OperatorID, offer queue.Offer) bool {
	return offer.Operator == id && !offer.Phone
}

func (s *Server) offerObject(o routing.Operator, offer queue.Offer) Offer {
	return Offer{Place: s.place(offer.Place, s.maySeeNumber(o, offer.Place)), EndsAt: live.Stamp(offer.Ends)}
}
