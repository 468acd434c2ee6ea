package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"sufler/routing"
	"sufler/routing/people"
)

const rightsFile = "../docs/api-rights.md"

// strangers are tokens that open no desk: none, a wrong one, that of somebody's own
// server and that of a visitor.
func (w *world) strangers() map[string]string {
	w.t.Helper()
	return map[string]string{"nobody": "", "a wrong token": "wrong", "a server": "secret-of-the-crm", "a visitor": w.callMe().Token}
}

// ranks are people of ours by their rank.
var ranks = []string{"anna", "sofia", "adam"}

// I011: every request of the description has an owner, and every request that is
// served stands in the description.
func TestEveryRequestHasAnOwner(t *testing.T) {
	w := newWorld(t)
	operations := w.operations()
	for name, op := range operations {
		switch r := op.right(); {
		case op.may == "":
			t.Errorf("%s: nobody says who may", name)
		case r.who == "":
			t.Errorf("%s: nobody knows who %q is", name, op.may)
		case r.staff != (op.security == "desk"), (r == holder) != (op.security == "visitor"):
			t.Errorf("%s: %s is described with security %q", name, op.may, op.security)
		}
	}
	beside := []string{"GET /api/openapi.json", "GET /api/openapi.yaml", "GET /api/openapi-3.0.json", "GET /api/openapi-3.0.yaml", "GET /api/v1/ws", "GET /api/v1/demo/ear/{role}"}
	err := chi.Walk(w.server.main.(chi.Routes), func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		described := slices.ContainsFunc(slices.Collect(maps.Values(operations)), func(op operation) bool { return op.method == method && op.path == path })
		if strings.HasPrefix(path, "/api/") && method != http.MethodOptions && !described && !slices.Contains(beside, method+" "+path) {
			t.Errorf("%s %s is served and not described", method, path)
		}
		return nil
	})
	must(t, err)
}

// I011: nobody comes further than the description says, whatever the request holds;
// who may comes in, with nothing that could be done.
func TestEveryRequestIsTriedByEverybody(t *testing.T) {
	w := newWorld(t)
	strangers := w.strangers()
	for name, op := range w.operations() {
		if !op.right().staff {
			continue
		}
		path := op.pathOf("nothing")
		for who, token := range strangers {
			got := w.ask(op.method, path, token, "{", "Origin", w.http.URL)
			if got.StatusCode != http.StatusUnauthorized || !strings.Contains(got.text, `"login_needed"`) {
				t.Errorf("%s by %s: got %d %s, want login_needed", name, who, got.StatusCode, got.text)
			}
		}
		for _, login := range ranks {
			o, _ := w.people.ByLogin(login)
			got := w.ask(op.method, path, w.as(login), "{")
			refused := got.StatusCode == http.StatusForbidden && strings.Contains(got.text, `"not_allowed"`)
			switch reach := op.reach(o); {
			case reach == "" && !refused:
				t.Errorf("%s by the %s: got %d %s, want not_allowed", name, o.Rank, got.StatusCode, got.text)
			case reach == "everything" && refused, got.StatusCode == http.StatusUnauthorized, got.StatusCode >= 500:
				t.Errorf("%s by the %s: got %d %s, who may do it to %s", name, o.Rank, got.StatusCode, got.text, reach)
			}
		}
	}
}

func TestWithoutTheTokenOfAVisitorNothingIsTold(t *testing.T) {
	w := newWorld(t)
	id := string(w.callMe().ID)
	for name, op := range w.operations() {
		if op.right() != holder {
			continue
		}
		for _, token := range []string{"", "wrong", "secret-of-the-crm", w.as("adam")} {
			got := w.ask(op.method, op.pathOf(id), token, "{}", "Origin", w.http.URL)
			if got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s with %q: got %d %s", name, token, got.StatusCode, got.text)
			}
		}
	}
}

// Outside the demo a login is a cookie and nothing else, and the demo is not there.
func TestWithoutADemoThereIsNoneOfItsRequests(t *testing.T) {
	demo := newWorld(t).operations()
	w := newWorld(t, func(o *Options) { o.Demo = nil })
	operations := w.operations()
	for name, op := range demo {
		_, described := operations[name]
		if described != (op.may != guest.who) {
			t.Errorf("%s: described %v", name, described)
		}
		got := w.ask(op.method, op.pathOf("client.wav"), w.as("adam"), "{", "Origin", w.http.URL)
		if op.may == guest.who && got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d %s", name, got.StatusCode, got.text)
		}
		if op.right().staff && got.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: got %d %s, want login_needed", name, got.StatusCode, got.text)
		}
	}
}

// who may use a route about anna's call of the group orders. The rank of sofia is
// supervisor of the same group, karel's of another; adam owns it all.
var mayUse = map[string]string{
	"accept-place": "", "skip-place": "", // nobody waits
	"get-call": "anna sofia adam", "hang-up": "anna",
	"supervise": "sofia adam", "change-mode": "", "unsupervise": "", // nobody supervises
	"put-comment": "sofia adam", "get-record": "anna sofia adam", "get-record-file": "anna sofia adam",
}

var bodies = map[string]string{"supervise": `{"mode":"listen"}`, "change-mode": `{"mode":"listen"}`, "put-comment": `{"text":"x"}`}

// ownTests are the requests whose objects are tried elsewhere, by the name of the test.
var ownTests = map[string]string{
	"keep-out":             "TestWhoIsKeptOutFindsNobody",
	"lift-ban":             "TestBansAreListedAndLiftedByThoseWhoMay",
	"take-back-invitation": "TestAnOperatorInvites",
	"end-missed":           "TestTheMissedAreThoseOfOnesGroups",
	"put-template":         "TestTemplatesAreWrittenAndReadByThoseWhoMay", "delete-template": "TestTemplatesAreWrittenAndReadByThoseWhoMay",
	"preview-place": "TestAPreviewChangesNothing", "redirect-place": "TestWhoWaitsIsSentOn", "redirect-session": "TestEveryRequestAboutASessionForEveryRank",

	"get-session": "TestEveryRequestAboutASessionForEveryRank", "say-in-session": "TestEveryRequestAboutASessionForEveryRank",
	"end-session": "TestEveryRequestAboutASessionForEveryRank", "close-session": "TestEveryRequestAboutASessionForEveryRank",
	"change-session-visitor": "TestEveryRequestAboutASessionForEveryRank", "write-note": "TestEveryRequestAboutASessionForEveryRank",
	"add-tag": "TestEveryRequestAboutASessionForEveryRank", "remove-tag": "TestEveryRequestAboutASessionForEveryRank",
}

// W020: every request about an object that is not everybody's, by everybody.
func TestEveryRequestAboutACallForEveryRank(t *testing.T) {
	w := newWorld(t)
	w.presence.PhoneChanged("901", true)
	id := w.talk()
	tests := testsHere(t)
	for name, op := range w.operations() {
		may, listed := mayUse[name]
		switch own := ownTests[name]; {
		case !listed && own != "" && !strings.Contains(tests, "func "+own+"("):
			t.Errorf("%s: there is no test %s", name, own)
		case !listed && own == "" && op.isBounded():
			t.Errorf("%s is in the program, may not be done to everything, and is in no table", name)
		}
		if !listed {
			continue
		}
		path := strings.NewReplacer("{id}", string(id), "{call}", string(id), "{name}", "client.wav", "{place}", "x").Replace(op.path)
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
			if name == "supervise" && got.StatusCode < 300 {
				w.ask("DELETE", path, w.as(login), "").wants(t, http.StatusNoContent, "")
			}
		}
	}
}

// testsHere is the text of the tests of this package.
func testsHere(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	files, err := os.ReadDir(".")
	must(t, err)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), "_test.go") {
			raw, err := os.ReadFile(f.Name())
			must(t, err)
			all.Write(raw)
		}
	}
	return all.String()
}

// I011: the table of all requests is made from the description.
func TestTheRightsAreDocumentedAsTheyAre(t *testing.T) {
	w := newWorld(t)
	operations := w.operations()
	var b strings.Builder
	b.WriteString("# Who may ask for what\n\nEvery request of the API, from its description (`x-sufler-may` in /api/openapi.json) and the rules of `routing/people`. " +
		"Made by\n`go test ./api -run TestTheRights -update`; the same description is tried whole, by everybody, in `api/matrix_test.go`.\n\n" +
		"*own*: what is one's own; *group*: that, and what belongs to a group of one's own; *all*: whatever there is; *token*: with the token of the thing asked for.\n\n" +
		"| request | what | nobody | visitor | operator | supervisor | owner |\n|---|---|---|---|---|---|---|\n")
	byPath := func(a, c string) int {
		x, y := operations[a], operations[c]
		return strings.Compare(x.path+" "+x.method, y.path+" "+y.method)
	}
	for _, name := range slices.SortedFunc(maps.Keys(operations), byPath) {
		op := operations[name]
		fmt.Fprintf(&b, "| `%s %s` | %s | %s |\n", op.method, strings.TrimPrefix(op.path, "/api/v1"), op.summary, strings.Join(op.columns(), " | "))
	}
	if *update {
		must(t, os.WriteFile(rightsFile, []byte(b.String()), 0o644))
	}
	got, err := os.ReadFile(rightsFile)
	must(t, err)
	if string(got) != b.String() {
		t.Error("docs/api-rights.md is stale; go test ./api -run TestTheRights -update")
	}
}

type operation struct{ method, path, summary, may, security string }

// right is what the description says; without a name when it says nothing known.
func (op operation) right() right {
	for _, r := range []right{anybody, holder, staff, guest} {
		if r.who == op.may {
			return r
		}
	}
	owner := routing.Operator{ID: "owner", Rank: routing.RankOwner, Active: true}
	if slices.Contains(people.May(owner), people.Action(op.may)) {
		return may(people.Action(op.may))
	}
	return right{}
}

// reach is how far somebody of ours comes.
func (op operation) reach(o routing.Operator) string {
	if op.may == staff.who {
		return "own"
	}
	return people.Reach(o, op.right().action)
}

// isBounded tells whether the request names an object that not everybody who may
// reach some may reach.
func (op operation) isBounded() bool {
	return op.right().action != "" && strings.Contains(op.path, "{") && slices.ContainsFunc([]routing.Rank{routing.RankOperator, routing.RankSupervisor}, func(rank routing.Rank) bool {
		reach := people.Reach(routing.Operator{Rank: rank, Active: true}, op.right().action)
		return reach == "own" || reach == "group"
	})
}

// pathOf is the path with something in the place of each name.
func (op operation) pathOf(value string) string {
	return regexp.MustCompile(`\{\w+\}`).ReplaceAllString(op.path, value)
}

// columns are the cells of the table: nobody, visitor, operator, supervisor, owner.
func (op operation) columns() []string {
	switch op.right() {
	case anybody:
		return []string{"yes", "yes", "yes", "yes", "yes"}
	case guest:
		return []string{"demo", "demo", "demo", "demo", "demo"}
	case holder:
		return []string{"-", "token", "-", "-", "-"}
	}
	columns := []string{"-", "-"}
	for rank := routing.RankOperator; rank <= routing.RankOwner; rank++ {
		reach := op.reach(routing.Operator{Rank: rank, Active: true})
		columns = append(columns, strings.NewReplacer("everything", "all").Replace(cmp.Or(reach, "-")))
	}
	return columns
}

// operations are the routes as /api/openapi.json describes them.
func (w *world) operations() map[string]operation {
	w.t.Helper()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			May         string `json:"x-sufler-may"`
			Security    []map[string][]string
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
			described := operation{method: strings.ToUpper(method), path: path, summary: op.Summary, may: op.May}
			for _, schemes := range op.Security {
				for scheme := range schemes {
					described.security += scheme
				}
			}
			operations[op.OperationID] = described
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
