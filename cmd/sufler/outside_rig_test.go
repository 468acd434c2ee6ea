package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sufler/internal/peers"
)

// The tests in the files outside_* know the program only from outside: they
// start the built binary and talk to it as browsers, telephones and providers do.

const (
	// patience is how long a condition may take that has no limit of its own.
	patience = 30 * time.Second
	// secret is everybody's password.
	secret = "outside-only"
	// shop is the page that carries the widget, caller the number visitors see.
	shop   = "http://shop.example"
	caller = "+420222111000"
)

// program is the built program: $SUFLER_BIN, or built once for all tests.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("SUFLER_BIN"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "sufler-outside-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "sufler")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// built is the folder of a binary that the tests have built.
var built string

// launch starts the program in dir and ends it at the end of the test.
func launch(t *testing.T, dir string, env []string, args ...string) *peers.Process {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p, err := peers.Start(peers.Command{Program: path, Args: args, Dir: dir, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// until polls a condition and fails the test when it never holds.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	within(t, patience, what, condition)
}

// within is until with a limit that is part of the promise.
func within(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if err := peers.Until(ctx, what, condition); err != nil {
		t.Fatal(err)
	}
}

// exit waits for the end of a program and returns its code.
func exit(t *testing.T, p *peers.Process, limit time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	code, err := p.Wait(ctx)
	if err != nil {
		t.Fatalf("%v\n%s", err, p.Log())
	}
	return code
}

func send(t *testing.T, p *peers.Process, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(p.PID(), s); err != nil {
		t.Fatal(err)
	}
}

// ports returns so many free ports in a row.
func ports(t *testing.T, count int) int {
	t.Helper()
	first, err := peers.FreePort(count)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

func loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }

// soundRanges counts the houses.
var soundRanges atomic.Int32

// soundPorts is a range of its own for the sound of a house: what a telephone still
// says to one that has ended must not be heard in the next.
func soundPorts() string {
	const pairs, ranges = 500, 10
	first := 20000 + 2*pairs*int(soundRanges.Add(1)%ranges)
	return fmt.Sprintf("%d-%d", first, first+2*pairs-1)
}

// plan is what the houses of the stories differ in; empty members have the
// values of unset.
type plan struct {
	trunk            string // where the provider is
	shop             string // origin of the page that carries the widget
	offer, ring      string
	lostAfter        string
	returnTime       string
	drain            string
	database         string // the address of PostgreSQL; empty: SQLite
	rounds, browsers int
	edit             func(config string) string // nil: as it is
}

// house is "sufler run" with four telephones, their people, an owner and one trunk.
type house struct {
	dir, config      string
	drain            string
	http, admin, sip string
	process          *peers.Process
}

const houseConfig = `http: {listen: %[1]q, admin: %[2]q, origins: [%[3]q]}
sip: {listen: %[4]q, ring_timeout: 20s}
webrtc: {listen: %[13]q, return_time: %[15]s}
rtp: {ports: %[16]s, lost_after: %[5]s}
files: {dir: data}
database: {url: %[14]q}
trunks: [{name: north, address: %[6]q, number: "%[7]s"}]
numbers: [{number: "%[7]s", to: "102"}]
phones:
  - {extension: "101", name: Anna, password: %[8]s}
  - {extension: "102", name: Boris, password: %[8]s}
  - {extension: "201", name: Sofia, password: %[8]s}
  - {extension: "202", name: Viktor, password: %[8]s}
callbacks:
  company: Shop
  allow: ["+420"]
  per_number_day: 50
  offer: %[9]s
  ring: %[10]s
  rounds: %[11]d
  per_browser_hour: %[12]d
  queues: [{name: Orders, groups: [orders]}]
recording: {mode: "on"}
people:
  groups: [orders, lead]
  operators:
    - {login: anna, name: Anna Malá, rank: operator, groups: [orders], phone: "101", available: phone, language: en, password: %[8]s}
    - {login: boris, name: Boris Nový, rank: operator, groups: [orders], phone: "102", available: phone, language: en, password: %[8]s}
    - {login: sofia, name: Sofia Veselá, rank: supervisor, groups: [lead, orders], phone: "201", available: desk, language: en, password: %[8]s}
    - {login: viktor, name: Viktor Hrubý, rank: supervisor, groups: [lead, orders], phone: "202", available: desk, language: en, password: %[8]s}
    - {login: adam, name: Adam, rank: owner, language: en, password: %[8]s}
`

func or[T comparable](value, unset T) T {
	var zero T
	if value == zero {
		return unset
	}
	return value
}

// postgres is the PostgreSQL of these tests, ended after the last.
var postgres peers.SharedPostgres

// onBothDatabases runs a story on SQLite and on PostgreSQL.
func onBothDatabases(t *testing.T, story func(t *testing.T, database string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		story(t, "")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		address, err := postgres.NewDatabase(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		story(t, address)
	})
}

// newHouse writes the configuration and starts the program.
func newHouse(t *testing.T, p plan) *house {
	t.Helper()
	web := ports(t, 5)
	h := &house{dir: t.TempDir(), http: loopback(web), admin: loopback(web + 1), sip: loopback(web + 2)}
	h.drain = p.drain
	h.config = filepath.Join(h.dir, "house.yaml")
	text := fmt.Sprintf(houseConfig, h.http, h.admin, or(p.shop, shop), h.sip, or(p.lostAfter, "30s"),
		or(p.trunk, loopback(web+3)), caller, secret, or(p.offer, "20s"), or(p.ring, "20s"), or(p.rounds, 3), or(p.browsers, 50), loopback(web+4), p.database,
		or(p.returnTime, "20s"), soundPorts())
	if p.edit != nil {
		text = p.edit(text)
	}
	if err := os.WriteFile(h.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h.start(t)
	return h
}

// start starts the program, the first time or again.
func (h *house) start(t *testing.T) {
	t.Helper()
	h.process = launch(t, h.dir, nil, "run", "-config", h.config, "-drain", or(h.drain, "10m"))
	until(t, "the program is ready", func() bool {
		select {
		case <-h.process.Done():
			t.Fatalf("the program has ended:\n%s", h.process.Log())
		default:
		}
		response, err := http.Get("http://" + h.http + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// page is who asks over HTTP: a visitor's browser by its origin, an operator's by
// its cookie as well.
type page struct {
	base, origin, bearer, key string
	cookie                    *http.Cookie
}

func (h *house) shop() page { return page{base: "http://" + h.http, origin: shop} }

// desk logs somebody in.
func (h *house) desk(t *testing.T, login string) page {
	t.Helper()
	p := page{base: "http://" + h.http, origin: "http://" + h.http}
	response := p.do(t, http.MethodPost, "/api/v1/login", map[string]string{"login": login, "password": secret})
	if response.status != http.StatusOK || len(response.cookies) != 1 {
		t.Fatalf("login of %s: got %d %s", login, response.status, response.body)
	}
	p.cookie = response.cookies[0]
	return p
}

// setting reads the only item of a kind, for example of "queues".
func (p page) setting(t *testing.T, kind string) map[string]any {
	t.Helper()
	var all struct{ Items []map[string]any }
	p.do(t, http.MethodGet, "/api/v1/settings/"+kind, nil).into(t, http.StatusOK, &all)
	if len(all.Items) != 1 {
		t.Fatalf("got %d %s, want one", len(all.Items), kind)
	}
	return all.Items[0]
}

// reply is an answer over HTTP.
type reply struct {
	status  int
	body    []byte
	cookies []*http.Cookie
}

// oneShot keeps no connections, which would count among the program's goroutines.
var oneShot = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}

func (p page) do(t *testing.T, method, path string, body any) reply {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, p.base+path, content)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Origin": p.origin, "Idempotency-Key": p.key, "Authorization": p.bearer} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.cookie != nil {
		request.AddCookie(p.cookie)
	}
	response, err := oneShot.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	r := reply{status: response.StatusCode, cookies: response.Cookies()}
	if r.body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return r
}

// into reads the answer; another status than wanted fails the test.
func (r reply) into(t *testing.T, status int, v any) {
	t.Helper()
	if r.status != status {
		t.Fatalf("got %d %s, want %d", r.status, r.body, status)
	}
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v\n%s", err, r.body)
	}
}

// problem is a refusal of api/protocol.md.
type problem struct {
	Code, Title, Detail string
	Params              map[string]string
}

func (r reply) refused(t *testing.T, status int, code string) problem {
	t.Helper()
	var p problem
	r.into(t, status, &p)
	if p.Code != code || p.Title == "" || p.Detail == "" {
		t.Errorf("refusal: got %+v, want %s with words", p, code)
	}
	return p
}

// gauges are what must be back where it was when everything has ended.
var gauges = []string{
	"sufler_calls_running", "sufler_sip_legs", "sufler_mixer_ports", "sufler_mixer_calls", "sufler_rtp_port_pairs",
	"sufler_supervisions_running", "sufler_pages_open", "sufler_rtc_legs",
}

// figures reads /metrics.
func (h *house) figures(t *testing.T) map[string]float64 {
	t.Helper()
	all := make(map[string]float64)
	text := page{base: "http://" + h.admin}.do(t, http.MethodGet, "/metrics", nil)
	for line := range strings.Lines(string(text.body)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil && !strings.HasPrefix(name, "#") {
			all[name] = v
		}
	}
	for _, name := range append(gauges, "go_goroutines") {
		if _, ok := all[name]; !ok {
			t.Fatalf("there is no figure %s", name)
		}
	}
	return all
}

// spare is how many goroutines more than before may live: those of the runtime
// and of requests that are just being answered.
const spare = 4

// settles checks that within 5 s nothing is left of what has happened since base.
func (h *house) settles(t *testing.T, base map[string]float64) {
	t.Helper()
	var left string
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	err := peers.Until(ctx, "everything has ended", func() bool {
		now := h.figures(t)
		left = ""
		for _, name := range gauges {
			if now[name] != base[name] {
				left += fmt.Sprintf("%s: %v, was %v\n", name, now[name], base[name])
			}
		}
		if now["go_goroutines"] > base["go_goroutines"]+spare {
			left += fmt.Sprintf("go_goroutines: %v, was %v\n", now["go_goroutines"], base["go_goroutines"])
		}
		return left == ""
	})
	if err != nil {
		t.Errorf("%v:\n%s", err, left)
	}
}
