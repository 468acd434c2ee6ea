package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"sufler/routing"
	"sufler/routing/queue"
	"sufler/routing/session"
	"sufler/routing/settings"
	"sufler/routing/visitor"
)

type (
	// PageSeen is the page that a visitor looks at.
	PageSeen struct {
		URL      string `json:"url,omitempty" maxLength:"2000"`
		Title    string `json:"title,omitempty" maxLength:"500"`
		Referrer string `json:"referrer,omitempty" maxLength:"2000"`
	}
	beginSessionIn struct {
		Key  string `header:"Idempotency-Key" doc:"The same key of one visitor gives the same session."`
		Body struct {
			Widget     string            `json:"widget,omitempty" maxLength:"80"`
			Kind       string            `json:"kind,omitempty" enum:"chat,invitation"`
			Code       string            `json:"code,omitempty" maxLength:"80" doc:"Of an invitation: what was said over the phone, or what the link holds."`
			Queue      string            `json:"queue,omitempty" maxLength:"80"`
			Name       string            `json:"name,omitempty" maxLength:"200"`
			Phone      string            `json:"phone,omitempty" maxLength:"80"`
			Email      string            `json:"email,omitempty" maxLength:"254"`
			Language   string            `json:"language,omitempty" maxLength:"35"`
			Text       string            `json:"text,omitempty" maxLength:"16000" doc:"The visitor's first message."`
			MessageID  string            `json:"message_id,omitempty" maxLength:"64"`
			Page       *PageSeen         `json:"page,omitempty"`
			Parameters map[string]string `json:"parameters,omitempty"`
		}
	}
	visitorSessionOut struct{ Body VisitorSession }
	mineIn            struct {
		Since uint64 `query:"since" doc:"Entries after this number."`
	}
	mineOut struct {
		Body struct {
			Session *VisitorSession `json:"session"`
			Entries []Entry         `json:"entries" nullable:"false"`
		}
	}
	sayMineIn struct {
		Body struct {
			ID   string `json:"id" maxLength:"64" doc:"The page's own: what is said again under it is one message."`
			Text string `json:"text" maxLength:"16000"`
		}
	}
)

func (s *Server) visitorSessionRoutes() {
	route(s, anybody, "begin-session", http.MethodPost, "/sessions", "Begin to write to us", http.StatusAccepted, s.beginSession)
	route(s, holder, "get-my-session", http.MethodGet, "/sessions/mine", "What a visitor writes in, for a page without WebSocket", http.StatusOK, s.getMine)
	route(s, holder, "leave-session", http.MethodDelete, "/sessions/mine", "End it", http.StatusOK, s.leaveMine)
	route(s, holder, "say-mine", http.MethodPost, "/sessions/mine/messages", "Say something to us", http.StatusOK, s.sayMine)
}

// beginSession lets a visitor write. Who is kept out finds nobody there.
func (s *Server) beginSession(ctx context.Context, in *beginSessionIn) (*visitorSessionOut, error) {
	r, b := requestOf(ctx), &in.Body
	if b.Page == nil {
		b.Page = &PageSeen{}
	}
	if len(in.Key) > 200 {
		return nil, routing.Refuse(routing.Invalid, "key_invalid")
	}
	channel := routing.ChatChannel
	if b.Kind == routing.InvitationChannel.String() {
		channel = routing.InvitationChannel
	}
	w, way, err := s.offered(r, routing.WidgetID(b.Widget), channel)
	if err != nil {
		return nil, err
	}
	if err := s.opt.Ready(); err != nil {
		return nil, err
	}
	if !s.sessions.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "session_too_often")
	}
	who, err := s.opt.Visitors.Poll(ctx, visitor.Arrival{
		Token: bearer(r), Widget: w.ID, Language: pickLanguage(b.Language, r.Header.Get("Accept-Language")), UserAgent: r.UserAgent(),
		URL: b.Page.URL, Title: b.Page.Title, Referrer: b.Page.Referrer, Parameters: b.Parameters,
	})
	if err != nil {
		return nil, err
	}
	if who, err = s.introduced(ctx, in, who, w.Form); err != nil {
		return nil, err
	}
	ask := session.Request{
		Visitor: who.ID, Channel: channel, Widget: w.ID, Queue: cmp.Or(routing.QueueName(b.Queue), way.Queue),
		Language: pickLanguage(b.Language, r.Header.Get("Accept-Language")), Name: who.Name, Phone: who.Phone, Email: who.Email,
		Text: b.Text, MessageID: cmp.Or(b.MessageID, "first"), Key: in.Key,
	}
	if err := s.mayBegin(ctx, in.Body.Code, &ask); err != nil {
		return nil, err
	}
	v, err := s.opt.Sessions.Begin(ctx, ask)
	return s.shownToVisitor(v, err)
}

// mayBegin refuses whom nobody is there for, and makes a guest of who brings an
// invitation: a guest waits for whoever has invited.
func (s *Server) mayBegin(ctx context.Context, code string, ask *session.Request) error {
	if s.opt.Visitors.Banned(ask.Visitor) {
		return routing.Refuse(routing.Unavailable, "nobody_online")
	}
	if ask.Channel == routing.InvitationChannel {
		i, err := s.opt.Invitations.Redeem(ctx, code, s.address(requestOf(ctx)), ask.Visitor)
		ask.Queue, ask.For = i.Queue, i.By
		return err
	}
	if v, found, err := s.opt.Sessions.OfVisitor(ctx, ask.Visitor); err != nil || found && v.Ended.IsZero() {
		return err // goes on with what is there
	}
	if at, err := s.opt.Waiting.Entrance(ask.Queue, ask.Channel); err != nil || at.Door == queue.DoorClosed {
		return routing.Refuse(routing.Unavailable, "nobody_online") // also where there is no such queue
	}
	return nil
}

// introduced keeps what the visitor has told of themselves, for this session and the
// next ones, and wants what the form wants.
func (s *Server) introduced(ctx context.Context, in *beginSessionIn, who routing.Visitor, form settings.Form) (routing.Visitor, error) {
	change := visitor.Change{Visitor: who.ID, By: string(who.ID)}
	for to, told := range map[**string]*string{&change.Name: &in.Body.Name, &change.Phone: &in.Body.Phone, &change.Email: &in.Body.Email} {
		if strings.TrimSpace(*told) != "" {
			*to = told
		}
	}
	who, err := s.opt.Visitors.Change(ctx, change)
	if err != nil {
		return who, err
	}
	for _, field := range []struct{ name, rule, value string }{{"name", form.Name, who.Name}, {"phone", form.Phone, who.Phone}, {"email", form.Email, who.Email}} {
		if field.rule == settings.FieldRequired && field.value == "" {
			return who, routing.Refuse(routing.Invalid, "form_incomplete", "field", field.name)
		}
	}
	return who, nil
}

func (s *Server) shownToVisitor(v session.View, err error) (*visitorSessionOut, error) {
	if err != nil {
		return nil, err
	}
	return &visitorSessionOut{Body: s.visitorSessionObject(v)}, nil
}

// visitorChange is what somebody writes down of a session's visitor.
func visitorChange(one routing.Session, by routing.OperatorID, c session.Contact) visitor.Change {
	return visitor.Change{Visitor: one.Visitor, Session: one.ID, By: string(by), Name: c.Name, Phone: c.Phone, Email: c.Email}
}

// asStored is a contact as the visitor's profile has it now.
func asStored(c session.Contact, known routing.Visitor) session.Contact {
	for to, stored := range map[**string]*string{&c.Name: &known.Name, &c.Phone: &known.Phone, &c.Email: &known.Email} {
		if *to != nil {
			*to = stored
		}
	}
	return c
}

// visitorWho is the visitor of a request; a token that we do not know has no session.
func (s *Server) visitorWho(ctx context.Context) (routing.Visitor, error) {
	return s.opt.Visitors.ByToken(ctx, bearer(requestOf(ctx)))
}

// getMine is for pages without a WebSocket: asking keeps their visitor here.
func (s *Server) getMine(ctx context.Context, in *mineIn) (*mineOut, error) {
	who, err := s.visitorWho(ctx)
	if err != nil {
		return nil, err
	}
	s.opt.Sessions.Called(who.ID)
	out := &mineOut{}
	out.Body.Entries = []Entry{}
	if out.Body.Session, err = s.visitorSession(ctx, who.ID); err != nil || out.Body.Session == nil {
		return out, err
	}
	told, err := s.opt.Sessions.Entries(ctx, out.Body.Session.ID, session.Visitor, in.Since)
	out.Body.Entries = visitorEntries(told)
	return out, err
}

// visitorSession is what a visitor writes in, or has written in not long ago; nil when
// there is nothing.
func (s *Server) visitorSession(ctx context.Context, id routing.VisitorID) (*VisitorSession, error) {
	v, found, err := s.opt.Sessions.OfVisitor(ctx, id)
	if err != nil || !found {
		return nil, err
	}
	o := s.visitorSessionObject(v)
	return &o, nil
}

func (s *Server) leaveMine(ctx context.Context, _ *struct{}) (*visitorSessionOut, error) {
	who, err := s.visitorWho(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.opt.Sessions.Leave(ctx, who.ID)
	return s.shownToVisitor(v, err)
}

func (s *Server) sayMine(ctx context.Context, in *sayMineIn) (*saidOut, error) {
	who, err := s.visitorWho(ctx)
	if err != nil {
		return nil, err
	}
	out := &saidOut{}
	out.Body.N, err = s.sayOfVisitor(ctx, who.ID, in.Body.ID, in.Body.Text)
	return out, err
}

// sayOfVisitor says something in what a visitor has open.
func (s *Server) sayOfVisitor(ctx context.Context, who routing.VisitorID, id, text string) (uint64, error) {
	v, found, err := s.opt.Sessions.OfVisitor(ctx, who)
	switch {
	case err != nil:
		return 0, err
	case !found:
		return 0, routing.Refuse(routing.NotFound, "session_unknown")
	}
	return s.opt.Sessions.Say(ctx, session.Message{Session: v.ID, Visitor: who, ID: id, Text: text})
}
