package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// Event is what baresip tells of its calls and registrations.
type Event struct {
	Type    string `json:"type"` // "CALL_ESTABLISHED"
	Class   string `json:"class"`
	Param   string `json:"param"` // the reason of CALL_CLOSED
	PeerURI string `json:"peeruri"`
}

// message is either an event or an answer to a command.
type message struct {
	Event
	IsEvent  bool   `json:"event"`
	Response bool   `json:"response"`
	OK       bool   `json:"ok"`
	Data     string `json:"data"`
	Token    string `json:"token"`
}

// control is one connection to baresip's ctrl_tcp: JSON in netstrings.
type control struct {
	conn   net.Conn
	closed chan struct{} // the reader has ended

	mu      sync.Mutex
	last    int // token of the last command
	answers map[string]message
	events  []Event
}

// dialControl waits until baresip listens; it gives up when the program ends.
func dialControl(ctx context.Context, addr string, ended <-chan struct{}) (*control, error) {
	var conn net.Conn
	gone := false
	err := Until(ctx, "no control port", func() bool {
		select {
		case <-ended:
			gone = true
			return true
		default:
		}
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		conn = c
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	if gone {
		return nil, errors.New("ended at its start")
	}
	c := &control{conn: conn, closed: make(chan struct{}), answers: make(map[string]message)}
	go c.read()
	return c, nil
}

func (c *control) read() {
	defer close(c.closed)
	in := bufio.NewReader(c.conn)
	for {
		text, err := netstring(in)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text, &m) != nil {
			continue
		}
		c.mu.Lock()
		if m.IsEvent {
			c.events = append(c.events, m.Event)
		} else if m.Response {
			c.answers[m.Token] = m
		}
		c.mu.Unlock()
	}
}

// netstring reads "12:hello world!,".
func netstring(in *bufio.Reader) ([]byte, error) {
	head, err := in.ReadString(':')
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(head[:len(head)-1])
	if err != nil || size < 0 || size > 1<<20 {
		return nil, fmt.Errorf("netstring of size %q", head)
	}
	text := make([]byte, size+1)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, err
	}
	return text[:size], nil
}

func (c *control) do(ctx context.Context, command, params string) (string, error) {
	c.mu.Lock()
	c.last++
	token := strconv.Itoa(c.last)
	c.mu.Unlock()
	text, err := json.Marshal(map[string]string{"command": command, "params": params, "token": token})
	if err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(c.conn, "%d:%s,", len(text), text); err != nil {
		return "", err
	}
	var answer message
	err = c.until(ctx, "no answer", func() bool {
		var ok bool
		answer, ok = c.answers[token]
		return ok
	})
	if err != nil {
		return "", err
	}
	if !answer.OK {
		return "", fmt.Errorf("refused: %s", answer.Data)
	}
	return answer.Data, nil
}

func (c *control) await(ctx context.Context, kind string) (Event, error) {
	var found Event
	seen := ""
	err := c.until(ctx, "no "+kind, func() bool {
		for i, e := range c.events {
			if e.Type == kind {
				found, c.events = e, c.events[i+1:]
				return true
			}
			seen = e.Type
		}
		return false
	})
	if err != nil {
		return Event{}, fmt.Errorf("%w (last event: %q)", err, seen)
	}
	return found, nil
}

// until polls a condition on what was read; it ends when the connection does.
func (c *control) until(ctx context.Context, what string, condition func() bool) error {
	ended, ok := false, false
	err := Until(ctx, what, func() bool {
		select {
		case <-c.closed:
			ended = true
		default:
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		ok = condition()
		return ok || ended
	})
	if err == nil && !ok {
		return fmt.Errorf("%s: the connection has ended", what)
	}
	return err
}

func (c *control) close() {
	_ = c.conn.Close()
	<-c.closed
}
