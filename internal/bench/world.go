package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// world is a server with its trunk, telephones and supervisors.
type world struct {
	options options
	server  server
	sound   *sound
	trunk   *endpoint
	phones  *endpoint
}

const (
	firstPhone      = 1000 // operators' extensions
	firstSupervisor = 5000 // supervisors' extensions
	password        = "bench-password"
)

// number is our number that rings the n-th operator.
func number(n int) string { return fmt.Sprintf("+420222%06d", n) }

func newWorld(ctx context.Context, o options, s scenario) (w *world, err error) {
	w = &world{options: o, sound: newSound()}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.server.dir, err = os.MkdirTemp("", "sufler-bench"); err != nil {
		return w, err
	}
	var ports [3]int
	for i := range ports {
		if ports[i], err = freePort(ctx); err != nil {
			return w, err
		}
	}
	for i, address := range []*string{&w.server.http, &w.server.sip, &w.server.admin} {
		*address = fmt.Sprintf("127.0.0.1:%d", ports[i])
	}
	if w.trunk, err = newEndpoint(w.server.sip, w.sound); err != nil {
		return w, err
	}
	if w.phones, err = newEndpoint(w.server.sip, w.sound); err != nil {
		return w, err
	}
	return w, startServer(ctx, o.binary, w.config(s.record), s.frugal, &w.server)
}

func (w *world) config(record bool) string {
	var b strings.Builder
	mode := "off"
	if record {
		mode = "on"
	}
	fmt.Fprintf(&b, "http: {listen: %q, admin: %q}\nsip: {listen: %q}\nfiles: {dir: %q}\nrecording: {mode: %q}\n", w.server.http, w.server.admin, w.server.sip, w.server.dir+"/data", mode)
	fmt.Fprintf(&b, "trunks:\n  - {name: bench, address: %q, number: \"+420222111000\"}\nphones:\n", w.trunk.address())
	for i := range max(w.options.phones, w.options.calls) {
		fmt.Fprintf(&b, "  - {extension: \"%d\", password: %s}\n", firstPhone+i, password)
	}
	for i := range w.options.calls {
		fmt.Fprintf(&b, "  - {extension: \"%d\", password: %s}\n", firstSupervisor+i, password)
	}
	b.WriteString("numbers:\n")
	for i := range w.options.calls {
		fmt.Fprintf(&b, "  - {number: %q, to: \"%d\"}\n", number(i), firstPhone+i)
	}
	b.WriteString("people:\n  groups: [bench]\n  operators:\n")
	for i := range w.options.calls {
		fmt.Fprintf(&b, "    - {login: op%d, name: Op, rank: operator, groups: [bench], phone: \"%d\", available: phone, password: %s}\n", i, firstPhone+i, password)
		fmt.Fprintf(&b, "    - {login: sup%d, name: Sup, rank: owner, groups: [bench], phone: \"%d\", available: desk, password: %s}\n", i, firstSupervisor+i, password)
	}
	return b.String()
}

func (w *world) close() {
	if err := w.server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	for _, e := range []*endpoint{w.trunk, w.phones} {
		if e != nil {
			e.close()
		}
	}
	w.sound.close()
	_ = os.RemoveAll(w.server.dir)
}

// registerAll registers n telephones from an extension on.
func (w *world) registerAll(ctx context.Context, first, n int) error {
	for i := range n {
		if err := w.phones.register(ctx, fmt.Sprint(first+i), password); err != nil {
			return err
		}
	}
	return nil
}

// callAll makes one call to each of n operators and keeps them up.
func (w *world) callAll(ctx context.Context, n int) ([]*dialog, error) {
	calls := make([]*dialog, 0, n)
	for i := range n {
		d, err := w.trunk.call(ctx, number(i))
		if err != nil {
			return calls, err
		}
		calls = append(calls, d)
	}
	return calls, nil
}

func (w *world) hangUpAll(ctx context.Context, calls []*dialog) error {
	for _, d := range calls {
		if err := w.trunk.hangUp(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// superviseAll lets one supervisor whisper in each running call; the
// supervisors' telephones answer by themselves.
func (w *world) superviseAll(ctx context.Context, mode string) error {
	var running struct {
		Calls []struct {
			ID string `json:"id"`
		} `json:"calls"`
	}
	cookie, err := w.login(ctx, 0)
	if err != nil {
		return err
	}
	if err := w.do(ctx, http.MethodGet, "/api/v1/calls", cookie, nil, &running); err != nil {
		return err
	}
	for i, c := range running.Calls {
		if cookie, err = w.login(ctx, i); err != nil {
			return err
		}
		if err := w.do(ctx, http.MethodPost, "/api/v1/calls/"+c.ID+"/supervision", cookie, map[string]string{"mode": mode}, nil); err != nil {
			return err
		}
	}
	return until(ctx, "every supervisor's phone has answered", func() bool {
		w.phones.mu.Lock()
		defer w.phones.mu.Unlock()
		acked := 0
		for _, d := range w.phones.dialogs {
			if d.acked {
				acked++
			}
		}
		return acked == 2*len(running.Calls)
	})
}

func (w *world) login(ctx context.Context, n int) (*http.Cookie, error) {
	data, err := json.Marshal(map[string]string{"login": fmt.Sprintf("sup%d", n), "password": password})
	if err != nil {
		return nil, err
	}
	resp, err := w.send(ctx, http.MethodPost, "/api/v1/login", nil, data)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	for _, c := range resp.Cookies() {
		return c, nil
	}
	return nil, fmt.Errorf("login: %s", resp.Status)
}

func (w *world) do(ctx context.Context, method, path string, cookie *http.Cookie, body, answer any) error {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
	}
	resp, err := w.send(ctx, method, path, cookie, data)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}

func (w *world) send(ctx context.Context, method, path string, cookie *http.Cookie, data []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+w.server.http+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", "http://"+w.server.http)
	if cookie != nil {
		req.AddCookie(cookie)
	}
	return http.DefaultClient.Do(req)
}
