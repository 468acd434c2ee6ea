package api

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// who may use a route at all, about anna's call of the group orders. The rank of
// sofia is supervisor of the same group, karel's of another; adam owns it all.
var mayUse = map[string]string{
	"list-waiting": "anna boris sofia karel adam", "accept-place": "", "skip-place": "", // nobody waits
	"get-me": "anna boris sofia karel adam", "put-status": "anna boris sofia karel adam",
	"put-answer-on": "anna boris sofia karel adam",
	"list-team":     "sofia karel adam", "list-calls": "anna boris sofia karel adam",
	"get-call": "anna sofia adam", "hang-up": "anna",
	"supervise": "sofia adam", "change-mode": "", "unsupervise": "", // nobody supervises
	"put-comment": "sofia adam", "list-records": "anna boris sofia karel adam",
	"export-records": "anna boris sofia karel adam",
	"get-record":     "anna sofia adam", "get-record-file": "anna sofia adam",
	"list-phones": "sofia karel adam", "list-trunks": "sofia karel adam",
}

// forAnybody are the routes that need no login of the desk; each has tests of its own.
var forAnybody = map[string]bool{
	"login": true, "logout": true, "get-setup": true, "found": true, "get-widget": true, "ask-callback": true, "get-callback": true, "cancel-callback": true,
	"begin-talk": true, "get-talk": true, "end-talk": true,
	"demo-login": true, "get-stage": true, "put-stage-mode": true, "say-prompt": true, "get-voice": true,
}

var bodies = map[string]string{
	"put-status": `{"status":"online"}`, "put-answer-on": `{"answer_on":"both"}`, "supervise": `{"mode":"listen"}`, "change-mode": `{"mode":"listen"}`, "put-comment": `{"text":"x"}`,
}

// W020: every route of the description, by everybody, by nobody and with a wrong token.
func TestEveryRouteForEveryRank(t *testing.T) {
	w := newWorld(t)
	w.presence.PhoneChanged("901", true)
	id := w.talk()
	operations := w.operations()
	for name := range mayUse {
		if operations[name] == (operation{}) {
			t.Errorf("%s is in this table and not in the program", name)
		}
	}
	for name, op := range operations {
		if forAnybody[name] {
			continue
		}
		may, listed := mayUse[name]
		if !listed {
			t.Errorf("%s is in the program and not in this table", name)
			continue
		}
		path := strings.NewReplacer("{id}", string(id), "{call}", string(id), "{name}", "client.wav", "{place}", "x").Replace(op.path)
		for _, token := range []string{"", "wrong", "secret-of-the-crm"} {
			w.ask(op.method, path, token, bodies[name], "Origin", w.http.URL).wants(t, http.StatusUnauthorized, "login_needed")
		}
		for _, login := range []string{"anna", "boris", "sofia", "karel", "adam"} {
			if name == "hang-up" && login == "anna" {
				continue // it would end the call; TestTheDeskIsToldEachStepOfACallback does it
			}
			got := w.ask(op.method, path, w.as(login), bodies[name])
			want := strings.Contains(may, login)
			switch allowed := got.StatusCode < 300; {
			case name == "supervise" && login == "adam" && got.StatusCode == http.StatusConflict, name == "supervise" && login == "sofia" && got.StatusCode == http.StatusConflict:
			case allowed != want:
				t.Errorf("%s by %s: got %d %s, want allowed %v", name, login, got.StatusCode, got.text, want)
			case !allowed && got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusNotFound:
				t.Errorf("%s by %s: got %d %s", name, login, got.StatusCode, got.text)
			}
			if name == "supervise" && allowedTo(got) {
				w.ask("DELETE", path, w.as(login), "").wants(t, http.StatusNoContent, "")
			}
		}
	}
}

func allowedTo(r reply) bool { return r.StatusCode < 300 }

type operation struct{ method, path string }

// operations are the routes as /api/openapi.json describes them.
func (w *world) operations() map[string]operation {
	w.t.Helper()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
		}
	}
	got := w.ask("GET", "/api/openapi.json", "", "").wants(w.t, http.StatusOK, "")
	if err := json.Unmarshal([]byte(got.text), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		w.t.Fatalf("%v: %.100s", err, got.text)
	}
	operations := map[string]operation{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.Summary == "" {
				w.t.Errorf("%s %s has no summary", method, path)
			}
			operations[op.OperationID] = operation{strings.ToUpper(method), path}
		}
	}
	return operations
}

var named = regexp.MustCompile("`(GET|POST|PUT|PATCH|DELETE) (/api/v1[^ `?]*)")

func TestTheProtocolAndTheDescriptionNameTheSameRequests(t *testing.T) {
	w := newWorld(t)
	described := map[string]bool{}
	for _, op := range w.operations() {
		described[op.method+" "+op.path] = true
	}
	written := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(protocol(t), -1) {
		path := strings.NewReplacer("files/client.wav", "files/{name}", "files/training.wav", "files/{name}").Replace(m[2])
		if path != "/api/v1/demo/ear/{role}" { // a WebSocket
			written[m[1]+" "+path] = true
		}
	}
	for request := range described {
		if !written[request] {
			t.Errorf("protocol.md does not name %s", request)
		}
	}
	for request := range written {
		if !described[request] {
			t.Errorf("protocol.md names %s, which does not exist", request)
		}
	}
	got := w.ask("GET", "/api/openapi.json", "", "")
	if strings.Contains(got.text, "ErrorModel") || !strings.Contains(got.text, `"Problem"`) {
		t.Error("refusals are described in another shape than they have")
	}
}
