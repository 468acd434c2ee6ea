package live

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/coder/websocket"
)

// muchTooLong is how many times the longest message a page may say before it is not
// even listened to.
const muchTooLong = 16

// closeCodes are the statuses of RFC 6455 section 7.4.1 that a page reads: 1013
// and 1012 mean come again, 1008 means not like this.
var closeCodes = map[string]websocket.StatusCode{
	endSlow:    websocket.StatusTryAgainLater,
	endRefused: websocket.StatusPolicyViolation,
	endClosing: websocket.StatusServiceRestart,
}

// socket carries a connection over a WebSocket. While nothing happens it is one
// goroutine that reads, with a small stack: thousands of pages wait like this.
type socket struct {
	conn *Conn
	ws   *websocket.Conn
	work sync.WaitGroup // writing and pinging; grows only while the connection goes on

	mu      sync.Mutex
	pinging bool
}

// Serve begins to keep an accepted WebSocket and returns, so that nothing of its
// request is kept with it.
func (h *Hub) Serve(ws *websocket.Conn, page Page) {
	s := &socket{ws: ws}
	s.conn = h.newConn(page, s)
	if !h.enter(s.conn) {
		_ = ws.Close(websocket.StatusTryAgainLater, "the server ends") // the page is gone when this fails
		return
	}
	ws.SetReadLimit(muchTooLong * h.opt.MessageSize)
	s.conn.awaitHello()
	go s.read()
}

// read takes what the page says until the connection ends.
func (s *socket) read() {
	for s.conn.reason() == "" {
		raw, err := s.next()
		if err != nil {
			if errors.Is(err, websocket.ErrMessageTooBig) {
				s.conn.finish(endRefused)
			}
			break
		}
		s.hear(raw)
	}
	s.conn.finish(endLeft)
	s.work.Wait()
	s.conn.over()
}

// next reads a message, of one that is too long only as much as shows that.
func (s *socket) next() ([]byte, error) {
	_, r, err := s.ws.Reader(context.Background()) // closing the WebSocket ends it
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, s.conn.hub.opt.MessageSize+1))
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, r)
	return raw, err
}

// hear lets the message be taken by a goroutine that ends with it: what the answer
// needs of a stack is not kept while the page says nothing.
func (s *socket) hear(raw []byte) {
	var taking sync.WaitGroup
	taking.Go(func() { s.conn.hear(raw) })
	taking.Wait()
}

func (s *socket) wake() { s.work.Go(s.write) }

// write sends what lies in the outbox and rests; when that was closed, it closes the
// WebSocket, which also ends read.
func (s *socket) write() {
	for {
		message, closed := s.conn.out.take()
		switch {
		case closed:
			s.close()
			return
		case message == nil:
			return
		}
		if err := s.send(message); err != nil {
			s.conn.finish(endLeft)
			s.close()
			return
		}
	}
}

func (s *socket) send(message []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.conn.hub.opt.AnswerLimit)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, message)
}

// close may fail: the page can be gone at any moment, and then it is closed.
func (s *socket) close() {
	reason := s.conn.reason()
	if code, ok := closeCodes[reason]; ok {
		_ = s.ws.Close(code, reason)
		return
	}
	_ = s.ws.CloseNow()
}

// ping: RFC 6455 section 5.5.2.
func (s *socket) ping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pinging {
		return // the answer to the last one is still awaited
	}
	s.pinging = true
	s.work.Go(s.awaitPong)
}

func (s *socket) awaitPong() {
	ctx, cancel := context.WithTimeout(context.Background(), s.conn.hub.opt.AnswerLimit)
	defer cancel()
	if err := s.ws.Ping(ctx); err != nil {
		s.conn.finish(endLeft)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinging = false
}
