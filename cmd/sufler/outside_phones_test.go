package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/sip/phone"
)

// handset is a telephone, or a provider's network with many numbers, that keeps
// every call it gets.
type handset struct {
	*phone.Phone
	mu    sync.Mutex
	calls []*phone.Call
	ears  map[*phone.Call]*tone.Ear
	taken int
	said  float64 // tone
	dbfs  float64
}

func newHandset(t *testing.T) *handset {
	t.Helper()
	return newHandsetWith(t, phone.Options{})
}

func newHandsetWith(t *testing.T, o phone.Options) *handset {
	t.Helper()
	p, err := phone.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		_ = p.Close(ctx) // the registrar may be gone
	})
	return &handset{Phone: p, ears: make(map[*phone.Call]*tone.Ear)}
}

// speaks makes the handset say a tone in every call.
func (p *handset) speaks(hz, dbfs float64) *handset {
	p.said, p.dbfs = hz, dbfs
	return p
}

// on sets what a number does; every call to it is kept, with an ear from its
// first sample on.
func (p *handset) on(number string, b phone.Behaviour) *handset {
	b.Called = func(c *phone.Call) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.calls = append(p.calls, c)
		p.ears[c] = c.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	}
	if p.said != 0 {
		b.Sound = func() mixer.Sound { return tone.NewSine(p.said, p.dbfs) }
	}
	p.Serve(number, b)
	return p
}

// at registers the handset and waits until the house knows it.
func (p *handset) at(t *testing.T, h *house, extension string) *handset {
	t.Helper()
	if err := p.Register(phone.Account{Server: h.sip, User: extension, Password: secret}); err != nil {
		t.Fatal(err)
	}
	h.knows(t, extension)
	return p
}

// byHand rings until the test picks up.
var byHand = phone.Behaviour{Never: true}

// count is how many calls came in.
func (p *handset) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// next waits for the call after the last one that was taken.
func (p *handset) next(t *testing.T) *phone.Call {
	t.Helper()
	until(t, "the phone rings", func() bool { return p.count() > p.taken })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken++
	return p.calls[p.taken-1]
}

// ear is what listens to a call since its first sample.
func (p *handset) ear(c *phone.Call) *tone.Ear {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ears[c]
}

// over waits for the end of a call.
func over(t *testing.T, c *phone.Call) phone.State {
	t.Helper()
	until(t, "the call ends", func() bool { return c.State().Stage == phone.Ended })
	return c.State()
}

// knows waits until a phone is registered.
func (h *house) knows(t *testing.T, extension string) {
	t.Helper()
	p := h.desk(t, "sofia")
	until(t, "phone "+extension+" is registered", func() bool {
		var all struct {
			Phones []struct {
				Extension  string
				Registered bool
			}
		}
		p.do(t, http.MethodGet, "/api/v1/phones", nil).into(t, http.StatusOK, &all)
		for _, p := range all.Phones {
			if p.Extension == extension {
				return p.Registered
			}
		}
		return false
	})
}

// callback is the visitor's object of api/protocol.md.
type callback struct {
	ID, Token, State, Reason, Number, Queue string
	Place                                   int
	CutOff                                  bool    `json:"cut_off"`
	TalkedAt                                *string `json:"talked_at"`
	EndedAt                                 *string `json:"ended_at"`
}

// ask is the visitor's wish; it must be taken.
func (h *house) ask(t *testing.T, number, name string) callback {
	t.Helper()
	var c callback
	h.shop().do(t, http.MethodPost, "/api/v1/callbacks", map[string]string{"number": number, "name": name}).into(t, http.StatusAccepted, &c)
	return c
}

func (c callback) path() string { return "/api/v1/callbacks/" + c.ID }

// visitor is the page that holds the callback's token.
func (h *house) visitor(c callback) page {
	p := h.shop()
	p.bearer = "Bearer " + c.Token
	return p
}

func (h *house) show(t *testing.T, c callback) callback {
	t.Helper()
	var now callback
	h.visitor(c).do(t, http.MethodGet, c.path(), nil).into(t, http.StatusOK, &now)
	return now
}

func (h *house) cancel(t *testing.T, c callback) callback {
	t.Helper()
	var now callback
	h.visitor(c).do(t, http.MethodDelete, c.path(), nil).into(t, http.StatusOK, &now)
	return now
}

// becomes waits until GET shows a state.
func (h *house) becomes(t *testing.T, c callback, state string) callback {
	t.Helper()
	var now callback
	until(t, "the callback is "+state, func() bool {
		now = h.show(t, c)
		return now.State == state || now.State == "ended"
	})
	if now.State != state {
		t.Fatalf("callback: got %+v, want it %s\n%s", now, state, h.process.Log())
	}
	return now
}

// follower is the visitor's WebSocket and the states it has told, each once.
type follower struct {
	ws     *websocket.Conn
	done   chan struct{}
	mu     sync.Mutex
	states []string
	raw    []byte // every message, a line each
}

// close leaves.
func (f *follower) close() {
	_ = f.ws.CloseNow()
	<-f.done
}

func (f *follower) told() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.states)
}

// follow opens the visitor's WebSocket.
func (h *house) follow(t *testing.T, c callback) *follower {
	t.Helper()
	ws, response, err := websocket.Dial(t.Context(), "ws://"+h.http+"/api/v1/ws", &websocket.DialOptions{
		Subprotocols: []string{"sufler.v1"}, HTTPHeader: http.Header{"Origin": {shop}},
	})
	if err != nil {
		t.Fatalf("WebSocket: %v, %v", err, response)
	}
	hello := map[string]any{"id": 1, "do": "hello", "data": map[string]string{"as": "visitor", "callback": c.ID, "token": c.Token, "language": "cs"}}
	if err := wsjson.Write(t.Context(), ws, hello); err != nil {
		t.Fatal(err)
	}
	f := &follower{ws: ws, done: make(chan struct{})}
	go f.read()
	t.Cleanup(f.close)
	return f
}

func (f *follower) read() {
	defer close(f.done)
	for {
		var event struct {
			Kind string
			Data callback
		}
		_, text, err := f.ws.Read(context.Background())
		if err != nil {
			return
		}
		f.mu.Lock()
		f.raw = append(append(f.raw, text...), '\n')
		f.mu.Unlock()
		if json.Unmarshal(text, &event) != nil {
			return
		}
		if event.Kind != "callback.changed" {
			continue
		}
		f.mu.Lock()
		if n := len(f.states); n == 0 || f.states[n-1] != event.Data.State {
			f.states = append(f.states, event.Data.State)
		}
		f.mu.Unlock()
	}
}

// provider is a trunk of one UDP socket that keeps every message as it came and
// answers each INVITE with one line, or not at all.
type provider struct {
	conn     *net.UDPConn
	mu       sync.Mutex
	answer   string // "486 Busy Here"; empty: silence
	messages []string
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	p, done := &provider{conn: conn}, make(chan struct{})
	go func() {
		defer close(done)
		p.serve()
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return p
}

func (p *provider) addr() string { return p.conn.LocalAddr().String() }

func (p *provider) answers(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = line
}

// invites returns the INVITEs so far, raw.
func (p *provider) invites() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.messages), func(m string) bool { return !strings.HasPrefix(m, "INVITE ") })
}

func (p *provider) serve() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		message := string(buf[:n])
		p.mu.Lock()
		p.messages = append(p.messages, message)
		line := p.answer
		p.mu.Unlock()
		switch {
		case strings.HasPrefix(message, "OPTIONS "):
			line = "200 OK"
		case strings.HasPrefix(message, "CANCEL "):
			invites := p.invites()
			_, _ = p.conn.WriteToUDP([]byte(answerTo(message, "200 OK")), from)
			_, _ = p.conn.WriteToUDP([]byte(answerTo(invites[len(invites)-1], "487 Request Terminated")), from)
			continue
		case !strings.HasPrefix(message, "INVITE "):
			continue
		}
		if line != "" {
			_, _ = p.conn.WriteToUDP([]byte(answerTo(message, line)), from)
		}
	}
}

// answerTo copies what RFC 3261 section 8.2.6.2 wants in every answer.
func answerTo(request, line string) string {
	answer := "SIP/2.0 " + line + "\r\n"
	for header := range strings.SplitSeq(request, "\r\n") {
		name, _, _ := strings.Cut(header, ":")
		switch name {
		case "Via", "From", "Call-ID", "CSeq":
			answer += header + "\r\n"
		case "To":
			answer += header + ";tag=north\r\n"
		}
	}
	return answer + "Content-Length: 0\r\n\r\n"
}
