package api

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/talk"
)

// Talk is a visitor's talk by the browser as the visitor sees it. It is made from
// talk.View alone, never from a call: there is nothing of a supervisor in it.
type Talk struct {
	ID        routing.TalkID    `json:"id"`
	Token     string            `json:"token,omitempty" doc:"Only in the answer to the request itself."`
	State     string            `json:"state" enum:"waiting,agent_found,talking,away,ended"`
	Reason    string            `json:"reason"`
	Place     int               `json:"place"`
	WaitMS    *int64            `json:"wait_ms" doc:"The expected wait in steps: 60000 (or less), 120000, 300000, 600000 (or more); null: not known."`
	CutOff    bool              `json:"cut_off" doc:"The operator was lost in the talk; they are first now."`
	Queue     routing.QueueName `json:"queue"`
	Leg       routing.LegID     `json:"leg" doc:"What the page offers its sound to."`
	Operator  string            `json:"operator" doc:"The public name of who talks."`
	CreatedAt string            `json:"created_at"`
	TalkedAt  *string           `json:"talked_at"`
	EndedAt   *string           `json:"ended_at"`
}

func talkObject(v talk.View) Talk {
	return Talk{
		ID: v.ID, State: v.State.String(), Reason: v.Reason, Place: v.Place, WaitMS: waitMS(v.Wait), CutOff: v.CutOff, Queue: v.Queue, Leg: v.Leg,
		Operator: v.Operator, CreatedAt: live.Stamp(v.CreatedAt), TalkedAt: stamp(v.TalkedAt), EndedAt: stamp(v.EndedAt),
	}
}

type (
	beginTalkIn struct {
		Body struct {
			Name     string `json:"name,omitempty" maxLength:"200"`
			Queue    string `json:"queue,omitempty" maxLength:"80"`
			Widget   string `json:"widget,omitempty" maxLength:"60" doc:"Whose button it was."`
			Language string `json:"language,omitempty" maxLength:"35"`
			Browser  string `json:"browser,omitempty" maxLength:"200" doc:"The visitor's random token; limits count by it."`
		}
	}
	talkIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	talkOut struct{ Body Talk }
)

func (s *Server) talkRoutes() {
	route(s, anybody, "begin-talk", http.MethodPost, "/talks", "Talk from the page", http.StatusAccepted, s.beginTalk)
	route(s, holder, "get-talk", http.MethodGet, "/talks/{id}", "Show a talk to its visitor", http.StatusOK, s.getTalk)
	route(s, holder, "end-talk", http.MethodDelete, "/talks/{id}", "End a talk", http.StatusOK, s.endTalk)
}

func (s *Server) beginTalk(ctx context.Context, in *beginTalkIn) (*talkOut, error) {
	r := requestOf(ctx)
	origin, err := s.visitor(r, in.Body.Browser)
	if err != nil {
		return nil, err
	}
	_, way, err := s.offered(r, routing.WidgetID(in.Body.Widget), routing.VoiceChannel)
	if err != nil {
		return nil, err
	}
	if err := s.opt.Ready(); err != nil {
		return nil, err
	}
	if !s.talks.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "talk_too_often")
	}
	who, err := s.knownVisitor(ctx, in.Body.Browser, in.Body.Language, false)
	if err != nil {
		return nil, err
	}
	v, token, err := s.opt.Talks.Begin(ctx, talk.Request{
		Visitor: who,
		Name:    in.Body.Name, Queue: cmp.Or(routing.QueueName(in.Body.Queue), way.Queue), Origin: origin,
		Language: pickLanguage(in.Body.Language, r.Header.Get("Accept-Language")),
	})
	if err != nil {
		return nil, err
	}
	out := &talkOut{Body: talkObject(v)}
	out.Body.Token = token
	return out, nil
}

func (s *Server) getTalk(ctx context.Context, in *talkIn) (*talkOut, error) {
	v, err := s.opt.Talks.Get(ctx, routing.TalkID(in.ID), bearer(requestOf(ctx)))
	return shownTalk(v, err)
}

func (s *Server) endTalk(ctx context.Context, in *talkIn) (*talkOut, error) {
	v, err := s.opt.Talks.End(ctx, routing.TalkID(in.ID), bearer(requestOf(ctx)))
	return shownTalk(v, err)
}

func shownTalk(v talk.View, err error) (*talkOut, error) {
	if err != nil {
		return nil, err
	}
	return &talkOut{Body: talkObject(v)}, nil
}

func (v *viewer) helloTalk(ctx context.Context, c *live.Conn, h hello) (any, func() []live.Event, error) {
	view, err := v.s.opt.Talks.Get(ctx, h.Talk, h.Token)
	if err != nil {
		return nil, nil, err
	}
	v.as, v.talk = talkView, view.ID
	c.Join(aboutTalk(view.ID), soundOf(v.owner()))
	shown := talkObject(view)
	return v.welcome(welcome{Talk: &shown}), v.snapshotTalk(h.Token), nil
}

// snapshotTalk tells what may have changed since hello was answered, and the leg
// that waits for the page's sound.
func (v *viewer) snapshotTalk(token string) func() []live.Event {
	return func() []live.Event {
		ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
		defer cancel()
		view, err := v.s.opt.Talks.Get(ctx, v.talk, token)
		if err != nil {
			v.s.opt.Log.Warn("talk not read for its page", slog.Any("err", err))
			return nil
		}
		raw := mustJSON(talkObject(view))
		v.noteFirst(string(view.ID), raw)
		return append([]live.Event{whole("talk.changed", raw)}, v.snapshotLegs()...)
	}
}

func (v *viewer) talkChanged(view talk.View) json.RawMessage {
	if v.as != talkView || v.talk != view.ID {
		return nil
	}
	return v.news(string(view.ID), mustJSON(talkObject(view)))
}
