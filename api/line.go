package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sufler/api/live"
	"sufler/routing"
)

const (
	linePath = "/api/v1/line"
	// lineBody is how much a page may say at once: more than one message, and enough of
	// one that is too long to answer it with an error.
	lineBody = 4 * maxBody
	// linesPerAddress counts the lines that are opened and those that do not exist. A
	// large office behind one proxy opens one with each page.
	linesPerAddress = 3000
)

// LineBatch is what a line has for its page.
type LineBatch struct {
	Line   string            `json:"line,omitempty" doc:"The id of the line that was opened. It is a secret."`
	Last   uint64            `json:"last" doc:"The number of the last frame."`
	Frames []json.RawMessage `json:"frames" doc:"Answers and events as the WebSocket would bring them."`
	Over   string            `json:"over" enum:",slow,refused,closing,left" doc:"Why the line has ended."`
}

type (
	openLineIn struct {
		RawBody []byte `contentType:"text/plain" doc:"The message hello."`
	}
	lineIn struct {
		Line string `path:"line" maxLength:"64"`
	}
	askLineIn struct {
		Line  string `path:"line" maxLength:"64"`
		After uint64 `query:"after" doc:"The last frame that was read."`
	}
	sayLineIn struct {
		Line    string `path:"line" maxLength:"64"`
		First   uint64 `query:"first" required:"true" minimum:"1" doc:"The number of the first message."`
		RawBody []byte `contentType:"text/plain" doc:"Messages, each on a line of text."`
	}
	lineOut  struct{ Body LineBatch }
	takenOut struct {
		Body struct {
			Taken uint64 `json:"taken" doc:"How many messages were taken so far."`
		}
	}
)

// lineRoutes carry a page's connection where no WebSocket comes through. Who may say
// what is decided by hello; after it the id of the line is the secret.
func (s *Server) lineRoutes() {
	route(s, anybody, "open-line", http.MethodPost, "/line", "Say hello where no WebSocket comes through", http.StatusOK, s.openLine, wide)
	route(s, anybody, "ask-line", http.MethodGet, "/line/{line}", "Wait for what is new on a line", http.StatusOK, s.askLine)
	route(s, anybody, "say-line", http.MethodPost, "/line/{line}", "Say something on a line", http.StatusOK, s.sayLine, wide)
	route(s, anybody, "close-line", http.MethodDelete, "/line/{line}", "Leave a line", http.StatusNoContent, s.closeLine)
}

// wide lets a request have the body of a line.
func wide(op *huma.Operation) { op.MaxBodyBytes = lineBody }

// roomFor is how many bytes the body of a request may have.
func roomFor(r *http.Request) int64 {
	if r.URL.Path == linePath || strings.HasPrefix(r.URL.Path, linePath+"/") {
		return lineBody
	}
	return maxBody
}

func (s *Server) openLine(ctx context.Context, in *openLineIn) (*lineOut, error) {
	r := requestOf(ctx)
	own := s.origins.isOurs(r)
	if !own && !s.origins.isWidgets(r) {
		return nil, foreign(r)
	}
	if !s.lines.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "line_too_often")
	}
	batch, err := s.hub.OpenLine(s.viewerOf(r, own), in.RawBody)
	return shownBatch(batch, err)
}

// askLine waits longer than other requests may take, but not for a page that has gone.
func (s *Server) askLine(ctx context.Context, in *askLineIn) (*lineOut, error) {
	r := requestOf(ctx)
	line, err := s.lineOf(r, in.Line)
	if err != nil {
		return nil, err
	}
	batch, err := line.Ask(r.Context(), in.After)
	return shownBatch(batch, err)
}

func (s *Server) sayLine(ctx context.Context, in *sayLineIn) (*takenOut, error) {
	line, err := s.lineOf(requestOf(ctx), in.Line)
	if err != nil {
		return nil, err
	}
	out := &takenOut{}
	out.Body.Taken, err = line.Say(in.First, bytes.Split(bytes.TrimSuffix(in.RawBody, []byte("\n")), []byte("\n")))
	return out, err
}

func (s *Server) closeLine(ctx context.Context, in *lineIn) (*struct{}, error) {
	line, err := s.lineOf(requestOf(ctx), in.Line)
	if err != nil {
		return nil, err
	}
	line.Close()
	return nil, nil
}

// lineOf finds a line. Who guesses is held to few guesses.
func (s *Server) lineOf(r *http.Request, id string) (*live.Line, error) {
	line, err := s.hub.Line(id)
	if err != nil && !s.lines.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "line_too_often")
	}
	return line, err
}

func shownBatch(b live.Batch, err error) (*lineOut, error) {
	if err != nil {
		return nil, err
	}
	return &lineOut{Body: LineBatch{Line: b.Line, Last: b.Last, Frames: b.Frames, Over: b.Over}}, nil
}
