package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"sufler/internal/peers"
)

// shop is a customer's page, with nothing on it yet.
type shop struct {
	server *http.Server
	origin string
}

func openShop(ctx context.Context) (*shop, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &shop{origin: "http://" + l.Addr().String(), server: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!doctype html><title>Shop</title><p>Lamps</p>")
	})}}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

// widget measures what the widget weighs, and how soon it is seen.
func widget(ctx context.Context, w *world) ([]figure, error) {
	parts, err := w.widgetParts(ctx)
	if err != nil {
		return nil, err
	}
	paints, err := w.firstPaints(ctx)
	return append(parts, paints...), err
}

// A script of ours as it was built: what it brings with it, and what it brings later.
var (
	scriptName = regexp.MustCompile(`/assets/([\w-]+\.js)`)
	atOncePart = regexp.MustCompile(`(?:from|import)\s*"\./([\w-]+\.js)"`)
	laterPart  = regexp.MustCompile(`import\("\./([\w-]+\.js)"\)`)
	builtName  = regexp.MustCompile(`-\w+\.js$`)
)

// scripts are those that a page may load, by their names.
type scripts struct {
	get  func(name string) ([]byte, error)
	code map[string][]byte
}

// read gets a script and everything that it may ever load.
func (s *scripts) read(name string) error {
	if s.code[name] != nil {
		return nil
	}
	code, err := s.get(name)
	if err != nil {
		return err
	}
	s.code[name] = code
	for _, m := range slices.Concat(atOncePart.FindAllSubmatch(code, -1), laterPart.FindAllSubmatch(code, -1)) {
		if err := s.read(string(m[1])); err != nil {
			return err
		}
	}
	return nil
}

// bring adds a script and what it brings at once to those that are there.
func (s *scripts) bring(name string, there map[string]bool) {
	if there[name] {
		return
	}
	there[name] = true
	for _, m := range atOncePart.FindAllSubmatch(s.code[name], -1) {
		s.bring(string(m[1]), there)
	}
}

// widgetParts weighs the loader, what it loads, and each part that comes later by
// itself: what it adds to the opened widget.
func (w *world) widgetParts(ctx context.Context) ([]figure, error) {
	loader, err := w.script(ctx, "/widget.js")
	if err != nil {
		return nil, err
	}
	s := &scripts{code: map[string][]byte{}, get: func(name string) ([]byte, error) { return w.script(ctx, "/assets/"+name) }}
	weights := map[string]int{}
	opened := map[string]bool{}
	for _, m := range scriptName.FindAllSubmatch(loader, -1) {
		name := string(m[1])
		if err := s.read(name); err != nil {
			return nil, err
		}
		alone := map[string]bool{}
		s.bring(name, alone)
		weights[builtName.ReplaceAllString(name, "")] = s.weight(alone)
		if strings.HasPrefix(name, "widget-") {
			opened = alone
		}
	}
	if len(opened) == 0 {
		return nil, errors.New("the loader names no widget")
	}
	for name, code := range s.code {
		for _, m := range laterPart.FindAllSubmatch(code, -1) {
			part := partName(name, string(m[1]), opened)
			weights[part] = max(weights[part], s.weightBeside(string(m[1]), opened))
		}
	}
	figures := []figure{bytesOf("loader", weigh(loader))}
	for _, part := range slices.Sorted(maps.Keys(weights)) {
		figures = append(figures, bytesOf(part, weights[part]))
	}
	return figures, nil
}

// partName is what a script that another brings later is called in the table. Of the
// words of three languages the longest are shown.
func partName(by, script string, opened map[string]bool) string {
	name, of := builtName.ReplaceAllString(script, ""), builtName.ReplaceAllString(by, "")
	if !slices.Contains([]string{"en", "cs", "ru"}, name) {
		return name
	}
	if opened[by] {
		of = "widget"
	}
	return of + ", the words"
}

func bytesOf(part string, n int) figure {
	return figure{Scenario: "widget", What: "gzip bytes: " + part, Value: float64(n), Unit: "B"}
}

func (s *scripts) weight(names map[string]bool) (sum int) {
	for name := range names {
		sum += weigh(s.code[name])
	}
	return sum
}

func (s *scripts) weightBeside(name string, there map[string]bool) int {
	with := maps.Clone(there)
	s.bring(name, with)
	return s.weight(with) - s.weight(there)
}

func weigh(code []byte) int {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is one of gzip's own
	}
	_, _ = z.Write(code) // into memory
	_ = z.Close()
	return b.Len()
}

func (w *world) script(ctx context.Context, at string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.server.http+path.Clean(at), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", at, resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// paintTime puts the script tag into the page and gives the time until the frame after
// the one in which the widget's button has a place.
const paintTime = `new Promise((done) => {
	const begun = performance.now();
	const look = () => {
		const button = document.querySelector("sufler-widget")?.shadowRoot?.querySelector("#open");
		if (!button?.getBoundingClientRect().width) requestAnimationFrame(look);
		else requestAnimationFrame(() => done(performance.now() - begun));
	};
	const script = document.createElement("script");
	script.src = %q;
	document.head.append(script);
	look();
})`

// firstPaints opens a customer's page some times in Chromium, each time with a script
// that is in no cache.
func (w *world) firstPaints(ctx context.Context) ([]figure, error) {
	dir, err := os.MkdirTemp("", "sufler-bench-chromium")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b, err := peers.StartChromium(ctx, dir, peers.ChromiumOptions{Modules: "."})
	if err != nil {
		return nil, err
	}
	defer b.Quit()
	var times []float64
	for n := range w.options.answers {
		if _, err := b.Do(ctx, "goto", w.shop.origin); err != nil {
			return nil, err
		}
		raw, err := b.Do(ctx, "evaluate", fmt.Sprintf(paintTime, fmt.Sprintf("http://%s/widget.js?%d", w.server.http, n)))
		if err != nil {
			return nil, err
		}
		var took float64
		if err := json.Unmarshal(raw, &took); err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	const what = "script tag to first paint in Chromium, "
	return []figure{
		{Scenario: "widget", What: what + "p50", Value: percentile(times, 50), Unit: "ms"},
		{Scenario: "widget", What: what + "p95", Value: percentile(times, 95), Unit: "ms"},
	}, nil
}
