package peers

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// chromiumDriver is the other end of a Chromium: it speaks to the browser by
// Playwright, which is found among the node_modules of the folder it runs in.
//
//go:embed chromium.mjs
var chromiumDriver string

// ChromiumOptions describe one browser with one page.
type ChromiumOptions struct {
	// Modules is the folder whose node_modules hold playwright-core.
	Modules string
	// WAV is what its microphone says: an absolute path, 16 bit, one channel. It
	// loops. Empty: the browser may not use a microphone, and says so to the page.
	WAV string
	// Hear takes what the page receives by RTP: 8 kHz, some 100 ms at a time, from
	// one goroutine. nil: it is thrown away.
	Hear func(samples []int16)
}

// Chromium is a running browser. Its methods may be called from any goroutine.
type Chromium struct {
	*Process
	conn   net.Conn
	hear   func([]int16)
	closed chan struct{} // the reader has ended

	mu       sync.Mutex
	last     int
	waiting  map[int]chan chromiumWord
	troubles []string
}

// chromiumWord is what the driver tells.
type chromiumWord struct {
	ID      int             `json:"id"`
	OK      json.RawMessage `json:"ok"`
	Error   string          `json:"error"`
	Samples string          `json:"samples"` // base64, little endian
	Trouble string          `json:"trouble"`
	Ready   bool            `json:"ready"`
}

// chromiumFlags: loopback is among its ways for sound, and no page needs a click
// before it may make any.
var chromiumFlags = []string{
	"--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
	"--allow-loopback-in-peer-connection", "--use-fake-device-for-media-stream",
}

// StartChromium starts a browser; dir, which must exist, takes its log. It returns
// when the browser takes commands.
func StartChromium(ctx context.Context, dir string, opt ChromiumOptions) (*Chromium, error) {
	program, err := FindChromium()
	if err != nil {
		return nil, err
	}
	flags, permissions := chromiumFlags, []string{}
	if opt.WAV != "" {
		flags = slices.Concat(flags, []string{"--use-fake-ui-for-media-stream", "--use-file-for-fake-audio-capture=" + opt.WAV})
		permissions = append(permissions, "microphone")
	}
	settings, err := json.Marshal(map[string]any{"program": program, "args": flags, "permissions": permissions})
	if err != nil {
		return nil, err
	}
	door, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("peers: chromium: %w", err)
	}
	defer func() { _ = door.Close() }()
	p, err := Start(Command{
		Program: "node", Dir: dir, In: opt.Modules,
		Args: []string{"--input-type=module", "--eval", chromiumDriver, "--", door.Addr().String(), string(settings)},
	})
	if err != nil {
		return nil, err
	}
	c := &Chromium{Process: p, hear: opt.Hear, closed: make(chan struct{}), waiting: make(map[int]chan chromiumWord)}
	if err := c.meet(ctx, door); err != nil {
		c.Quit()
		return nil, fmt.Errorf("peers: chromium: %w\n%s", err, p.Log())
	}
	return c, nil
}

// meet waits for the driver's connection and its first word.
func (c *Chromium) meet(ctx context.Context, door net.Listener) (err error) {
	over := make(chan struct{})
	defer close(over)
	go func() { // whoever gives up ends the waiting
		select {
		case <-c.done:
		case <-ctx.Done():
		case <-over:
		}
		_ = door.Close()
	}()
	if c.conn, err = door.Accept(); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	ready := make(chan chromiumWord, 1)
	c.waiting[0] = ready
	go c.read()
	select {
	case <-ready:
		return nil
	case <-c.closed:
		return errors.New("ended at its start")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Chromium) read() {
	defer close(c.closed)
	lines := bufio.NewScanner(c.conn)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var w chromiumWord
		if json.Unmarshal(lines.Bytes(), &w) == nil {
			c.take(w)
		}
	}
}

func (c *Chromium) take(w chromiumWord) {
	if w.Samples != "" {
		c.give(w.Samples)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.Trouble != "" {
		c.troubles = append(c.troubles, w.Trouble)
	} else if asked := c.waiting[w.ID]; asked != nil {
		delete(c.waiting, w.ID)
		asked <- w
	}
}

func (c *Chromium) give(text string) {
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil || c.hear == nil {
		return
	}
	samples := make([]int16, len(content)/2)
	if binary.Read(bytes.NewReader(content), binary.LittleEndian, samples) == nil {
		c.hear(samples)
	}
}

// Do calls a method of Playwright's page, and waits as it does: "goto" with an
// address, "click" with a selector, "fill" with a selector and a text,
// "waitForSelector", "textContent", "reload", "evaluate" with an expression. Two
// are our own: "open" clicks what opens another window and goes on there alone,
// "download" clicks what brings a file and returns its path. Numbers, texts and
// true or false come back, everything else as null.
func (c *Chromium) Do(ctx context.Context, method string, args ...any) (json.RawMessage, error) {
	if args == nil {
		args = []any{}
	}
	answered := make(chan chromiumWord, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.waiting[id] = answered
	c.mu.Unlock()
	text, err := json.Marshal(map[string]any{"id": id, "do": method, "args": args})
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(c.conn, "%s\n", text); err != nil {
		return nil, fmt.Errorf("peers: chromium: %w", err)
	}
	select {
	case w := <-answered:
		if w.Error != "" {
			return nil, fmt.Errorf("peers: chromium: %s %v: %s", method, args, w.Error)
		}
		return w.OK, nil
	case <-c.closed:
		return nil, fmt.Errorf("peers: chromium: %s %v: it has ended\n%s", method, args, c.Log())
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
		return nil, fmt.Errorf("peers: chromium: %s %v: %w", method, args, context.Cause(ctx))
	}
}

// Troubles returns what the page's console has complained about.
func (c *Chromium) Troubles() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.troubles)
}

// Quit closes the browser and waits for its end; only one that hangs is killed.
func (c *Chromium) Quit() {
	if c.conn != nil {
		_ = c.conn.Close()
		<-c.closed
		timer := time.NewTimer(10 * time.Second)
		defer timer.Stop()
		select {
		case <-c.done:
		case <-timer.C:
		}
	}
	c.Stop()
}
