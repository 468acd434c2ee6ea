package store

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sufler/internal/fold"
	"sufler/routing"
)

// The databases that releases have written are kept, each with a few calls and
// people in it: a new program must read them all.
func TestTheDataOfEveryReleaseCanBeRead(t *testing.T) {
	for release, want := range map[string]struct{ operators, browsers, calls, talked int }{
		"v0.1.0": {operators: 7, calls: 5, talked: 3},
		"v0.2.0": {operators: 7, browsers: 3, calls: 16, talked: 12},
	} {
		t.Run(release, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "data")
			mustDo(t, os.Mkdir(folder, 0o700))
			data, err := os.ReadFile(filepath.Join("testdata", release+".db"))
			mustDo(t, err)
			mustDo(t, os.WriteFile(filepath.Join(folder, "sufler.db"), data, 0o600))
			s := openIn(t, folder)
			defer func() { mustDo(t, s.Close()) }()

			operators, err := s.Operators(t.Context())
			mustDo(t, err)
			browsers := 0
			for _, o := range operators {
				switch o.AnswerOn {
				case routing.AnswerBrowser:
					browsers++
				case routing.AnswerBoth: // where nothing was chosen the phone goes on ringing
				default:
					t.Errorf("%s answers on %s", o.Login, o.AnswerOn)
				}
			}
			calls, err := s.Calls(t.Context(), routing.CallFilter{}, 100)
			mustDo(t, err)
			talked := 0
			for _, c := range calls {
				if !c.Talked.IsZero() {
					talked++
				}
				entries, err := s.EntriesOfCall(t.Context(), c.ID)
				mustDo(t, err)
				found, err := s.Calls(t.Context(), routing.CallFilter{Digits: fold.Digits(c.Number), Words: []routing.CallWord{{Text: fold.Text(c.ClientName)}}}, 100)
				mustDo(t, err)
				if !slices.Contains(found, c) {
					t.Errorf("call %s is not found by its number and name", c.ID)
				}
				if len(entries) == 0 {
					t.Errorf("call %s has lost its journal", c.ID)
				}
			}
			if len(operators) != want.operators || browsers != want.browsers || len(calls) != want.calls || talked != want.talked {
				t.Errorf("got %d operators, %d in the browser, %d calls, %d talked; want %+v", len(operators), browsers, len(calls), talked, want)
			}
			mustDo(t, s.PutCall(t.Context(), routing.CallRow{ID: routing.NewID[routing.CallID](), Kind: routing.CallbackCall}))
		})
	}
}
