package api

import (
	"context"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/visitor"
)

// comersPerAddress is how many visitors nobody has seen before may come from an address
// in an hour: a page that invents a token each time fills no list.
const comersPerAddress = 1000

// asking is who asks, as far as a request tells: what hello wants to know of it.
type asking struct{ origin, address, agent string }

// visiting is the page of a visitor.
type visiting struct {
	widget routing.WidgetID
	page   visitor.PageID
}

// visitorWelcome is the answer to a visitor's hello.
type visitorWelcome struct {
	Now     string          `json:"now"`
	Visitor VisitorProfile  `json:"visitor"`
	Session *VisitorSession `json:"session"`
}

// helloVisitor takes a page that the widget is on: its visitor is here from now on. Who
// has agreed to nothing yet sends no hello, and nothing is kept of them.
func (v *viewer) helloVisitor(ctx context.Context, c *live.Conn, h hello) (any, func() []live.Event, error) {
	from := v.from
	v.from = asking{} // there may be many pages that say nothing more
	w, ok := v.s.opt.Settings.Widget(h.Widget)
	switch {
	case !ok:
		return nil, nil, routing.Refuse(routing.NotFound, "widget_unknown", "widget", string(h.Widget))
	case !v.own && !w.IsOn(from.origin):
		return nil, nil, routing.Refuse(routing.Forbidden, "origin_foreign", "origin", from.origin)
	}
	if err := v.s.mayCome(ctx, h.Token, from.address); err != nil {
		return nil, nil, err
	}
	who, page, err := v.s.opt.Visitors.Arrive(ctx, visitor.Arrival{
		Token: h.Token, Widget: w.ID, Language: v.lang, UserAgent: from.agent,
		URL: h.Page.URL, Title: h.Page.Title, Referrer: h.Page.Referrer, Parameters: h.Parameters,
	})
	if err != nil {
		return nil, nil, err
	}
	shown, err := v.s.visitorSession(ctx, who.ID)
	if err != nil {
		v.s.opt.Visitors.Leave(who.ID, page)
		return nil, nil, err
	}
	v.as, v.visitor, v.visit = visitorView, who.ID, visiting{widget: w.ID, page: page}
	c.Join(aboutVisitor(who.ID), aboutWidget(w.ID))
	stream := v.streamFor(h.Since)
	answer := visitorWelcome{Now: live.Stamp(v.s.opt.Clock.Now()), Visitor: profileOf(who), Session: shown}
	return answer, func() []live.Event { return append(v.snapshotWidget(), stream()...) }, nil
}

// mayCome limits those whom nobody has seen before.
func (s *Server) mayCome(ctx context.Context, token, address string) error {
	_, err := s.opt.Visitors.ByToken(ctx, token)
	if isRefusal(err, "visitor_unknown") {
		if visitor.IsToken(token) && !s.comers.take(address) {
			return routing.Refuse(routing.Limited, "visitor_too_often")
		}
		return nil
	}
	return err
}

// knownVisitor is whose page asks for a call or a talk; nobody for a server of somebody's
// own, and for a page that shows no token. Who is kept out finds nobody here.
func (s *Server) knownVisitor(ctx context.Context, browser, language string, trusted bool) (routing.VisitorID, error) {
	if trusted || !visitor.IsToken(browser) {
		return "", nil
	}
	who, err := s.opt.Visitors.Known(ctx, browser, language)
	if err == nil && s.opt.Visitors.Banned(who.ID) {
		err = routing.Refuse(routing.Unavailable, "nobody_online")
	}
	return who.ID, err
}

// VisitorProfile is what a visitor has told of themselves, as their own pages may have
// it back.
type VisitorProfile struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
	Email string `json:"email"`
}

func profileOf(who routing.Visitor) VisitorProfile {
	return VisitorProfile{Name: who.Name, Phone: who.Phone, Email: who.Email}
}

// seePage says where a visitor's page has gone.
func (v *viewer) seePage(_ context.Context, data PageSeen) (any, error) {
	v.s.opt.Visitors.See(v.visitor, v.visit.page, data.URL, data.Title)
	return nil, nil
}

// setParameters takes what a visitor's page tells of them.
func (v *viewer) setParameters(_ context.Context, data map[string]any) (any, error) {
	told := make(map[string]string, len(data))
	for name, value := range data {
		switch value := value.(type) {
		case string:
			told[name] = value
		case float64, bool:
			told[name] = string(mustJSON(value))
		default:
			return nil, routing.Refuse(routing.Invalid, "message_invalid", "at", "data."+name+": a text or a number is needed")
		}
	}
	return nil, v.s.opt.Visitors.SetParameters(v.visitor, told)
}

// snapshotWidget tells a visitor's page what they find here now: who is kept out finds
// nobody.
func (v *viewer) snapshotWidget() []live.Event {
	w, ok := v.s.opt.Settings.Widget(v.visit.widget)
	if !ok {
		return nil
	}
	raw := v.doorsFor(v.s.doorsOf(w))
	v.noteFirst(widgetNews, raw)
	return []live.Event{whole("widget.changed", raw)}
}
