package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"sufler/internal/fold"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/session"
)

type (
	sessionIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	sessionOut      struct{ Body Session }
	wholeSessionOut struct {
		Body struct {
			Session Session `json:"session"`
			Entries []Entry `json:"entries" nullable:"false"`
		}
	}
	sayIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			ID   string `json:"id" maxLength:"64" doc:"The author's own: what is said again under it is one message."`
			Text string `json:"text" maxLength:"16000"`
		}
	}
	saidOut struct {
		Body struct {
			N uint64 `json:"n" doc:"Its number as its author counts; 0: it is kept, the number comes later."`
		}
	}
	closeIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Result string `json:"result,omitempty" maxLength:"200" doc:"One that can be chosen in the settings, by its id; may be empty."`
			Note   string `json:"note,omitempty" maxLength:"4000"`
			Mail   bool   `json:"mail,omitempty" doc:"What was said is mailed to the visitor."`
		}
	}
	contactIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Name  *string `json:"name,omitempty" maxLength:"200"`
			Phone *string `json:"phone,omitempty" maxLength:"80"`
			Email *string `json:"email,omitempty" maxLength:"254"`
		}
	}
	noteIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Text string `json:"text" maxLength:"16000"`
		}
	}
	noteOut struct{ Body Entry }
	tagIn   struct {
		ID  string `path:"id" maxLength:"64"`
		Tag string `path:"tag" maxLength:"200"`
	}
)

func (s *Server) sessionRoutes() {
	route(s, may(people.SessionRead), "list-sessions", http.MethodGet, "/sessions", "Sessions, the newest first", http.StatusOK, s.listSessions)
	route(s, may(people.SessionRead), "get-session", http.MethodGet, "/sessions/{id}", "One session with all that happened in it", http.StatusOK, s.getSession)
	route(s, may(people.SessionWrite), "say-in-session", http.MethodPost, "/sessions/{id}/messages", "Say something to the visitor", http.StatusOK, s.sayInSession)
	route(s, may(people.SessionWrite), "end-session", http.MethodPost, "/sessions/{id}/end", "End a conversation", http.StatusOK, s.endSession)
	route(s, may(people.SessionWrite), "close-session", http.MethodPost, "/sessions/{id}/close", "The OK after the end: only now there is room for another", http.StatusOK, s.closeSession)
	route(s, may(people.VisitorChange), "change-session-visitor", http.MethodPatch, "/sessions/{id}/visitor", "Write down who the visitor is", http.StatusOK, s.changeSessionVisitor)
	route(s, may(people.SessionNote), "write-note", http.MethodPost, "/sessions/{id}/notes", "Write a note, for staff alone", http.StatusCreated, s.writeNote)
	route(s, may(people.SessionNote), "add-tag", http.MethodPut, "/sessions/{id}/tags/{tag}", "Put a tag on a session", http.StatusNoContent, s.addTag)
	route(s, may(people.SessionNote), "remove-tag", http.MethodDelete, "/sessions/{id}/tags/{tag}", "Take a tag off a session", http.StatusNoContent, s.removeTag)
	s.redirectRoutes()
	s.visitorSessionRoutes()
}

// sessionWho finds a session for somebody who wants to do something about it. One that
// they may not even see is unknown to them.
func (s *Server) sessionWho(ctx context.Context, id string, action people.Action) (routing.Operator, session.View, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return o, session.View{}, err
	}
	v, err := s.sessionOf(ctx, routing.SessionID(id))
	if err != nil {
		return o, v, err
	}
	object := s.objectOfSession(o, v.Session)
	if people.Can(o, people.SessionRead, object) != nil {
		return o, v, routing.Refuse(routing.NotFound, "session_unknown")
	}
	return o, v, people.Can(o, action, object)
}

// sessionOf is a session that is open, or as it is kept.
func (s *Server) sessionOf(ctx context.Context, id routing.SessionID) (session.View, error) {
	v, err := s.opt.Sessions.Get(ctx, id)
	if routing.KindOf(err) != routing.NotFound {
		return v, err
	}
	v.Session, err = s.opt.Records.Session(ctx, id)
	return v, err
}

// objectOfSession: a session belongs to everybody who had a part in it, to the groups
// of its queue and to those that it was redirected to.
func (s *Server) objectOfSession(o routing.Operator, one routing.Session) people.Object {
	object := people.Object{Groups: slices.Concat(s.objectOfQueue(one.Queue).Groups, one.Groups)}
	if one.Operator == o.ID || slices.ContainsFunc(one.Parts, func(p routing.SessionPart) bool { return p.Operator == o.ID }) {
		object.Operator = o.ID
	}
	return object
}

func (s *Server) getSession(ctx context.Context, in *sessionIn) (*wholeSessionOut, error) {
	_, v, err := s.sessionWho(ctx, in.ID, people.SessionRead)
	if err != nil {
		return nil, err
	}
	return s.wholeSession(ctx, v, true)
}

func (s *Server) wholeSession(ctx context.Context, v session.View, withNumber bool) (*wholeSessionOut, error) {
	told, err := s.opt.Sessions.Entries(ctx, v.ID, session.Staff, 0)
	if err != nil {
		return nil, err
	}
	out := &wholeSessionOut{}
	out.Body.Session, out.Body.Entries = s.sessionObject(v, withNumber), s.entryObjects(told)
	return out, nil
}

func (s *Server) sayInSession(ctx context.Context, in *sayIn) (*saidOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionWrite)
	if err != nil {
		return nil, err
	}
	out := &saidOut{}
	out.Body.N, err = s.opt.Sessions.Say(ctx, session.Message{Session: v.ID, Operator: o, ID: in.Body.ID, Text: in.Body.Text})
	return out, err
}

func (s *Server) endSession(ctx context.Context, in *sessionIn) (*sessionOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionWrite)
	if err != nil {
		return nil, err
	}
	v, err = s.opt.Sessions.End(ctx, v.ID, o.ID)
	return s.shownSession(v, err)
}

func (s *Server) closeSession(ctx context.Context, in *closeIn) (*sessionOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionWrite)
	if err != nil {
		return nil, err
	}
	if err := s.checkResult(in.Body.Result); err != nil {
		return nil, err
	}
	v, err = s.opt.Sessions.Confirm(ctx, v.ID, o.ID, session.WrapUp{Result: in.Body.Result, Note: in.Body.Note, Mail: in.Body.Mail})
	return s.shownSession(v, err)
}

// checkResult refuses what is no answer that can be chosen now; none at all is one.
func (s *Server) checkResult(id string) error {
	if r, ok := s.opt.Settings.Results.Get(id); id != "" && (!ok || !r.Active) {
		return routing.Refuse(routing.Invalid, "result_unknown")
	}
	return nil
}

func (s *Server) shownSession(v session.View, err error) (*sessionOut, error) {
	if err != nil {
		return nil, err
	}
	return &sessionOut{Body: s.sessionObject(v, true)}, nil
}

// changeSessionVisitor writes down who a visitor is: for this session and, where the
// visitor is known by a page, for the next ones.
func (s *Server) changeSessionVisitor(ctx context.Context, in *contactIn) (*sessionOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.VisitorChange)
	if err != nil {
		return nil, err
	}
	c := session.Contact{Name: in.Body.Name, Phone: in.Body.Phone, Email: in.Body.Email}
	if v.Visitor != "" {
		known, err := s.opt.Visitors.Change(ctx, visitorChange(v.Session, o.ID, c))
		if err != nil {
			return nil, err
		}
		c = asStored(c, known)
	}
	v, err = s.opt.Sessions.Rename(ctx, v.ID, o.ID, c)
	return s.shownSession(v, err)
}

func (s *Server) writeNote(ctx context.Context, in *noteIn) (*noteOut, error) {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionNote)
	if err != nil {
		return nil, err
	}
	told, err := s.opt.Sessions.Note(ctx, v.ID, o.ID, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &noteOut{Body: s.entryObject(told)}, nil
}

func (s *Server) addTag(ctx context.Context, in *tagIn) (*struct{}, error) {
	return nil, s.tag(ctx, in, true)
}

func (s *Server) removeTag(ctx context.Context, in *tagIn) (*struct{}, error) {
	return nil, s.tag(ctx, in, false)
}

func (s *Server) tag(ctx context.Context, in *tagIn, on bool) error {
	o, v, err := s.sessionWho(ctx, in.ID, people.SessionNote)
	if err != nil {
		return err
	}
	return s.opt.Sessions.Tag(ctx, v.ID, o.ID, in.Tag, on)
}

// sessionPage is how many rows one answer holds: an operator's own history whole.
const sessionPage = 200

type (
	sessionsIn struct {
		Visitor  string    `query:"visitor" maxLength:"64"`
		Operator string    `query:"operator" maxLength:"64" doc:"Who had a part in it."`
		Tag      string    `query:"tag" maxLength:"200"`
		Result   string    `query:"result" maxLength:"200"`
		Kind     string    `query:"kind" enum:"chat,voice,video,callback,phone,invitation"`
		Queue    string    `query:"queue" maxLength:"100"`
		Text     string    `query:"text" maxLength:"100" doc:"Words in name, phone, e-mail and notes."`
		From     time.Time `query:"from" doc:"Asked for then or later (RFC 3339)."`
		To       time.Time `query:"to" doc:"Asked for before then (RFC 3339)."`
		Before   string    `query:"before" maxLength:"64" doc:"Sessions older than this one."`
	}
	sessionsOut struct {
		Body struct {
			Sessions []SessionRow `json:"sessions" nullable:"false"`
		}
	}
)

func (s *Server) listSessions(ctx context.Context, in *sessionsIn) (*sessionsOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	channel, _ := routing.ParseChannel(in.Kind) // the enum lets nothing else through
	rows, err := s.opt.Records.Sessions(ctx, routing.SessionFilter{
		Before: routing.SessionID(in.Before), From: in.From, To: in.To, Visitor: routing.VisitorID(in.Visitor), Operator: routing.OperatorID(in.Operator),
		Tag: in.Tag, Result: in.Result, Channel: channel, Queue: routing.QueueName(in.Queue), Words: strings.Fields(fold.Text(in.Text)),
		Within: s.scopeOf(o, people.SessionRead),
	}, sessionPage)
	if err != nil {
		return nil, err
	}
	out := &sessionsOut{}
	out.Body.Sessions = make([]SessionRow, len(rows))
	for i, row := range rows {
		out.Body.Sessions[i] = s.sessionRow(row)
	}
	return out, nil
}
