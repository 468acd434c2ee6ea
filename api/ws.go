package api

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/coder/websocket"

	"sufler/api/live"
	"sufler/routing"
)

const subprotocol = "sufler.v1"

// socket opens the WebSocket of a page.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	own := s.origins.isOurs(r)
	if !own && !s.origins.isWidgets(r) {
		s.writeProblem(w, r, foreign(r))
		return
	}
	if !speaks(r) {
		p := s.problem(languageOf(r.Context()), routing.Refuse(routing.Invalid, "request_invalid", "at", "Sec-WebSocket-Protocol: "+subprotocol))
		p.Status = http.StatusBadRequest
		s.write(w, p)
		return
	}
	ws, err := websocket.Accept(slim{w}, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, InsecureSkipVerify: true}) // the origin was checked above
	if err != nil {
		return // Accept has answered
	}
	s.hub.Serve(ws, s.viewerOf(r, own))
}

// viewerOf is the page that a request comes from; it is nobody's before its hello.
func (s *Server) viewerOf(r *http.Request, own bool) *viewer {
	from := asking{origin: originOf(r.Header.Get("Origin")), address: s.address(r), agent: r.UserAgent()}
	return &viewer{s: s, own: own, from: from, token: s.deskToken(r), lang: languageOf(r.Context())}
}

// slimBuffer is as much as a page usually says or is told at once.
const slimBuffer = 512

// slim gives a WebSocket small buffers. Those of net/http, 4 kB each way, would be half
// of what a page holds that waits.
type slim struct{ http.ResponseWriter }

// Hijack is asked for by the WebSocket library.
func (s slim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(s.ResponseWriter).Hijack()
	if err != nil || rw.Reader.Buffered() > 0 {
		return conn, rw, err
	}
	return conn, bufio.NewReadWriter(bufio.NewReaderSize(conn, slimBuffer), bufio.NewWriterSize(conn, slimBuffer)), nil
}

// speaks tells whether the page offers our subprotocol (RFC 6455 section 11.3.4).
func speaks(r *http.Request) bool {
	offers := strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",")
	return slices.ContainsFunc(offers, func(offer string) bool { return strings.TrimSpace(offer) == subprotocol })
}

// hello is the first message of a page.
type hello struct {
	As       string             `json:"as"`
	Token    string             `json:"token"`
	Callback routing.CallbackID `json:"callback"`
	Talk     routing.TalkID     `json:"talk"`
	Language string             `json:"language"`

	// Of a visitor who looks at a page.
	Widget     routing.WidgetID  `json:"widget"`
	Page       PageSeen          `json:"page"`
	Parameters map[string]string `json:"parameters"`
	Since      uint64            `json:"since"`
}

// Hello takes the first message: who is it.
func (v *viewer) Hello(ctx context.Context, c *live.Conn, data json.RawMessage) (any, func() []live.Event, error) {
	var h hello
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, nil, routing.Refuse(routing.Invalid, "message_invalid", "at", "data: "+err.Error())
	}
	v.lang = pickLanguage(h.Language, v.lang)
	switch {
	case h.As == "visitor" && h.Talk != "":
		return v.helloTalk(ctx, c, h)
	case h.As == "visitor" && h.Callback != "":
		return v.helloCallback(ctx, c, h)
	case h.As == "visitor":
		return v.helloVisitor(ctx, c, h)
	case !v.own: // a page of others is for the widget only, whatever cookie comes with it
		return nil, nil, routing.Refuse(routing.Forbidden, "origin_foreign", "origin", "")
	case h.As == "desk":
		return v.helloDesk(ctx, c, h)
	case h.As == "stage" && v.s.opt.Demo != nil:
		v.as = stageView
		c.Join(stages)
		return v.welcome(welcome{}), v.snapshotStage, nil
	}
	return nil, nil, routing.Refuse(routing.Invalid, "message_invalid", "at", "data.as: desk or visitor")
}

func (v *viewer) helloCallback(ctx context.Context, c *live.Conn, h hello) (any, func() []live.Event, error) {
	view, err := v.s.opt.Callbacks.Get(ctx, h.Callback, h.Token)
	shown, err := shownCallback(view, err)
	if err != nil {
		return nil, nil, err
	}
	v.as, v.callback = callbackView, view.ID
	c.Join(aboutCallback(view.ID))
	return v.welcome(welcome{Callback: &shown.Body}), v.snapshotCallback(h.Token), nil
}

func (v *viewer) helloDesk(ctx context.Context, c *live.Conn, h hello) (any, func() []live.Event, error) {
	if v.s.opt.Demo != nil && h.Token != "" {
		v.token = h.Token
	}
	if v.token == "" {
		return nil, nil, routing.Refuse(routing.Unauthorised, "login_needed")
	}
	o, expires, err := v.s.opt.People.ByToken(ctx, v.token)
	if err != nil {
		return nil, nil, err
	}
	v.as, v.operator, v.conn = deskView, o.ID, c
	c.Join(desks, desksOf(o.ID), soundOf(v.owner()))
	v.expiry = v.s.opt.Clock.AfterFunc(expires.Sub(v.s.opt.Clock.Now()), c.End)
	v.s.opt.Team.DeskOpened(o.ID)
	me := operatorObject(o)
	return v.welcome(welcome{Me: &me}), v.snapshotDesk, nil
}

// welcome is the answer to hello; running times are counted from its now.
type welcome struct {
	Now      string    `json:"now"`
	Me       *Operator `json:"me,omitempty"`
	Callback *Callback `json:"callback,omitempty"`
	Talk     *Talk     `json:"talk,omitempty"`
}

func (v *viewer) welcome(w welcome) welcome {
	w.Now = live.Stamp(v.s.opt.Clock.Now())
	return w
}

// Language is that of refusals.
func (v *viewer) Language() string { return v.lang }

// Left says that the page is gone.
func (v *viewer) Left() {
	switch v.as {
	case deskView:
		v.expiry.Stop()
		v.s.sounds.leave(v)
		v.s.opt.Team.DeskClosed(v.operator)
	case visitorView:
		v.s.opt.Visitors.Leave(v.visitor, v.visit.page)
	case callbackView, talkView, stageView:
	}
}

// endPages ends the pages of a login that is over.
func (s *Server) endPages(token string) {
	s.hub.Each(func(c *live.Conn) {
		if v, ok := c.Page().(*viewer); ok && v.as == deskView && v.token == token {
			c.End()
		}
	}, desks)
}
