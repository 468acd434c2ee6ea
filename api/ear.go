package api

import (
	"context"
	"encoding/binary"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/go-chi/chi/v5"

	"sufler/routing"
)

const (
	// earBacklog is how much sound waits for a slow page, in frames of 20 ms; what
	// comes then is left out, as a telephone would.
	earBacklog = 50
	earWrite   = 10 * time.Second
)

// ears are the pages that listen at the demo's phones.
type ears struct {
	ctx  context.Context
	stop context.CancelFunc

	mu        sync.Mutex
	closed    bool
	listening sync.WaitGroup // grows only under mu while not closed
}

func newEars() *ears {
	e := &ears{}
	e.ctx, e.stop = context.WithCancel(context.Background())
	return e
}

func (e *ears) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.listening.Add(1)
	return true
}

func (e *ears) close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop()
	e.listening.Wait()
}

// ear sends what arrives at a built-in phone to a page.
func (s *Server) ear(w http.ResponseWriter, r *http.Request) {
	if !s.origins.isOurs(r) {
		s.writeProblem(w, r, foreign(r))
		return
	}
	if !s.ears.enter() {
		s.writeProblem(w, r, routing.Refuse(routing.Unavailable, "server_closing"))
		return
	}
	defer s.ears.listening.Done()
	frames := make(chan Heard, earBacklog)
	stop, err := s.opt.Demo.Listen(roleOf(chi.URLParam(r, "role")), routing.Extension(r.URL.Query().Get("phone")), func(h Heard) {
		h.Samples = append([]int16(nil), h.Samples...)
		select {
		case frames <- h:
		default:
		}
	})
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	defer stop()
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // the origin was checked above
	if err != nil {
		return // Accept has answered
	}
	sendHeard(ws.CloseRead(s.ears.ctx), ws, frames)
	_ = ws.Close(websocket.StatusGoingAway, "") // the page is gone, or is told to go
}

func roleOf(word string) routing.Role {
	for _, role := range []routing.Role{routing.Client, routing.Agent, routing.Supervisor} {
		if role.String() == word {
			return role
		}
	}
	return 0
}

func sendHeard(ctx context.Context, ws *websocket.Conn, frames <-chan Heard) {
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-frames:
			if !sendFrame(ctx, ws, h) {
				return
			}
		}
	}
}

func sendFrame(ctx context.Context, ws *websocket.Conn, h Heard) bool {
	ctx, cancel := context.WithTimeout(ctx, earWrite)
	defer cancel()
	raw := make([]byte, 2*len(h.Samples))
	for i, sample := range h.Samples {
		binary.LittleEndian.PutUint16(raw[2*i:], uint16(sample))
	}
	if err := ws.Write(ctx, websocket.MessageBinary, raw); err != nil {
		return false
	}
	if h.Who == nil {
		return true
	}
	return ws.Write(ctx, websocket.MessageText, heardObject(h.Who)) == nil
}

func heardObject(voices []HeardVoice) []byte {
	type voice struct {
		Who  string  `json:"who"`
		DBFS float64 `json:"dbfs"`
	}
	heard := []voice{}
	for _, v := range voices {
		heard = append(heard, voice{Who: v.Who.String(), DBFS: v.DBFS})
	}
	return mustJSON(map[string]any{"heard": heard})
}
