package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sufler/mixer/tone"
	"sufler/routing"
)

// D-1: the stage is watched without a login.
func TestTheStageShowsItsCallWhole(t *testing.T) {
	w := newWorld(t)
	if got := w.ask("GET", "/api/v1/demo/stage", "", "").wants(t, http.StatusOK, ""); !strings.Contains(got.text, `"call":null`) || !strings.Contains(got.text, `"role":"client"`) {
		t.Errorf("got %s", got.text)
	}
	w.ask("PUT", "/api/v1/demo/stage/mode", "", `{"mode":"barge"}`).wants(t, http.StatusServiceUnavailable, "stage_dark")
	id := w.talk()
	w.demo.mu.Lock()
	w.demo.call = id
	w.demo.mu.Unlock()
	stage := w.dial(nil)
	stage.say(`{"id":1,"do":"hello","data":{"as":"stage"}}`)
	stage.next("call.changed")
	w.ask("POST", "/api/v1/calls/"+string(id)+"/supervision", w.as("sofia"), `{"mode":"listen"}`).wants(t, http.StatusAccepted, "")
	w.answers("201")
	until(stage, "call.changed", func(c Call) bool { return c.Supervisor != nil && c.Supervisor.State == "talking" })
	w.meter(id)
	if m := read[Meter](t, string(stage.next("call.metered").Data)); len(m.Levels) != 3 || m.Guard.Granted != 7 {
		t.Errorf("got %+v", m)
	}
	w.ask("PUT", "/api/v1/demo/stage/mode", "", `{"mode":"barge"}`).wants(t, http.StatusOK, "")
	w.ask("PUT", "/api/v1/demo/stage/mode", "", `{"mode":"barge"}`, "Origin", foreignO).wants(t, http.StatusForbidden, "origin_foreign")
	if got := w.ask("POST", "/api/v1/demo/stage/prompt", "", "").wants(t, http.StatusOK, ""); got.text != "{\"text\":\"Offer him free delivery\",\"length_ms\":1500}\n" {
		t.Errorf("got %s", got.text)
	}
	stage.next("prompt.said")
	other := w.callMeAgain()
	if strings.Contains(stage.heard.String(), other) {
		t.Error("the stage was told of a visitor")
	}
}

// callMeAgain asks for a callback to another number.
func (w *world) callMeAgain() string {
	w.t.Helper()
	got := w.ask("POST", "/api/v1/callbacks", "secret-of-the-crm", `{"number":"777000002"}`).wants(w.t, http.StatusAccepted, "")
	return string(read[Callback](w.t, got.text).ID)
}

// D-2: a login of the demo belongs to one tab.
func TestDemoLoginsBelongToATab(t *testing.T) {
	w := newWorld(t)
	got := w.ask("POST", "/api/v1/demo/login", "", `{"as":"sofia"}`).wants(t, http.StatusOK, "")
	if len(got.Cookies()) != 0 {
		t.Errorf("got cookies %v", got.Cookies())
	}
	token := read[struct{ Token string }](t, got.text).Token
	me := w.ask("GET", "/api/v1/me", token, "", "Cookie", "sufler="+w.as("anna")).wants(t, http.StatusOK, "")
	if !strings.Contains(me.text, `"login":"sofia"`) || !strings.Contains(me.text, `"demo":true`) {
		t.Errorf("got %s", me.text)
	}
	w.ask("POST", "/api/v1/demo/login", "", `{"as":"eve"}`).wants(t, http.StatusNotFound, "person_unknown")
	w.ask("POST", "/api/v1/demo/login", "", `{"as":"sofia"}`, "Sec-Fetch-Site", "cross-site").wants(t, http.StatusForbidden, "origin_foreign")
}

func TestAnEarHearsWhatArrivesAtThePhone(t *testing.T) {
	w := newWorld(t)
	dial := func(path string, origin string) (*websocket.Conn, *http.Response, error) {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		return websocket.Dial(ctx, w.http.URL+path, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}, HTTPClient: client})
	}
	for path, status := range map[string]int{"/api/v1/demo/ear/agent": http.StatusNotFound, "/api/v1/demo/ear/nobody": http.StatusNotFound} {
		if _, answer, err := dial(path, w.http.URL); err == nil || answer.StatusCode != status {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if _, answer, err := dial("/api/v1/demo/ear/client", foreignO); err == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign page: got %v, want 403", err)
	}
	ear, _, err := dial("/api/v1/demo/ear/client", w.http.URL)
	must(t, err)
	w.waitFor("the ear is open", func() bool { w.demo.mu.Lock(); defer w.demo.mu.Unlock(); return len(w.demo.hears) == 1 })
	w.demo.mu.Lock()
	for _, hear := range w.demo.hears {
		samples := []int16{1, -2, 300}
		hear(samples)
		samples[0] = 99 // the phone uses its frame again
	}
	w.demo.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if _, raw, err := ear.Read(ctx); err != nil || string(raw) != "\x01\x00\xfe\xff\x2c\x01" {
		t.Errorf("got %q, %v", raw, err)
	}
	_ = ear.CloseNow()
	w.waitFor("the ear is closed", func() bool { w.demo.mu.Lock(); defer w.demo.mu.Unlock(); return len(w.demo.hears) == 0 })
}

// D-4: who has no microphone lends a voice.
func TestARecordedVoiceIsAWaveFile(t *testing.T) {
	w := newWorld(t)
	got := w.ask("GET", "/api/v1/demo/voice/agent.wav", "", "").wants(t, http.StatusOK, "")
	samples, err := tone.ReadWAV(strings.NewReader(got.text))
	if want := []int16{int16(routing.Agent), -2, 300}; err != nil || !slices.Equal(samples, want) {
		t.Errorf("got %v, %v, want %v", samples, err, want)
	}
	if kind := got.Header.Get("Content-Type"); kind != "audio/wav" {
		t.Errorf("got %q", kind)
	}
	w.ask("GET", "/api/v1/demo/voice/supervisor.wav", "", "").wants(t, http.StatusUnprocessableEntity, "request_invalid")
	if got := w.ask("GET", "/api/v1/widget", "", ""); !strings.Contains(got.text, `"demo":true`) {
		t.Errorf("the widget is not told of them: %s", got.text)
	}
}
