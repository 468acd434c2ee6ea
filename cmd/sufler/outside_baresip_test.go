package main

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"sufler/internal/peers"
	"sufler/mixer/tone"
)

// W002, W004-W009, W020, I017, M051.
func TestOutsideThreeBaresipsHearWhomTheyMay(t *testing.T) {
	t.Parallel()
	client, err := peers.StartBaresip(t.Context(), t.TempDir(), peers.BaresipOptions{
		User: "+420777000001", AutoAnswer: true, WAV: wavOf(t, tone.ClientHz, -20),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Quit)
	h := newHouse(t, plan{trunk: client.SIPAddr})
	base := h.figures(t)
	agent, lead := startBaresip(t, h, "101", tone.AgentHz, -20), startBaresip(t, h, "201", tone.SupervisorHz, -8)
	sofia := h.desk(t, "sofia")
	asked := h.ask(t, "+420777000001", "Jan Novák")
	h.becomes(t, asked, "talking")
	id := h.calls(t, sofia)[0].ID
	path := "/api/v1/calls/" + id + "/supervision"
	// hear lets every telephone record so many seconds more.
	hear := func(seconds int64, all ...*peers.Baresip) {
		t.Helper()
		var want []int64
		for _, b := range all {
			want = append(want, recorded(t, b)+seconds*2*tone.Rate)
		}
		until(t, "sound is recorded", func() bool {
			for i, b := range all {
				if recorded(t, b) < want[i] {
					return false
				}
			}
			return true
		})
	}
	hear(2, client, agent)
	sofia.do(t, http.MethodPost, path, mode("listen")).into(t, http.StatusAccepted, &struct{}{})
	until(t, "the supervisor listens", func() bool {
		s := h.calls(t, sofia)[0].Supervisor
		return s != nil && s.State == "talking"
	})
	hear(2, client, agent, lead)
	quiet := recorded(t, agent) / (2 * tone.Rate) // whole seconds before the whisper
	for _, m := range []string{"whisper", "listen"} {
		if got := sofia.do(t, http.MethodPatch, path, mode(m)); got.status != http.StatusOK {
			t.Fatalf("to %s: got %d %s", m, got.status, got.body)
		}
		hear(3, client, agent, lead)
	}
	if got := sofia.do(t, http.MethodDelete, path, nil); got.status != http.StatusNoContent {
		t.Fatalf("leave: got %d %s", got.status, got.body)
	}
	hear(2, client, agent)
	h.cancel(t, asked)
	h.settles(t, base)
	for _, b := range []*peers.Baresip{client, agent, lead} {
		b.Quit()
	}

	atClient, atAgent, atLead := earOf(t, client), earOf(t, agent), earOf(t, lead)
	if !tone.Absent(atClient, ofSupervisor) {
		t.Errorf("the client hears the supervisor: %v", atClient)
	}
	if !tone.Present(atClient[1:], ofAgent) {
		t.Errorf("the client does not hear the agent: %v", atClient)
	}
	if !tone.Absent(atAgent[:quiet], ofSupervisor) {
		t.Errorf("the agent hears the supervisor before the whisper: %v", atAgent)
	}
	whispered := 0
	for _, w := range atAgent[quiet:] {
		if w.Levels[ofSupervisor] > tone.PresentAbove {
			whispered++
		}
	}
	if last := atAgent[len(atAgent)-1:]; whispered < 2 || !tone.Absent(last, ofSupervisor) {
		t.Errorf("the agent hears the whisper in %d seconds and at last %v", whispered, last)
	}
	for i, voice := range []int{ofClient, ofAgent} {
		if !tone.Present(atLead[1:], voice) {
			t.Errorf("the supervisor does not hear tone %d: %v", i, atLead)
		}
	}
	checkRecord(t, h, id)
}

// recorded is how many bytes a telephone has heard so far.
func recorded(t *testing.T, b *peers.Baresip) int64 {
	t.Helper()
	files, err := b.Heard()
	if err != nil || len(files) == 0 {
		return 0
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return 0
	}
	return info.Size()
}

// earOf listens to all that a telephone has heard.
func earOf(t *testing.T, b *peers.Baresip) []tone.Window {
	t.Helper()
	files, err := b.Heard()
	if err != nil || len(files) != 1 {
		t.Fatalf("recordings: got %v, %v, want one", files, err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	samples, err := tone.ReadWAV(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return windowsOf(samples)
}

func windowsOf(samples []int16) []tone.Window {
	e := tone.NewEar(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	e.Hear(samples)
	return e.Windows()
}

// checkRecord looks at what is kept of a whispered call.
func checkRecord(t *testing.T, h *house, id string) {
	t.Helper()
	sofia, anna, path := h.desk(t, "sofia"), h.desk(t, "anna"), "/api/v1/records/"+id
	var record struct {
		Intervals []struct{ Mode string }
		Guard     struct{ Outside, Granted, Stopped int }
		Facts     []struct{ Kind, By string }
	}
	kept := func() bool {
		got := sofia.do(t, http.MethodGet, path, nil)
		return got.status == http.StatusOK && strings.Contains(string(got.body), `"client.wav"`)
	}
	until(t, "the record is kept", kept)
	until(t, "the client's file is there", func() bool {
		return sofia.do(t, http.MethodGet, path+"/files/client.wav", nil).status == http.StatusOK
	})
	client := channelsOf(t, sofia.do(t, http.MethodGet, path+"/files/client.wav", nil), 2)
	for i, channel := range client {
		if heard := windowsOf(channel); !tone.Absent(heard, ofSupervisor) {
			t.Errorf("channel %d of client.wav holds the supervisor: %v", i, heard)
		}
	}
	if !tone.Present(windowsOf(client[0])[2:], ofClient) || !tone.Present(windowsOf(client[1])[2:], ofAgent) {
		t.Error("client.wav does not hold both voices")
	}
	training := channelsOf(t, sofia.do(t, http.MethodGet, path+"/files/training.wav", nil), 3)
	if !slices.ContainsFunc(windowsOf(training[2]), func(w tone.Window) bool { return w.Levels[ofSupervisor] > tone.PresentAbove }) {
		t.Error("training.wav does not hold the supervisor")
	}
	anna.do(t, http.MethodGet, path+"/files/training.wav", nil).refused(t, http.StatusForbidden, "not_allowed")
	downloads := func(p page) (n int) {
		p.do(t, http.MethodGet, path, nil).into(t, http.StatusOK, &record)
		for _, f := range record.Facts {
			if f.Kind == "record.downloaded" {
				n++
			}
		}
		return n
	}
	until(t, "the download is written down", func() bool { return downloads(sofia) == 1 })
	var modes []string
	for _, interval := range record.Intervals {
		if interval.Mode != "waiting" { // there is none when the client picks up at once
			modes = append(modes, interval.Mode)
		}
	}
	if want := []string{"talk", "listen", "whisper", "listen", "talk"}; !slices.Equal(modes, want) {
		t.Errorf("intervals: got %v, want %v", modes, want)
	}
	if record.Guard.Outside == 0 || record.Guard.Granted != 0 || record.Guard.Stopped != 0 {
		t.Errorf("the guard counts %+v", record.Guard)
	}
	if n := downloads(anna); n != 0 || slices.ContainsFunc(record.Facts, func(f struct{ Kind, By string }) bool { return strings.HasPrefix(f.Kind, "supervision.") }) {
		t.Errorf("the operator is shown %v", record.Facts)
	}
}

// channelsOf takes the channels of a WAV file of ours apart.
func channelsOf(t *testing.T, r reply, channels int) [][]int16 {
	t.Helper()
	const header = 44
	if r.status != http.StatusOK || len(r.body) < header || int(binary.LittleEndian.Uint16(r.body[22:])) != channels {
		t.Fatalf("got %d and %d bytes, want a WAV file with %d channels", r.status, len(r.body), channels)
	}
	samples := make([]int16, (len(r.body)-header)/2)
	if err := binary.Read(bytes.NewReader(r.body[header:]), binary.LittleEndian, samples); err != nil {
		t.Fatal(err)
	}
	all := make([][]int16, channels)
	for i, s := range samples {
		all[i%channels] = append(all[i%channels], s)
	}
	return all
}
