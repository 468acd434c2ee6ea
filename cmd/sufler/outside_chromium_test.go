package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	webpage "sufler/cmd/sufler/page"
	"sufler/internal/peers"
	"sufler/mixer/tone"
)

// window is one browser with one page, as a person sits before it.
type window struct {
	*peers.Chromium
	ear *tone.Ear
}

// opens starts a browser whose microphone says a voice, without one a browser
// that may not use its microphone.
func opens(t *testing.T, v *voice) *window {
	t.Helper()
	w := &window{ear: tone.NewEar(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)}
	options := peers.ChromiumOptions{Modules: "../..", Hear: w.ear.Hear}
	if v != nil {
		options.WAV = wavOf(t, v.hz, v.dbfs)
	}
	var err error
	if w.Chromium, err = peers.StartChromium(patiently(t), t.TempDir(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Quit)
	return w
}

// do makes the person do or wait for something.
func (w *window) do(t *testing.T, method string, args ...any) json.RawMessage {
	t.Helper()
	got, err := w.Do(patiently(t), method, args...)
	if err != nil {
		t.Fatalf("%v\nthe page says: %v\n%s", err, w.Troubles(), w.text(t))
	}
	return got
}

func (w *window) click(t *testing.T, selector string) { t.Helper(); w.do(t, "click", selector) }
func (w *window) press(t *testing.T, key string)      { t.Helper(); w.do(t, "press", "body", key) }
func (w *window) sees(t *testing.T, selector string) {
	t.Helper()
	w.do(t, "waitForSelector", selector)
}

// text is all that the page says, for who must find out why it failed.
func (w *window) text(t *testing.T) string {
	t.Helper()
	got, err := w.Do(patiently(t), "evaluate", "document.body.innerText + (document.querySelector('sufler-widget')?.shadowRoot.textContent ?? '')")
	if err != nil {
		return err.Error()
	}
	return string(got)
}

// atDesk logs somebody in by hand, who then answers in the browser.
func (w *window) atDesk(t *testing.T, h *house, login string) {
	t.Helper()
	w.do(t, "goto", "http://"+h.http+"/desk/")
	w.do(t, "fill", "#login", login)
	w.do(t, "fill", "#password", secret)
	w.click(t, "role=button[name=\"Log in\"]")
	w.click(t, ".status-chip")
	w.click(t, "text=In the browser")
	w.sees(t, ".sound-mark.here")
}

// customer is a page of somebody else's that carries the widget.
func customer(t *testing.T) (s *httptest.Server, carries func(*house)) {
	t.Helper()
	var widget string
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/" {
			_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><script src=%q async></script><p>Lamps</p>`, widget)
		}
	}))
	t.Cleanup(s.Close)
	return s, func(h *house) { widget = "http://" + h.http + "/widget.js" }
}

// heard is an ear of any kind: how many whole seconds it has, and all of them at the end.
type heard struct {
	seconds func() int
	windows func() []tone.Window
}

func (w *window) heard() heard {
	return heard{func() int { return len(w.ear.Windows()) }, w.ear.Windows}
}

// heardBy is the ear of a telephone; its seconds can be read when it has ended.
func heardBy(t *testing.T, b *peers.Baresip) heard {
	t.Helper()
	return heard{
		func() int { return int(recorded(t, b) / (2 * tone.Rate)) },
		func() []tone.Window { b.Quit(); return earOf(t, b) },
	}
}

// ears are those of client, agent and supervisor through one call, with the
// seconds that belong to each mode.
type ears struct {
	all   [3]heard
	modes []mark
}

// mark says where two whole seconds of a mode begin at each ear, and who must be
// heard there.
type mark struct {
	name string
	from [3]int
	must [3][]int
}

// listen waits for two whole seconds of a mode at each of the first n ears,
// after those in which it may still change: a jitter buffer can hold sound back.
func (e *ears) listen(t *testing.T, name string, must ...[]int) {
	t.Helper()
	m := mark{name: name}
	for i := range must {
		m.from[i], m.must[i] = e.all[i].seconds()+2, must[i]
	}
	for i := range must {
		until(t, name+": two seconds are heard by ear "+fmt.Sprint(i), func() bool { return e.all[i].seconds() >= m.from[i]+2 })
	}
	e.modes = append(e.modes, m)
}

// judge compares what was heard with the matrix, mode by mode, and the client's
// whole call with the promise: no supervisor outside of the barge.
func (e *ears) judge(t *testing.T) {
	t.Helper()
	var windows [3][]tone.Window
	for i, h := range e.all {
		windows[i] = h.windows()
	}
	from, to := 0, 0
	for _, m := range e.modes {
		for i, must := range m.must {
			if must != nil {
				hears(t, m.name+": "+[]string{"client", "agent", "supervisor"}[i], windows[i][m.from[i]:m.from[i]+2], must...)
			}
		}
		switch m.name {
		case "whisper":
			from = m.from[0] + 2
		case "listen again":
			to = m.from[0]
		}
	}
	for _, rest := range [][]tone.Window{windows[0][:from], windows[0][to:]} {
		if !tone.Absent(rest, ofSupervisor) {
			t.Errorf("the client hears the supervisor outside of the barge: %v", rest)
		}
	}
}

// supervised takes a call through every mode and back.
func (e *ears) supervised(t *testing.T, change func(mode string)) {
	t.Helper()
	both := []int{ofClient, ofAgent}
	change("listen")
	e.listen(t, "listen", []int{ofAgent}, []int{ofClient}, both)
	change("whisper")
	e.listen(t, "whisper", []int{ofAgent}, []int{ofClient, ofSupervisor}, both)
	change("barge")
	e.listen(t, "barge", []int{ofAgent, ofSupervisor}, []int{ofClient, ofSupervisor}, both)
	change("listen")
	e.listen(t, "listen again", []int{ofAgent}, []int{ofClient}, both)
	change("")
	e.listen(t, "left", []int{ofAgent}, []int{ofClient})
}

// W002, W004-W009, I017: Chromium is the client's ear and the supervisor's, baresip the agent's.
func TestOutsideChromiumAtTheClientsAndTheSupervisorsEar(t *testing.T) {
	page, carries := customer(t)
	h := newHouse(t, plan{shop: page.URL})
	carries(h)
	base := h.figures(t)
	agent := startBaresip(t, h, "101", agentVoice.hz, agentVoice.dbfs)
	sofia := opens(t, &supervisorVoice)
	sofia.atDesk(t, h, "sofia")
	jan := opens(t, &clientVoice)
	jan.do(t, "goto", page.URL)
	jan.click(t, "text=Ask us")
	jan.click(t, "text=Talk here")
	jan.sees(t, "text=You are talking with: Anna")

	sofia.click(t, "text=Team")
	sofia.click(t, "tr:has-text('Anna') .running-time")
	sofia.sees(t, ".choice button:focus")
	e := ears{all: [3]heard{jan.heard(), heardBy(t, agent), sofia.heard()}}
	e.supervised(t, func(mode string) {
		if mode == "" {
			sofia.press(t, "Escape")
			sofia.sees(t, "text=You are not connected")
			return
		}
		sofia.press(t, mode[:1])
		sofia.sees(t, ".banner."+mode)
	})
	jan.click(t, "text=Hang up")
	jan.sees(t, "text=Thank you for the call")
	e.judge(t)
	checkTroubles(t, jan, sofia)
	for _, w := range []*window{jan, sofia} {
		w.Quit()
	}
	h.settles(t, base)
}

// W002, W004-W009, I017: baresip is the client's ear and the supervisor's, Chromium the agent's.
func TestOutsideChromiumAtTheAgentsEar(t *testing.T) {
	client, err := peers.StartBaresip(t.Context(), t.TempDir(), peers.BaresipOptions{
		User: "+420777000001", AutoAnswer: true, WAV: wavOf(t, clientVoice.hz, clientVoice.dbfs),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Quit)
	h := newHouse(t, plan{trunk: client.SIPAddr})
	base := h.figures(t)
	lead := startBaresip(t, h, "201", supervisorVoice.hz, supervisorVoice.dbfs)
	anna := opens(t, &agentVoice)
	anna.atDesk(t, h, "anna")
	asked := h.ask(t, "+420777000001", "Jan Novák")
	anna.sees(t, ".offer >> text=Accept")
	anna.press(t, "a")
	h.becomes(t, asked, "talking")
	sofia := h.desk(t, "sofia")
	path := "/api/v1/calls/" + h.calls(t, sofia)[0].ID + "/supervision"

	e := ears{all: [3]heard{heardBy(t, client), anna.heard(), heardBy(t, lead)}}
	joined := false
	e.supervised(t, func(m string) {
		method, body := http.MethodPatch, any(mode(m))
		if m == "" {
			method, body = http.MethodDelete, nil
		} else if !joined {
			method, joined = http.MethodPost, true
		}
		if got := sofia.do(t, method, path, body); got.status >= http.StatusMultipleChoices {
			t.Fatalf("%s %q: got %d %s", method, m, got.status, got.body)
		}
	})
	anna.click(t, "role=button[name=\"Hang up\"]")
	h.becomes(t, asked, "ended")
	e.judge(t)
	checkTroubles(t, anna)
	anna.Quit()
	h.settles(t, base)
}

// I008, B 7: nobody clicks, and the visitor is told once that the line broke and once that it stands.
func TestOutsideAReloadedChromiumIsBackInItsCall(t *testing.T) {
	h := newHouse(t, plan{})
	anna := opens(t, &agentVoice)
	anna.atDesk(t, h, "anna")
	jan := h.visits(t, "Jan Novák")
	anna.sees(t, ".offer >> text=Accept")
	anna.press(t, "a")
	jan.becomes(t, "talking")
	hearsFromNow(t, "agent", anna.ear, ofClient)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	anna.do(t, "reload")
	anna.sees(t, "text=You are back in the call")
	anna.sees(t, ".call-bar.talking .mute")
	hearsFromNow(t, "agent", anna.ear, ofClient)
	hearsFromNow(t, "visitor", jan.ear, ofAgent)
	anna.click(t, "role=button[name=\"Hang up\"]")
	if last := jan.becomes(t, "ended"); last.Reason != "talked" {
		t.Errorf("ended: got %+v", last)
	}
	told := jan.told()
	if want := []string{"talking", "away", "talking", "ended"}; !slices.Equal(told[slices.Index(told, "talking"):], want) {
		t.Errorf("the visitor is told %v, want %v at last", told, want)
	}
	checkTroubles(t, anna)
}

// told are the states of the visitor's talk, each once until it changes.
func (v *visitor) told() (states []string) {
	for _, e := range v.Events() {
		var now webpage.Talk
		if e.Kind == "talk.changed" && e.Into(&now) {
			states = append(states, now.State)
		}
	}
	return slices.Compact(states)
}

// checkTroubles wants a console without a word of complaint.
func checkTroubles(t *testing.T, all ...*window) {
	t.Helper()
	for _, w := range all {
		for _, trouble := range w.Troubles() {
			t.Errorf("the console says: %s", trouble)
		}
	}
}
