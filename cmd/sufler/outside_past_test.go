package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

type pastRow struct {
	Call       string
	Kind       string
	StartedAt  time.Time `json:"started_at"`
	ClientName string    `json:"client_name"`
	TalkedMS   int64     `json:"talked_ms"`
}

// past returns the calls of before the demo began, as its owner sees them.
func past(t *testing.T, owner page, began time.Time) (rows []pastRow) {
	t.Helper()
	var all struct{ Records []pastRow }
	owner.do(t, http.MethodGet, "/api/v1/records", nil).into(t, http.StatusOK, &all)
	for _, r := range all.Records {
		if r.StartedAt.Before(began.Add(-time.Minute)) {
			rows = append(rows, r)
		}
	}
	return rows
}

func ownerOf(t *testing.T, web string) page {
	t.Helper()
	var given struct{ Token string }
	page{base: web, origin: web}.do(t, http.MethodPost, "/api/v1/demo/login", map[string]string{"as": "adam"}).into(t, http.StatusOK, &given)
	return page{base: web, origin: web, bearer: "Bearer " + given.Token}
}

// No row: PRODUCT's D-16.
func TestOutsideTheDemoHasAPastThatCanBeHeard(t *testing.T) {
	t.Parallel()
	data, began := t.TempDir(), time.Now()
	first := launch(t, t.TempDir(), nil, "demo", "-data", data)
	web, _ := demoAt(t, first)
	owner := ownerOf(t, web)
	rows := past(t, owner, began)
	kinds, heard, whispered := map[string]int{}, 0, 0
	for _, r := range rows {
		kinds[r.Kind]++
		if !strings.HasSuffix(r.ClientName, "(demo)") {
			t.Errorf("%q does not say that it is made up", r.ClientName)
		}
		var record struct {
			Files     []struct{ Name string }
			Intervals []struct{ Mode string }
			Guard     struct{ Stopped int }
		}
		owner.do(t, http.MethodGet, "/api/v1/records/"+r.Call, nil).into(t, http.StatusOK, &record)
		modes := ""
		for _, i := range record.Intervals {
			modes += i.Mode + " "
		}
		if strings.HasSuffix(modes, "talk whisper talk ") {
			whispered++
		}
		if len(record.Files) == 0 {
			continue
		}
		heard++
		for _, file := range []string{"client.wav", "training.wav"} {
			got := owner.do(t, http.MethodGet, fmt.Sprintf("/api/v1/records/%s/files/%s", r.Call, file), nil)
			// Two channels of 16 bit at 8 kHz, or one more with a prompter.
			if least := int(r.TalkedMS) * 8 * 2 * 2; got.status != http.StatusOK || len(got.body) < least {
				t.Errorf("%s of %s: got %d, %d bytes, want %d or more", file, r.ClientName, got.status, len(got.body), least)
			}
		}
	}
	if len(rows) != 12 || kinds["callback"] < 3 || kinds["phone"] < 3 || kinds["web"] < 3 || heard != 3 || whispered != 2 {
		t.Errorf("got %d calls, %v, %d to be heard, %d with a prompter", len(rows), kinds, heard, whispered)
	}
	first.Stop()

	second := launch(t, t.TempDir(), nil, "demo", "-data", data)
	web, _ = demoAt(t, second)
	if again := past(t, ownerOf(t, web), began); len(again) != len(rows) {
		t.Errorf("the second start: got %d calls, want the same %d", len(again), len(rows))
	}
}
