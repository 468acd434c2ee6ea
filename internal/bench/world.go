package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"sufler/cmd/sufler/page"
	"sufler/internal/peers"
)

// world is a server with its trunk, telephones, supervisors and pages.
type world struct {
	options options
	server  server
	couples []*couple
	sound   *sound
	trunk   *endpoint
	phones  *endpoint
	shop    *shop
}

const (
	firstPhone      = 1000 // operators' extensions
	firstSupervisor = 5000 // supervisors' extensions
	firstDesk       = 7000 // extensions of the operators at desks
	password        = "bench-password"
)

// number is our number that rings the n-th operator.
func number(n int) string { return fmt.Sprintf("+420222%06d", n) }

// queue is the line, and the group, of the n-th operator at a desk.
func queue(n int) string { return fmt.Sprintf("queue%d", n) }

// group is that of the n-th operator at a desk.
func group(s scenario, n int) string {
	if s.chats {
		return queue(0)
	}
	return queue(n)
}

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
	var ports [4]int
	for i := range ports {
		if ports[i], err = peers.FreePort(1); err != nil {
			return w, err
		}
	}
	for i, address := range []*string{&w.server.http, &w.server.sip, &w.server.admin, &w.server.webrtc} {
		*address = fmt.Sprintf("127.0.0.1:%d", ports[i])
	}
	if w.trunk, err = newEndpoint(w.server.sip, w.sound); err != nil {
		return w, err
	}
	if w.phones, err = newEndpoint(w.server.sip, w.sound); err != nil {
		return w, err
	}
	if w.shop, err = openShop(ctx); err != nil {
		return w, err
	}
	return w, startServer(ctx, o.binary, w.config(s), s.frugal, &w.server)
}

func (w *world) config(s scenario) string {
	var b strings.Builder
	mode := "off"
	if s.record {
		mode = "on"
	}
	fmt.Fprintf(&b, "http: {listen: %q, admin: %q, origins: [%q]}\nsip: {listen: %q}\nwebrtc: {listen: %q}\nfiles: {dir: %q}\nrecording: {mode: %q}\n", w.server.http, w.server.admin, w.shop.origin, w.server.sip, w.server.webrtc, w.server.dir+"/data", mode)
	fmt.Fprintf(&b, "trunks:\n  - {name: bench, address: %q, number: \"+420222111000\"}\nphones:\n", w.trunk.address())
	for i := range max(w.options.phones, w.options.calls) {
		fmt.Fprintf(&b, "  - {extension: \"%d\", password: %s}\n", firstPhone+i, password)
	}
	for i := range w.options.calls {
		fmt.Fprintf(&b, "  - {extension: \"%d\", password: %s}\n", firstSupervisor+i, password)
	}
	if s.desks {
		w.configDesks(&b, s)
	}
	b.WriteString("numbers:\n")
	for i := range w.options.calls {
		fmt.Fprintf(&b, "  - {number: %q, to: \"%d\"}\n", number(i), firstPhone+i)
	}
	b.WriteString("people:\n  operators:\n")
	for i := range w.options.calls {
		fmt.Fprintf(&b, "    - {login: op%d, name: Op, rank: operator, groups: [bench], phone: \"%d\", available: phone, password: %s}\n", i, firstPhone+i, password)
		fmt.Fprintf(&b, "    - {login: sup%d, name: Sup, rank: owner, groups: [bench], phone: \"%d\", available: desk, password: %s}\n", i, firstSupervisor+i, password)
		if s.desks {
			fmt.Fprintf(&b, "    - {login: desk%d, name: Desk, rank: operator, groups: [%s], phone: \"%d\", answer_on: browser, password: %s}\n", i, group(s, i), firstDesk+i, password)
		}
	}
	b.WriteString("  groups: [bench")
	if s.desks {
		for i := range w.options.calls {
			fmt.Fprintf(&b, ", %s", queue(i))
		}
	}
	b.WriteString("]\n")
	return b.String()
}

// configDesks adds telephones and queues of the operators at desks, and ends the
// list of phones with it.
func (w *world) configDesks(b *strings.Builder, s scenario) {
	for i := range w.options.calls {
		fmt.Fprintf(b, "  - {extension: \"%d\", password: %s}\n", firstDesk+i, password)
	}
	b.WriteString("callbacks:\n  allow: [\"+420\"]\n  queues:\n")
	if s.chats {
		fmt.Fprintf(b, "    - {name: %s, groups: [%s]}\n", queue(0), queue(0))
		return
	}
	for i := range w.options.calls {
		fmt.Fprintf(b, "    - {name: %s, groups: [%s]}\n", queue(i), queue(i))
	}
}

func (w *world) pages() page.Options { return page.Options{Base: "http://" + w.server.http} }

func (w *world) close() {
	for _, c := range w.couples {
		c.close()
	}
	if err := w.server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
	for _, e := range []*endpoint{w.trunk, w.phones} {
		if e != nil {
			e.close()
		}
	}
	if w.shop != nil {
		_ = w.shop.server.Close()
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
	for i := range w.options.calls {
		p := page.Nobody(w.pages())
		if err := p.Do(ctx, http.MethodPost, "/api/v1/login", map[string]string{"login": fmt.Sprintf("sup%d", i), "password": password}, nil); err != nil {
			return err
		}
		if i == 0 {
			if err := p.Do(ctx, http.MethodGet, "/api/v1/calls", nil, &running); err != nil {
				return err
			}
		}
		if i >= len(running.Calls) {
			return fmt.Errorf("%d of %d calls run", i, w.options.calls)
		}
		if err := p.Do(ctx, http.MethodPost, "/api/v1/calls/"+running.Calls[i].ID+"/supervision", map[string]string{"mode": mode}, nil); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, comesWithin)
	defer cancel()
	return peers.Until(ctx, "every supervisor's phone has answered", func() bool {
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
