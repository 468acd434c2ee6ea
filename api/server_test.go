package api

import (
	"net/http"
	"strings"
	"testing"

	"sufler/routing"
)

func TestHealthAndReadiness(t *testing.T) {
	w := newWorld(t)
	w.ask("GET", "/healthz", "", "").wants(t, http.StatusOK, "")
	w.ask("GET", "/readyz", "", "").wants(t, http.StatusOK, "")
	w.notReady = routing.Refuse(routing.Unavailable, "server_closing")
	w.ask("GET", "/healthz", "", "").wants(t, http.StatusOK, "")
	if got := w.ask("GET", "/readyz", "", "").wants(t, http.StatusServiceUnavailable, "server_closing"); got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	w.ask("POST", "/api/v1/callbacks", "", `{"number":"777000001"}`).wants(t, http.StatusServiceUnavailable, "server_closing")
}

func TestPagesAreServedWithTheirPolicies(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ path, content, cache string }{
		{"/", "<title>stage</title>", "no-cache"},
		{"/desk/", "<title>desk</title>", "no-cache"},
		{"/demo/", "<title>shop</title>", "no-cache"},
		{"/widget.js", "export {}", "no-cache"},
		{"/assets/desk-1a2b.js", "let x = 1", "public, max-age=31536000, immutable"},
	} {
		got := w.ask("GET", c.path, "", "").wants(t, http.StatusOK, "")
		if got.text != c.content {
			t.Errorf("%s: got %q, want %q", c.path, got.text, c.content)
		}
		for header, want := range map[string]string{
			"Cache-Control": c.cache, "Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		} {
			if got.Header.Get(header) != want {
				t.Errorf("%s: %s: got %q, want %q", c.path, header, got.Header.Get(header), want)
			}
		}
		again := w.ask("GET", c.path, "", "", "If-None-Match", got.Header.Get("ETag"))
		again.wants(t, http.StatusNotModified, "")
	}
	if got := w.ask("GET", "/desk", "", "").wants(t, http.StatusMovedPermanently, ""); got.Header.Get("Location") != "/desk/" {
		t.Errorf("got %q", got.Header.Get("Location"))
	}
	for _, path := range []string{"/nothing", "/api/v1/nothing", "/assets/../desk/x", "/assets/"} {
		w.ask("GET", path, "", "").wants(t, http.StatusNotFound, "route_unknown")
	}
	w.ask("POST", "/api/v1/nothing", "", "{}").wants(t, http.StatusNotFound, "route_unknown")
	if got := w.ask("PUT", "/api/v1/me", "", "{}").wants(t, http.StatusMethodNotAllowed, "method_not_allowed"); got.Header.Get("Allow") != "GET" {
		t.Errorf("got Allow %q", got.Header.Get("Allow"))
	}
}

func TestPagesThatWereNotBuiltAreExplained(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Built = false })
	got := w.ask("GET", "/desk/", "", "").wants(t, http.StatusServiceUnavailable, "")
	if !strings.Contains(got.text, "make build") {
		t.Errorf("got %q", got.text)
	}
}

func TestOutsideTheDemoThereIsNoDemo(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Demo = nil })
	for _, c := range []struct{ method, path string }{
		{"POST", "/api/v1/demo/login"},
		{"GET", "/api/v1/demo/stage"},
		{"PUT", "/api/v1/demo/stage/mode"},
		{"POST", "/api/v1/demo/stage/prompt"},
		{"GET", "/api/v1/demo/ear/client"},
		{"GET", "/demo/"},
		{"GET", "/metrics"},
	} {
		w.ask(c.method, c.path, "", `{"as":"anna"}`).wants(t, http.StatusNotFound, "route_unknown")
	}
	w.ask("GET", "/api/v1/me", w.as("anna"), "").wants(t, http.StatusUnauthorized, "login_needed")
	w.ask("GET", "/", "", "").wants(t, http.StatusFound, "")
	w.ask("POST", "/api/v1/callbacks", "", `{"number":"777000001"}`).wants(t, http.StatusUnauthorized, "token_wrong")
}

func TestBadRequestsAreRefusedInOneShape(t *testing.T) {
	w := newWorld(t)
	long := `{"login":"` + strings.Repeat("x", maxBody) + `","password":"x"}`
	for _, c := range []struct {
		body   string
		status int
		code   string
	}{
		{`{"login":`, http.StatusBadRequest, "request_invalid"},
		{`garbage`, http.StatusBadRequest, "request_invalid"},
		{`[]`, http.StatusUnprocessableEntity, "request_invalid"},
		{`{}`, http.StatusUnprocessableEntity, "request_invalid"},
		{`{"login":1,"password":2}`, http.StatusUnprocessableEntity, "request_invalid"},
		{long, http.StatusRequestEntityTooLarge, "body_too_large"},
		{strings.Repeat("[", 60000), http.StatusBadRequest, "request_invalid"},
		{"", http.StatusBadRequest, "request_invalid"},
	} {
		w.ask("POST", "/api/v1/login", "", c.body, "Sec-Fetch-Site", "same-origin").wants(t, c.status, c.code)
	}
	w.ask("POST", "/api/v1/login", "", `{"login":"a","password":"b"}`, "Content-Type", "text/xml").wants(t, http.StatusUnsupportedMediaType, "type_unsupported")
}

func TestABodyWithoutLengthIsBoundToo(t *testing.T) {
	w := newWorld(t)
	body := &struct{ *strings.Reader }{strings.NewReader(`{"login":"` + strings.Repeat("x", maxBody) + `","password":"x"}`)} // hides its length
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.http.URL+"/api/v1/login", body)
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	client := &http.Client{}
	defer client.CloseIdleConnections()
	got, err := client.Do(req)
	must(t, err)
	defer func() { _ = got.Body.Close() }()
	if got.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d, want 413", got.StatusCode)
	}
}

func TestRefusalsSpeakTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	for header, want := range map[string]string{
		"": "You are not logged in", "cs": "Nejste přihlášeni", "ru-RU,en;q=0.5": "Вход не выполнен", "de": "You are not logged in", "de,cs;q=0.3": "Nejste přihlášeni",
		"%%%": "You are not logged in",
	} {
		got := w.ask("GET", "/api/v1/me", "", "", "Accept-Language", header).wants(t, http.StatusUnauthorized, "login_needed")
		if !strings.Contains(got.text, want) {
			t.Errorf("%q: got %s, want %s", header, got.text, want)
		}
	}
}

func TestAPanicIsOneRequestOnly(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Phones = nil }) // a planted fault
	w.ask("GET", "/api/v1/phones", w.as("adam"), "").wants(t, http.StatusInternalServerError, "internal")
	if !strings.Contains(w.logs.String(), "request panicked") || !strings.Contains(w.logs.String(), "phones.go") {
		t.Errorf("no stack in the log:\n%s", w.logs)
	}
	if got := w.figure("sufler_http_panics_total"); got != 1 {
		t.Errorf("got %v panics counted, want 1", got)
	}
	w.ask("GET", "/api/v1/me", w.as("adam"), "").wants(t, http.StatusOK, "")
}

func (w *world) figure(name string) float64 {
	w.t.Helper()
	families, err := w.figures.Gather()
	must(w.t, err)
	sum := 0.0
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return sum
}

func TestFiguresAreShownToTheAdministrator(t *testing.T) {
	w := newWorld(t)
	w.ask("GET", "/api/v1/me", w.as("anna"), "").wants(t, http.StatusOK, "")
	if got := w.ask("GET", "/metrics", "", "").wants(t, http.StatusOK, ""); !strings.Contains(got.text, `sufler_http_requests_total{method="GET",route="/api/v1/me",status="200"} 1`) {
		t.Errorf("got %s", got.text)
	}
}
