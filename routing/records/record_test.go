package records

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func after(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

var row = routing.CallRow{
	ID: "c", Session: "s", Kind: routing.CallbackCall, Queue: "Orders", Started: after(10), Talked: after(20), Ended: after(80), Cause: "hung_up",
}

// said makes an entry of a fact so many seconds after noon.
func said(seconds int, id routing.CallID, audience routing.Audience, fact routing.Fact) routing.Entry {
	data, err := json.Marshal(fact)
	if err != nil {
		panic(err)
	}
	return routing.Entry{Session: "s", Call: id, At: after(seconds), Kind: fact.Kind(), By: "system", Audience: audience, Data: data}
}

// frameAt is the frame of a moment, when the recording's first is 50 at 15 s.
func frameAt(seconds int) uint64 { return 50 + uint64(seconds-15)*50 }

func by(name, mode string) call.Supervision {
	return call.Supervision{Party: routing.PartyID(name), Supervisor: "id", Name: name, Mode: mode}
}

// whispered is a callback that waited, was listened to, whispered in and barged into.
func whispered() []routing.Entry {
	return []routing.Entry{
		said(0, "", routing.Everybody, callback.Requested{Callback: "b", Number: "+420777000001"}),
		said(5, "", routing.StaffOnly, callback.Queued{Callback: "b"}),
		said(10, "c", routing.Everybody, call.Started{CallKind: "callback"}),
		said(12, "other", routing.Everybody, call.Started{CallKind: "callback"}),
		said(15, "c", routing.Everybody, call.RecordingStarted{Frame: frameAt(15)}),
		said(20, "c", routing.Everybody, call.Talked{Agent: "Anna"}),
		said(29, "c", routing.SupervisorsOnly, call.SupervisionGranted{Supervision: by("Sofia", "listen")}),
		said(31, "c", routing.SupervisorsOnly, call.SupervisionStarted{Supervision: by("Sofia", "listen"), Frame: frameAt(30)}),
		said(41, "c", routing.SupervisorsOnly, call.SupervisionChanged{Supervision: by("Sofia", "whisper"), From: "listen", Frame: frameAt(40)}),
		said(51, "c", routing.SupervisorsOnly, call.SupervisionChanged{Supervision: by("Sofia", "barge"), From: "whisper", Frame: frameAt(50)}),
		said(61, "c", routing.SupervisorsOnly, call.SupervisionEnded{Supervision: by("Sofia", "barge"), Cause: "hung_up", Frame: frameAt(60)}),
		said(70, "c", routing.SupervisorsOnly, call.SupervisionEnded{Supervision: by("Adam", "listen"), Cause: "no_answer"}),
		said(80, "c", routing.Everybody, call.HasEnded{Cause: "hung_up", By: "client", TalkedMS: 60_000}),
		said(80, "c", routing.SupervisorsOnly, call.GuardCounted{Outside: 3000, Granted: 500, Stopped: 1}),
		said(80, "c", routing.SupervisorsOnly+1, call.GuardTripped{}),
		said(80, "c", 0, call.GuardTripped{}),
	}
}

func show(list []Interval) string {
	var words []string
	for _, i := range list {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %v-%v %s", i.Mode, i.From.Seconds(), i.To.Seconds(), i.By)))
	}
	return strings.Join(words, ", ")
}

func kinds(facts []Fact) (list []string) {
	for _, f := range facts {
		list = append(list, f.Kind)
	}
	return list
}

var (
	comments = []routing.Comment{{ID: "1", Call: "c", By: "sofia", Text: "good"}}
	tracks   = []Track{{Party: Party{ID: "client", Role: routing.Client}}, {Party: Party{ID: "agent", Role: routing.Agent}}, {Party: Party{ID: "Sofia", Role: routing.Supervisor}}, {Party: Party{ID: "nobody"}}}
)

func TestASupervisorReadsWhoPromptedWhenInSoundTime(t *testing.T) {
	r := RecordOf(row, whispered(), comments, tracks, routing.SupervisorsOnly)
	want := "waiting 0-5, talk 5-15, listen 15-25 Sofia, whisper 25-35 Sofia, barge 35-45 Sofia, talk 45-65"
	if got := show(r.Intervals); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r.Waited != 20*time.Second || r.Talked != time.Minute {
		t.Errorf("got waited %s, talked %s", r.Waited, r.Talked)
	}
	if want := (mixer.GuardCount{Outside: 3000, Granted: 500, Stopped: 1}); r.Guard != want || !r.Guarded {
		t.Errorf("got %+v", r.Guard)
	}
	if len(r.Tracks) != 3 || len(r.Comments) != 1 {
		t.Errorf("got tracks %v, comments %v", r.Tracks, r.Comments)
	}
	if got := kinds(r.Facts); len(got) != 13 || slices.Contains(got, "guard.tripped") {
		t.Errorf("got %d facts: %v", len(got), got)
	}
}

// To staff supervision has not happened, wherever the record could betray it.
func TestStaffReadNothingOfSupervision(t *testing.T) {
	for _, reader := range []routing.Audience{routing.StaffOnly, routing.Everybody} {
		r := RecordOf(row, whispered(), comments, tracks, reader)
		if got, want := show(r.Intervals), "waiting 0-5, talk 5-65"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if r.Guarded || r.Guard != (mixer.GuardCount{}) || len(r.Tracks) != 2 || len(r.Comments) != 0 {
			t.Errorf("got guard %+v, tracks %v, comments %v", r.Guard, r.Tracks, r.Comments)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"Sofia", "Adam", "supervis", "listen", "whisper", "barge"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("reader %d: the record holds %q: %s", reader, secret, text)
			}
		}
		if queued := slices.Contains(kinds(r.Facts), "callback.queued"); queued != (reader == routing.StaffOnly) {
			t.Errorf("reader %d: got callback.queued %v", reader, queued)
		}
	}
}

func TestAnUnknownAudienceReadsNothing(t *testing.T) {
	for _, reader := range []routing.Audience{0, routing.SupervisorsOnly + 1, 255} {
		if r := RecordOf(row, whispered(), comments, tracks, reader); len(r.Facts) != 0 || len(r.Comments) != 0 || len(r.Tracks) != 0 {
			t.Errorf("reader %d: got %+v", reader, r)
		}
	}
}

func TestIntervalsOfOtherCalls(t *testing.T) {
	unanswered := row
	unanswered.Talked, unanswered.Ended, unanswered.Cause = time.Time{}, after(40), "no_answer"
	running := row
	running.Ended = time.Time{}
	without := slices.DeleteFunc(whispered(), func(e routing.Entry) bool { return e.Kind == "recording.started" })
	two := []routing.Entry{
		said(30, "c", routing.SupervisorsOnly, call.SupervisionStarted{Supervision: by("Sofia", "listen"), Frame: 1}),
		said(40, "c", routing.SupervisorsOnly, call.SupervisionStarted{Supervision: by("Adam", "whisper"), Frame: 2}),
		said(50, "c", routing.SupervisorsOnly, call.SupervisionEnded{Supervision: by("Adam", "whisper"), Frame: 3}),
	}
	twoAgents := []routing.Entry{
		said(20, "c", routing.Everybody, call.Talked{Agent: "Anna"}),
		said(30, "c", routing.SupervisorsOnly, call.SupervisionStarted{Supervision: by("Sofia", "listen"), Frame: 1}),
		said(35, "c", routing.SupervisorsOnly, call.SupervisionEnded{Supervision: by("Sofia", "listen"), Frame: 2}),
		said(40, "c", routing.Everybody, call.Interrupted{}),
		said(50, "c", routing.Everybody, call.Talked{Agent: "Boris"}),
		said(70, "c", routing.Everybody, call.Interrupted{}),
	}
	broken := said(30, "c", routing.SupervisorsOnly, call.SupervisionStarted{})
	broken.Data = json.RawMessage(`"no supervision"`)
	for name, c := range map[string]struct {
		row     routing.CallRow
		entries []routing.Entry
		want    string
		waited  time.Duration
	}{
		"nobody talked":   {unanswered, nil, "waiting 0-30", 30 * time.Second},
		"not recorded":    {row, without, "waiting 0-10, talk 10-21, listen 21-31 Sofia, whisper 31-41 Sofia, barge 41-51 Sofia, talk 51-70", 20 * time.Second},
		"it runs":         {running, whispered()[:8], "waiting 0-5, talk 5-15, listen 15-16 Sofia", 20 * time.Second},
		"two supervisors": {row, two, "waiting 0-10, talk 10-20, listen 20-30 Sofia, whisper 30-40 Adam, listen 40-70 Sofia", 10 * time.Second},
		"two agents":      {row, twoAgents, "waiting 0-10, talk 10-20, listen 20-25 Sofia, talk 25-30, waiting 30-40, talk 40-60, waiting 60-70", 10 * time.Second},
		"no entries":      {row, nil, "waiting 0-10, talk 10-70", 10 * time.Second},
		"unreadable":      {row, []routing.Entry{broken}, "waiting 0-10, talk 10-70", 10 * time.Second},
		"nothing":         {routing.CallRow{}, nil, "", 0},
	} {
		r := RecordOf(c.row, c.entries, nil, nil, routing.SupervisorsOnly)
		if got := show(r.Intervals); got != c.want || r.Waited != c.waited {
			t.Errorf("%s: got  %s, waited %s\nwant %s, waited %s", name, got, r.Waited, c.want, c.waited)
		}
	}
}

func TestIntervalsTouchAndNeverOverlap(t *testing.T) {
	entries := whispered()
	for drop := range entries {
		list := intervals(row, slices.Concat(entries[:drop], entries[drop+1:]))
		for i, in := range list {
			if in.From >= in.To || i > 0 && in.From != list[i-1].To || i == 0 && in.From != 0 {
				t.Errorf("without entry %d: %s", drop, show(list))
			}
		}
	}
}

// Boris was asked after Anna had been lost, and did not answer.
func TestARowIsOfTheAgentWhoTalkedLast(t *testing.T) {
	s := call.Snapshot{Call: "c", Parties: []call.Party{{Role: routing.Client, Name: "Jan"}, {Role: routing.Agent, Operator: "boris"}}}
	if got := RowOf(s).Operator; got != "boris" {
		t.Errorf("before the talk: got %q, want who is asked", got)
	}
	s.TalkedBy = "anna"
	if got := RowOf(s).Operator; got != "anna" {
		t.Errorf("got %q, want who talked", got)
	}
	s.Parties = s.Parties[:1]
	if got := RowOf(s); got.Operator != "anna" || got.ClientName != "Jan" {
		t.Errorf("between two agents: got %+v", got)
	}
}

func TestALostLineIsAGapInTheTalk(t *testing.T) {
	leg := func(id, role, name string) call.LegBegan {
		return call.LegBegan{Leg: routing.LegID(id), Role: role, Name: name}
	}
	lost := func(id string) call.LegLost { return call.LegLost{Leg: routing.LegID(id)} }
	back := func(id string) call.LegReturned { return call.LegReturned{Leg: routing.LegID(id)} }
	entries := []routing.Entry{
		said(10, "c", routing.StaffOnly, leg("a", "agent", "Anna")),
		said(11, "c", routing.StaffOnly, leg("v", "client", "Jan")),
		said(12, "c", routing.SupervisorsOnly, leg("s", "supervisor", "Sofia")),
		said(15, "c", routing.StaffOnly, lost("v")), // nobody talked yet
		said(16, "c", routing.StaffOnly, back("v")),
		said(20, "c", routing.Everybody, call.Talked{Agent: "Anna"}),
		said(25, "c", routing.SupervisorsOnly, lost("s")), // changes nothing for the two
		said(30, "c", routing.StaffOnly, lost("a")),
		said(35, "c", routing.StaffOnly, back("a")),
		said(40, "c", routing.StaffOnly, lost("v")),
		said(50, "c", routing.StaffOnly, call.LegEnded{Leg: "v", Cause: "lost_media"}),
		said(80, "c", routing.Everybody, call.HasEnded{Cause: "lost_media"}),
	}
	for reader, want := range map[routing.Audience]string{
		routing.StaffOnly:       "waiting 0-10, talk 10-20, away 20-25 Anna, talk 25-30, away 30-40 Jan, talk 40-70",
		routing.SupervisorsOnly: "waiting 0-10, talk 10-20, away 20-25 Anna, talk 25-30, away 30-40 Jan, talk 40-70",
	} {
		if got := show(RecordOf(row, entries, nil, nil, reader).Intervals); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
