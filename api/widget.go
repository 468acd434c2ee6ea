package api

import (
	"context"
	"net/http"
	"slices"

	"sufler/routing"
	"sufler/routing/queue"
	"sufler/routing/settings"
)

type (
	widgetIn struct {
		ID string `path:"id" maxLength:"60"`
	}
	widgetOut struct{ Body WidgetInfo }

	// WidgetInfo is what a widget may show and offer now.
	WidgetInfo struct {
		ID           routing.WidgetID           `json:"id"`
		Company      string                     `json:"company"`
		Greeting     map[string]string          `json:"greeting" doc:"By language."`
		Language     string                     `json:"language"`
		Languages    []string                   `json:"languages"`
		Position     string                     `json:"position" enum:"right,left"`
		Scheme       string                     `json:"scheme" enum:"auto,light,dark"`
		Theme        map[string]settings.Colour `json:"theme" doc:"By the names of CSS variables, without their dashes."`
		State        string                     `json:"state" enum:"online,busy,offline"`
		Channels     []WidgetChannel            `json:"channels" doc:"What is off is not here; in the order of the rows."`
		Form         settings.Form              `json:"form"`
		Consent      settings.Consent           `json:"consent"`
		DraftPreview bool                       `json:"draft_preview"`
		Presence     bool                       `json:"presence"`
		Offline      bool                       `json:"offline" doc:"A message that is left reaches somebody."`
		Proactive    *WidgetProactive           `json:"proactive"`
		Callback     WidgetCallback             `json:"callback"`
		Talk         WidgetTalk                 `json:"talk"`
		Demo         bool                       `json:"demo" doc:"There are recorded voices for who has no microphone."`
	}

	// WidgetChannel is one way in.
	WidgetChannel struct {
		Kind    string  `json:"kind" enum:"chat,callback,voice,invitation"`
		State   string  `json:"state" enum:"open,busy,closed"`
		Full    bool    `json:"full" doc:"Busy, and nobody can wait any more."`
		Place   int     `json:"place" doc:"Of one that is busy: where one would stand; 0: not known."`
		WaitMS  *int64  `json:"wait_ms" doc:"Of one that is busy: the wait in steps, 60000 (or less), 120000, 300000, 600000 (or more); null: not known."`
		OpensAt *string `json:"opens_at" doc:"Of one that is closed; null: not known."`
	}

	// WidgetProactive is a message that comes before the visitor has asked for anything.
	WidgetProactive struct {
		AfterMS settings.Milliseconds `json:"after_ms"`
		Path    string                `json:"path"`
		Text    map[string]string     `json:"text" doc:"By language."`
	}

	// WidgetCallback is what the form of the callback shows.
	WidgetCallback struct {
		Enabled  bool     `json:"enabled"`
		Home     string   `json:"home" doc:"The country's prefix, +420."`
		Prefixes []string `json:"prefixes" doc:"What may be called."`
		Caller   string   `json:"caller" doc:"The number that will ring."`
	}

	// WidgetTalk says whether one can talk from the page.
	WidgetTalk struct {
		Enabled bool `json:"enabled"`
	}
)

// channels are the ways in, in the order of the widget's rows.
var channels = []routing.Channel{routing.ChatChannel, routing.CallbackChannel, routing.VoiceChannel, routing.InvitationChannel}

func (s *Server) widgetRoutes() {
	route(s, anybody, "get-default-widget", http.MethodGet, "/widget", "What the widget of a page that names none may offer", http.StatusOK, s.getDefaultWidget)
	route(s, anybody, "get-widget", http.MethodGet, "/widgets/{id}", "What a widget may offer", http.StatusOK, s.getWidget)
}

func (s *Server) getDefaultWidget(ctx context.Context, _ *struct{}) (*widgetOut, error) {
	return s.getWidget(ctx, &widgetIn{})
}

func (s *Server) getWidget(ctx context.Context, in *widgetIn) (*widgetOut, error) {
	w, err := s.carried(requestOf(ctx), routing.WidgetID(in.ID))
	if err != nil {
		return nil, err
	}
	return &widgetOut{Body: s.widgetObject(w)}, nil
}

// carried returns a widget if it may be on the page that asks: a page of ours, or of
// one of its origins. It refuses with "widget_unknown" and "origin_foreign".
func (s *Server) carried(r *http.Request, id routing.WidgetID) (settings.Widget, error) {
	w, ok := s.opt.Settings.Widget(id)
	switch {
	case !ok:
		return w, routing.Refuse(routing.NotFound, "widget_unknown", "widget", string(id))
	case !s.origins.isOurs(r) && !w.IsOn(originOf(r.Header.Get("Origin"))):
		return w, foreign(r)
	}
	return w, nil
}

// offered returns a widget as carried does, and one way in that it offers; otherwise
// it refuses with "channel_off".
func (s *Server) offered(r *http.Request, id routing.WidgetID, channel routing.Channel) (settings.Widget, settings.Channel, error) {
	w, err := s.carried(r, id)
	if err != nil {
		return w, settings.Channel{}, err
	}
	in, err := s.wayIn(w, channel)
	return w, in, err
}

// wayIn returns a way in that a widget offers and the machine can serve.
func (s *Server) wayIn(w settings.Widget, channel routing.Channel) (settings.Channel, error) {
	in, _ := w.Channels.Of(channel)
	off := channel == routing.CallbackChannel && !s.opt.Widget.Enabled || channel == routing.VoiceChannel && !s.opt.Widget.Talks
	if _, err := s.opt.Waiting.Queue(in.Queue); err != nil || off || !in.Enabled {
		return in, routing.Refuse(routing.Unavailable, "channel_off")
	}
	return in, nil
}

// widgetObject names nobody: a visitor reads no operator's name before they talk.
func (s *Server) widgetObject(w settings.Widget) WidgetInfo {
	o := WidgetInfo{
		ID: w.ID, Company: w.Company, Greeting: w.Greeting, Language: w.Language, Languages: w.Languages, Position: w.Position, Scheme: w.Scheme, Theme: w.Theme,
		Form: w.Form, Consent: w.Consent, DraftPreview: w.DraftPreview, Presence: w.Presence, Offline: true, Demo: s.opt.Demo != nil,
		Callback: WidgetCallback{Home: s.opt.Widget.Home, Prefixes: append([]string{}, s.opt.Widget.Prefixes...), Caller: s.opt.Widget.Caller},
	}
	if w.Proactive.Enabled {
		o.Proactive = &WidgetProactive{AfterMS: w.Proactive.After, Path: w.Proactive.Path, Text: w.Proactive.Text}
	}
	o.State, o.Channels = s.doors(w)
	o.Callback.Enabled = hasChannel(o.Channels, routing.CallbackChannel)
	o.Talk.Enabled = hasChannel(o.Channels, routing.VoiceChannel)
	return o
}

func hasChannel(channels []WidgetChannel, channel routing.Channel) bool {
	return slices.ContainsFunc(channels, func(c WidgetChannel) bool { return c.Kind == channel.String() })
}

// doors are the ways in that a widget offers now, and its state: as that of the best.
func (s *Server) doors(w settings.Widget) (state string, shown []WidgetChannel) {
	shown = []WidgetChannel{}
	best := queue.DoorClosed
	for _, channel := range channels {
		in, err := s.wayIn(w, channel)
		if err != nil {
			continue
		}
		door, err := s.opt.Waiting.Entrance(in.Queue, channel)
		if err != nil {
			continue // the queue was taken away in this moment
		}
		best = min(best, door.Door)
		shown = append(shown, WidgetChannel{
			Kind: channel.String(), State: door.Door.String(), Full: door.Full, Place: door.Position, WaitMS: stepMS(door.Wait.Step), OpensAt: stamp(door.Opens),
		})
	}
	return map[queue.Door]string{queue.DoorOpen: "online", queue.DoorBusy: "busy", queue.DoorClosed: "offline"}[best], shown
}
