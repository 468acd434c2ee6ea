package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	webpage "sufler/cmd/sufler/page"
	"sufler/internal/token"
)

// plainLine is a visitor's page that no WebSocket reaches, and every byte that it was
// sent.
type plainLine struct {
	base, id string
	last     uint64
	bytes    []byte
}

// opensLine says hello by plain requests.
func (h *house) opensLine(t *testing.T, token string) *plainLine {
	t.Helper()
	l := &plainLine{base: "http://" + h.http + "/api/v1/line"}
	l.ask(t, http.MethodPost, "", fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","token":%q,"language":"en"}}`, token))
	return l
}

// ask makes one request and takes the frames of its answer.
func (l *plainLine) ask(t *testing.T, method, path, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(patiently(t), method, l.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", shop)
	request.Header.Set("Content-Type", "text/plain")
	response, err := oneShot.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	l.bytes = append(l.bytes, fmt.Sprintln(response.Status, response.Header)...)
	l.bytes = append(l.bytes, text...)
	var batch struct {
		Line string
		Last uint64
	}
	if err := json.Unmarshal(text, &batch); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v: %s", response.Status, err, text)
	}
	l.last = batch.Last
	if batch.Line != "" {
		l.id = batch.Line
	}
}

// readsOn asks until everything that came holds so many of a word.
func (l *plainLine) readsOn(t *testing.T, word string, times int) {
	t.Helper()
	until(t, fmt.Sprintf("the line brings %s", word), func() bool {
		if strings.Count(string(l.bytes), word) >= times {
			return true
		}
		l.ask(t, http.MethodGet, fmt.Sprintf("/%s?after=%d", l.id, l.last), "")
		return false
	})
}

// planted are the words that only ours may read.
const (
	innerAnna, publicAnna   = "Kunhuta Pampelišková", "Anička"
	innerBoris, publicBoris = "Vavřinec Mochomůrka", "Bořek"

	parameterName, parameterTitle, parameterValue = "kaprad", "Přeslička", "jitrocelová"
	noteOfAnna, noteOfSofia, tagged               = "lopuchová", "bodláková", "řepkový"
	redirectNote, redirectResult                  = "rákosová", "sedmikraskova"
	closeNote, closeResult, banReason             = "kopřivová", "ostropestrec", "bolehlavová"
)

// withInnerNames gives the people of the house names that no visitor may read.
func withInnerNames(config string) string {
	return distinct(strings.NewReplacer(
		"login: anna, name: Anna Malá,", "login: kunhuta, name: "+innerAnna+", public_name: "+publicAnna+",",
		"login: boris, name: Boris Nový,", "login: vavrinec, name: "+innerBoris+", public_name: "+publicBoris+",",
	).Replace(config))
}

func (d *tab) me(t *testing.T) string {
	t.Helper()
	var who struct{ Me struct{ ID string } }
	d.must(t, http.MethodGet, "/api/v1/me", nil, &who)
	return who.Me.ID
}

// M100, M101, M102, I022, I030: what ours write about a visitor, who they are among
// themselves, and that somebody looks on, is in nothing that is sent to the visitor, by
// whichever way; all of it is in what the desks are sent.
func TestOutsideNothingOfOursIsSentToWhoeverWrites(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{edit: withInnerNames})
	var defined json.RawMessage
	h.desk(t, "adam").do(t, http.MethodPut, "/api/v1/settings/parameters/"+parameterName, map[string]any{
		"order": 1, "title": parameterTitle, "max_length": 100, "shown": true,
	}).into(t, http.StatusOK, &defined)
	for order, result := range []string{redirectResult, closeResult} {
		h.desk(t, "adam").do(t, http.MethodPut, "/api/v1/settings/results/"+result, map[string]any{
			"order": order, "title": result, "active": true,
		}).into(t, http.StatusOK, &defined)
	}
	anna, boris, sofia := h.sits(t, "kunhuta"), h.sits(t, "vavrinec"), h.sits(t, "sofia")
	words := []secretWord{
		spelled("Anna", innerAnna), spelled("her login", "kunhuta"), spelled("her id", anna.me(t)),
		spelled("Boris", innerBoris), spelled("his login", "vavrinec"), spelled("his id", boris.me(t)),
		spelled("supervisor", leadName), spelled("supervisor's id", sofia.me(t)),
	}
	for _, w := range []string{
		parameterName, parameterTitle, parameterValue, noteOfAnna, noteOfSofia, tagged, redirectNote, redirectResult, closeNote, closeResult, banReason,
	} {
		words = append(words, spelled(w, w))
	}

	jan := h.browses(t, token.New(), 0)
	line := h.opensLine(t, jan.token)
	jan.begins(t, "Jan", "Dobrý den")
	if err := jan.Say(patiently(t), "parameters.set", map[string]string{parameterName: parameterValue}, nil); err != nil {
		t.Fatal(err)
	}
	session := anna.takesChat(t, "Jan")
	path := "/api/v1/sessions/" + session
	if err := sofia.Say(patiently(t), "session.open", map[string]any{"session": session, "since": 0}, nil); err != nil {
		t.Fatal(err)
	}
	anna.must(t, http.MethodPost, path+"/notes", map[string]string{"text": noteOfAnna}, nil)
	sofia.must(t, http.MethodPost, path+"/notes", map[string]string{"text": noteOfSofia}, nil)
	anna.must(t, http.MethodPut, path+"/tags/"+tagged, nil, nil)
	anna.must(t, http.MethodPost, path+"/messages", map[string]string{"id": "1", "text": "Předám vás kolegovi"}, nil)
	anna.must(t, http.MethodPost, path+"/redirect", map[string]string{"operator": boris.me(t), "note": redirectNote, "result": redirectResult}, nil)
	boris.takesChat(t, "Jan")
	boris.must(t, http.MethodPost, path+"/messages", map[string]string{"id": "1", "text": "Zdravím"}, nil)
	boris.must(t, http.MethodPost, path+"/end", nil, nil)
	boris.must(t, http.MethodPost, path+"/close", map[string]any{"result": closeResult, "note": closeNote, "mail": false}, nil)
	jan.begins(t, "Jan", "Ještě něco")
	again := anna.takesChat(t, "Jan")
	anna.must(t, http.MethodPost, "/api/v1/sessions/"+again+"/ban", map[string]any{"reason": banReason, "until": nil}, nil)
	until(t, "the page is told of both ends", func() bool {
		return len(slices.DeleteFunc(kindsOf(told(jan.Page, "")), func(kind string) bool { return kind != "session.ended" })) == 2
	})
	line.readsOn(t, `"kind":"session.ended"`, 2)
	jan.must(t, http.MethodGet, "/api/v1/sessions/mine")
	jan.must(t, http.MethodGet, "/api/v1/widget")
	turnedDown(t, "once more", jan.Do(patiently(t), http.MethodPost, "/api/v1/sessions", map[string]string{"kind": "chat", "text": "Haló"}, nil), "nobody_online")

	sent := map[string][]byte{"page": jan.Bytes(), "line": line.bytes}
	for way, data := range sent {
		for _, public := range []string{publicAnna, publicBoris, "Předám vás kolegovi", "Zdravím"} {
			if !strings.Contains(string(data), public) {
				t.Errorf("the visitor was not sent %q by the %s", public, way)
			}
		}
	}
	searched(t, "visitor", sent, words)
	sofia.must(t, http.MethodGet, path, nil, nil)
	sofia.must(t, http.MethodGet, "/api/v1/bans", nil, nil)
	ours := slices.Concat(anna.Bytes(), boris.Bytes(), sofia.Bytes())
	if got := found(ours, words); len(got) != len(words) {
		t.Errorf("the desks were sent %q alone", got)
	}
}

func (w *writer) must(t *testing.T, method, path string) {
	t.Helper()
	if err := w.Do(patiently(t), method, path, nil, nil); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// offered are the events of a desk that asked about somebody.
func (d *tab) offered(t *testing.T, name string) {
	t.Helper()
	var place string
	if _, err := d.Await(patiently(t), "an offer of "+name, askedFor(name, &place)); err != nil {
		t.Fatal(err)
	}
}

// tellsPages waits until a visitor's page was told how the widget is.
func (w *writer) tellsPages(t *testing.T, state string) {
	t.Helper()
	until(t, "the page is told "+state, func() bool {
		var now struct{ State string }
		for _, e := range w.Events() {
			if e.Kind == "widget.changed" {
				e.Into(&now)
			}
		}
		return now.State == state
	})
}

// changes lets the owner change what holds for everybody.
func (h *house) changes(t *testing.T, change func(policy map[string]any)) {
	t.Helper()
	adam, policy := h.desk(t, "adam"), map[string]any{}
	adam.do(t, http.MethodGet, "/api/v1/settings/policy", nil).into(t, http.StatusOK, &policy)
	change(policy)
	adam.do(t, http.MethodPut, "/api/v1/settings/policy", policy).into(t, http.StatusOK, &policy)
}

// M023, M024, M025: the owner decides whether somebody who is away is sent visitors, and
// the page says what follows from it, at once.
func TestOutsideWhoIsAwayIsThereAsTheOwnerSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	eva := h.browses(t, token.New(), 0)
	refused := func(what string) {
		t.Helper()
		err := eva.Do(patiently(t), http.MethodPost, "/api/v1/sessions", map[string]string{"kind": "chat", "text": "Haló"}, nil)
		turnedDown(t, what, err, "nobody_online")
	}
	eva.tellsPages(t, "offline")
	refused("nobody is there")
	anna := h.sits(t, "anna")
	eva.tellsPages(t, "online")
	anna.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": "pause", "reason": "lunch"}, nil)
	eva.tellsPages(t, "offline")
	refused("the only one is away")
	var waiting struct{ Places []json.RawMessage }
	anna.must(t, http.MethodGet, "/api/v1/waiting", nil, &waiting)
	if len(waiting.Places) != 0 {
		t.Errorf("who was refused waits: %s", waiting.Places)
	}
	h.changes(t, func(policy map[string]any) { policy["away_web"], policy["away_forwarded"] = true, false })
	eva.tellsPages(t, "online")
	eva.begins(t, "Eva", "Haló")
	anna.offered(t, "Eva")
	if err := eva.Do(patiently(t), http.MethodDelete, "/api/v1/sessions/mine", nil, nil); err != nil {
		t.Fatal(err)
	}

	boris := h.sits(t, "boris")
	h.changes(t, func(policy map[string]any) { policy["away_web"] = false })
	h.writes(t, "Jan", "Dobrý den")
	path := "/api/v1/sessions/" + boris.takesChat(t, "Jan") + "/redirect"
	to := map[string]string{"operator": anna.me(t)}
	turnedDown(t, "to somebody away", boris.Do(patiently(t), http.MethodPost, path, to, nil), "target_away")
	h.changes(t, func(policy map[string]any) { policy["away_forwarded"] = true })
	boris.must(t, http.MethodPost, path, to, nil)
	anna.offered(t, "Jan")
	anna.takesChat(t, "Jan")
}

// M040: a way in that is switched off is neither shown nor taken, whoever asks.
func TestOutsideAWayInThatIsOffIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	h.sits(t, "anna")
	adam, caller, visitor := h.desk(t, "adam"), h.shop(), h.shop()
	visitor.bearer = "Bearer " + token.New()
	ask := map[string]func() reply{
		"chat": func() reply {
			return visitor.do(t, http.MethodPost, "/api/v1/sessions", map[string]string{"kind": "chat", "text": "Haló"})
		},
		"invitation": func() reply {
			return visitor.do(t, http.MethodPost, "/api/v1/sessions", map[string]string{"kind": "invitation", "code": "0000-0000"})
		},
		"voice": func() reply { return caller.do(t, http.MethodPost, "/api/v1/talks", map[string]string{}) },
		"callback": func() reply {
			return caller.do(t, http.MethodPost, "/api/v1/callbacks", map[string]string{"number": "+420777000001"})
		},
	}
	widget := adam.setting(t, "widgets")
	ways, are := widget["channels"].(map[string]any)
	if !are {
		t.Fatalf("got %v", widget)
	}
	set := func(way string, on bool) {
		t.Helper()
		ways[way].(map[string]any)["enabled"] = on
		adam.do(t, http.MethodPut, fmt.Sprintf("/api/v1/settings/widgets/%v", widget["id"]), widget).into(t, http.StatusOK, &json.RawMessage{})
	}
	shown := func() (kinds []string) {
		var now struct{ Channels []struct{ Kind string } }
		visitor.do(t, http.MethodGet, "/api/v1/widget", nil).into(t, http.StatusOK, &now)
		for _, c := range now.Channels {
			kinds = append(kinds, c.Kind)
		}
		return kinds
	}
	for way, asks := range ask {
		set(way, true)
		if !slices.Contains(shown(), way) {
			t.Errorf("%s is on and not shown", way)
		}
		set(way, false)
		if slices.Contains(shown(), way) {
			t.Errorf("%s is off and shown", way)
		}
		asks().refused(t, http.StatusServiceUnavailable, "channel_off")
		set(way, true)
		if got := asks(); strings.Contains(string(got.body), "channel_off") {
			t.Errorf("%s is on: got %d %s", way, got.status, got.body)
		}
	}
}

// saysTooOften says one message after another until it is refused, and returns how many
// were taken.
func (w *writer) saysTooOften(t *testing.T, most int) (taken []string, err error) {
	t.Helper()
	for i := range most {
		text := fmt.Sprint("quick ", i)
		if err := w.Say(patiently(t), "chat.say", map[string]string{"id": text, "text": text}, nil); err != nil {
			return taken, err
		}
		taken = append(taken, "visitor: "+text)
	}
	return taken, nil
}

// No row: api/protocol.md's limits, in a chat.
func TestOutsideWhatAVisitorMayNotSayIsRefusedAndTheChatGoesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	anna := h.sits(t, "anna")
	jan := h.writes(t, "Jan", "one")
	session := anna.takesChat(t, "Jan")
	for _, c := range []struct {
		do   string
		data any
		code string
	}{
		{"chat.say", map[string]string{"id": "long", "text": strings.Repeat("a", 4001)}, "text_too_long"},
		{"chat.say", map[string]string{"id": "empty", "text": " \n"}, "request_invalid"},
		{"chat.say", map[string]string{"id": "bell", "text": "a\ab"}, "request_invalid"},
		{"chat.say", map[string]string{"id": "huge", "text": strings.Repeat("a", 70_000)}, "message_too_long"},
		{"chat.say", "words", "message_invalid"},
		{"chat.shout", map[string]string{"id": "1", "text": "a"}, "message_unknown"},
		{"chat.typing", map[string]any{"session": session, "on": true}, "message_unknown"},
		{"session.open", map[string]any{"session": session}, "message_unknown"},
	} {
		turnedDown(t, fmt.Sprintf("%s %.60v", c.do, c.data), jan.Say(patiently(t), c.do, c.data, nil), c.code)
	}
	jan.says(t, "2", "two")
	taken, err := jan.saysTooOften(t, 200)
	turnedDown(t, "more than 20 in 10 s", err, "message_too_often")

	ws := h.socket(t)
	for _, text := range []string{
		fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","token":%q,"language":"en"}}`, jan.token), `{"id":2,"do":`, "\x00",
	} {
		if err := ws.Write(patiently(t), 1, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 200 {
		if ws.Write(patiently(t), 1, fmt.Appendf(nil, `{"id":%d,"do":"chat.draft","data":{"text":"a"}}`, i+3)) != nil {
			break // closed by now
		}
	}
	said, code := closedWith(t, ws)
	if code != 1008 || strings.Count(said, `"message_invalid"`) < 2 || !strings.Contains(said, `"message_too_often"`) {
		t.Errorf("closed with %d after\n%.2000s", code, said)
	}
	want := append([]string{"visitor: one", "visitor: two"}, taken...)
	if got := lines(anna.readsChat(t, session).Entries); !slices.Equal(got, want) {
		t.Errorf("Anna reads %q, want %q", got, want)
	}
	anna.must(t, http.MethodPost, "/api/v1/sessions/"+session+"/messages", map[string]string{"id": "1", "text": "still here"}, nil)
	_, err = jan.Await(patiently(t), "the chat goes on", func(e webpage.Event) bool {
		return e.Kind == "entry.added" && strings.Contains(string(e.Data), "still here")
	})
	if err != nil {
		t.Error(err)
	}
}
