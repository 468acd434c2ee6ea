package api

import (
	"context"
	"net/http"
	"time"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	meOut struct {
		Body struct {
			Me   Operator        `json:"me"`
			May  []people.Action `json:"may" doc:"What this person may do to at least something."`
			Demo bool            `json:"demo"`
		}
	}
	statusIn struct {
		Body struct {
			Status string `json:"status" enum:"online,busy,pause"`
			Reason string `json:"reason,omitempty" maxLength:"60" doc:"Of a pause; colleagues read it."`
		}
	}
	memberOut struct{ Body Member }
	dayIn     struct {
		Since time.Time `query:"since" doc:"When the day began where the person is (RFC 3339), at most two days ago; without it at midnight where the server is."`
	}
	dayOut     struct{ Body Day }
	answerOnIn struct {
		Body struct {
			AnswerOn string `json:"answer_on" enum:"browser,phone,both"`
		}
	}
	answerOnOut struct {
		Body struct {
			Me Operator `json:"me"`
		}
	}

	// Day is one's own day so far. What went on at the same time counts once.
	Day struct {
		Taken    int   `json:"taken"`
		Chats    int   `json:"chats" doc:"Of those."`
		Calls    int   `json:"calls" doc:"Of those."`
		Missed   int   `json:"missed" doc:"Offers that were not answered."`
		TalkMS   int64 `json:"talk_ms"`
		WrapUpMS int64 `json:"wrap_up_ms"`
		PauseMS  int64 `json:"pause_ms"`
	}
)

func (s *Server) meRoutes() {
	route(s, staff, "get-me", http.MethodGet, "/me", "Who I am and what I may do", http.StatusOK, s.getMe)
	route(s, staff, "put-status", http.MethodPut, "/me/status", "Choose a status", http.StatusOK, s.putStatus)
	route(s, staff, "put-answer-on", http.MethodPut, "/me/answer_on", "Choose where calls ring", http.StatusOK, s.putAnswerOn)
	route(s, may(people.DayRead), "get-day", http.MethodGet, "/me/day", "What my day was so far", http.StatusOK, s.getDay)
}

func (s *Server) getMe(ctx context.Context, _ *struct{}) (*meOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	out := &meOut{}
	out.Body.Me, out.Body.May, out.Body.Demo = operatorObject(o), people.May(o), s.opt.Demo != nil
	return out, nil
}

func (s *Server) putStatus(ctx context.Context, in *statusIn) (*memberOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	status, ok := people.ParseStatus(in.Body.Status)
	if !ok {
		return nil, routing.Refuse(routing.Invalid, "status_unknown", "status", in.Body.Status)
	}
	if err := s.opt.Team.SetStatus(o.ID, status, in.Body.Reason); err != nil {
		return nil, err
	}
	m, _ := s.opt.Team.Member(o.ID)
	return &memberOut{Body: memberObject(m, s.seesSupervision(o))}, nil
}

func (s *Server) putAnswerOn(ctx context.Context, in *answerOnIn) (*answerOnOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	on, ok := routing.ParseAnswerOn(in.Body.AnswerOn)
	if !ok {
		return nil, routing.Refuse(routing.Invalid, "request_invalid", "at", "answer_on")
	}
	if err := s.opt.People.SetAnswerOn(ctx, o.ID, on); err != nil {
		return nil, err
	}
	out := &answerOnOut{}
	o.AnswerOn = on
	out.Body.Me = operatorObject(o)
	return out, nil
}

func (s *Server) getDay(ctx context.Context, in *dayIn) (*dayOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	if err := people.Can(o, people.DayRead, people.Object{Operator: o.ID}); err != nil {
		return nil, err
	}
	since := in.Since
	if since.IsZero() {
		since = midnight(s.opt.Clock.Now().In(s.opt.Location))
	}
	f, err := s.opt.Days.Of(ctx, o.ID, since)
	return &dayOut{Body: Day{
		Taken: f.Taken, Chats: f.Chats, Calls: f.Calls, Missed: f.Missed,
		TalkMS: f.Talk.Milliseconds(), WrapUpMS: f.WrapUp.Milliseconds(), PauseMS: f.Pause.Milliseconds(),
	}}, err
}

// midnight is when the day of a time began, there.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
