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
	if r.URL.Query().Has("phone") && !isHere(r) {
		s.writeProblem(w, r, elsewhere())
		return
	}
	if !s.ears.enter() {
		s.writeProblem(w, r, routing.Refuse(routing.Unavailable, "server_closing"))
		return
	}
	defer s.ears.listening.Done()
	frames := make(chan []byte, earBacklog)
	stop, err := s.opt.Demo.Listen(roleOf(chi.URLParam(r, "role")), routing.Extension(r.URL.Query().Get("phone")), func(samples []int16) {
		select {
		case frames <- littleEndian(samples):
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
	sendFrames(ws.CloseRead(s.ears.ctx), ws, frames)
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

func sendFrames(ctx context.Context, ws *websocket.Conn, frames <-chan []byte) {
	for {
		select {
		case <-ctx.Done():
			return
		case frame := <-frames:
			if sendFrame(ctx, ws, frame) != nil {
				return
			}
		}
	}
}

func sendFrame(ctx context.Context, ws *websocket.Conn, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, earWrite)
	defer cancel()
	return ws.Write(ctx, websocket.MessageBinary, frame)
}

func littleEndian(samples []int16) []byte {
	raw := make([]byte, 0, 2*len(samples))
	for _, sample := range samples {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(sample))
	}
	return raw
}
