package api

import (
	"context"
	"net/http"

	"sufler/routing/people"
)

type (
	widgetOut struct{ Body WidgetInfo }

	// WidgetInfo is what the widget may offer now.
	WidgetInfo struct {
		Company  string         `json:"company"`
		Language string         `json:"language"`
		State    string         `json:"state" enum:"online,busy,offline"`
		Callback WidgetCallback `json:"callback"`
		Talk     WidgetTalk     `json:"talk"`
		Demo     bool           `json:"demo" doc:"There are recorded voices for who has no microphone."`
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

func (s *Server) widgetRoutes() {
	route(s, anybody, "get-widget", http.MethodGet, "/widget", "What the widget may offer", http.StatusOK, s.getWidget)
}

// getWidget names nobody: a visitor reads no operator's name before they talk.
func (s *Server) getWidget(context.Context, *struct{}) (*widgetOut, error) {
	w := s.opt.Widget
	return &widgetOut{Body: WidgetInfo{
		Company: w.Company, Language: w.Language, State: staffState(s.opt.Team.Members()),
		Callback: WidgetCallback{Enabled: w.Enabled, Home: w.Home, Prefixes: append([]string{}, w.Prefixes...), Caller: w.Caller},
		Talk:     WidgetTalk{Enabled: w.Talks},
		Demo:     s.opt.Demo != nil,
	}}, nil
}

func staffState(members []people.Member) string {
	state := "offline"
	for _, m := range members {
		switch m.Status {
		case people.Online:
			return "online"
		case people.Busy, people.Pause, people.Ringing, people.Talking, people.WrapUp:
			state = "busy"
		case people.Offline:
		}
	}
	return state
}
