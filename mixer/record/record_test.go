package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"sufler/mixer"
	"sufler/mixer/tone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	clientPort mixer.PortID = iota + 1
	agentPort
	supervisorPort
	musicPort
)

var tracks = []mixer.Track{{Port: clientPort, Name: "client"}, {Port: agentPort, Name: "agent"}, {Port: supervisorPort, Name: "supervisor"}}

func planOf(epoch uint64, rows ...mixer.Row) mixer.Plan {
	return mixer.Plan{Call: "call", Epoch: epoch, Rows: rows, Tracks: tracks}
}

func row(listener mixer.PortID, sources ...mixer.PortID) mixer.Row {
	return mixer.Row{Listener: listener, Sources: sources}
}

// speak lets all three say their tones for so many frames.
func speak(w mixer.Recorder, from, frames uint64, voices map[string]*tone.Sine) {
	for n := from; n < from+frames; n++ {
		for name, voice := range voices {
			var samples [160]int16
			voice.Next(samples[:])
			w.Capture("call", name, mixer.PCMU, n, &samples)
		}
	}
}

func newVoices() map[string]*tone.Sine {
	return map[string]*tone.Sine{
		"client": tone.NewSine(tone.ClientHz, -20), "agent": tone.NewSine(tone.AgentHz, -20), "supervisor": tone.NewSine(tone.SupervisorHz, -8),
	}
}

// record makes a call: 3 s talk, 3 s whisper, 3 s in which the client is held and
// agent and supervisor speak aside, 3 s barge.
func record(t *testing.T) (done string) {
	t.Helper()
	dir := t.TempDir()
	done = filepath.Join(dir, "done")
	w, err := NewWriter(Options{Spool: filepath.Join(dir, "spool"), Done: done})
	if err != nil {
		t.Fatal(err)
	}
	voices := newVoices()
	w.Planned(planOf(1, row(clientPort, agentPort), row(agentPort, clientPort)), 11)
	speak(w, 11, 150, voices)
	w.Planned(planOf(2, row(clientPort, agentPort), row(agentPort, clientPort, supervisorPort), row(supervisorPort, clientPort, agentPort)), 161)
	speak(w, 161, 150, voices)
	w.Planned(planOf(3, row(clientPort, musicPort), row(agentPort, supervisorPort), row(supervisorPort, agentPort)), 311)
	speak(w, 311, 150, voices)
	w.Planned(planOf(4, row(clientPort, agentPort, supervisorPort), row(agentPort, clientPort, supervisorPort), row(supervisorPort, clientPort, agentPort)), 461)
	speak(w, 461, 150, voices)
	w.Ended("call")
	w.Close()
	if lost := w.Lost(); lost != 0 {
		t.Fatalf("lost %d", lost)
	}
	return done
}

// channelsOf reads a WAV of several channels.
func channelsOf(t *testing.T, data []byte) [][]int16 {
	t.Helper()
	n := int(binary.LittleEndian.Uint16(data[22:]))
	out := make([][]int16, n)
	for i := 44; i+2*n <= len(data); i += 2 * n {
		for c := range n {
			out[c] = append(out[c], int16(binary.LittleEndian.Uint16(data[i+2*c:])))
		}
	}
	return out
}

// tonesOf says for each second which of the three tones are there.
func tonesOf(samples []int16) (seconds []string) {
	e := tone.NewEar(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	e.Hear(samples)
	for _, w := range e.Windows() {
		s := ""
		for i, name := range []string{"C", "A", "S"} {
			if w.Levels[i] > tone.PresentAbove {
				s += name
			} else if w.Levels[i] >= tone.AbsentBelow {
				s += "?" + name
			}
		}
		seconds = append(seconds, s)
	}
	return seconds
}

// I015 W009
func TestTheClientsFileIsTheClientsEar(t *testing.T) {
	call, err := Open(record(t), "call")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := call.WriteEar(&file, "client"); err != nil {
		t.Fatal(err)
	}
	channels := channelsOf(t, file.Bytes())
	said, heard := tonesOf(channels[0]), tonesOf(channels[1])
	for i, want := range []struct{ said, heard string }{
		{"C", "A"}, {"C", "A"}, {"C", "A"}, // talk
		{"C", "A"}, {"C", "A"}, {"C", "A"}, // whisper: nothing of the supervisor
		{"", ""}, {"", ""}, {"", ""}, // held: neither what was said aside, nor what nobody was let hear
		{"C", "AS"}, {"C", "AS"}, {"C", "AS"}, // barge
	} {
		if said[i] != want.said || heard[i] != want.heard {
			t.Errorf("second %d: said %q, heard %q; want %q, %q", i, said[i], heard[i], want.said, want.heard)
		}
	}
	if want := 600 * 160; len(channels[0]) != want {
		t.Errorf("got %d samples, want %d", len(channels[0]), want)
	}
}

func TestTheTrainingFileHasEverybody(t *testing.T) {
	call, err := Open(record(t), "call")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := call.WriteTracks(&file, []string{"client", "agent", "supervisor"}); err != nil {
		t.Fatal(err)
	}
	for i, channel := range channelsOf(t, file.Bytes()) {
		for second, got := range tonesOf(channel) {
			if want := []string{"C", "A", "S"}[i]; got != want {
				t.Errorf("channel %d, second %d: got %q, want %q", i, second, got, want)
			}
		}
	}
	peaks, err := call.Peaks("supervisor")
	if err != nil || len(peaks) != 120 || peaks[10] < 100 {
		t.Errorf("got %d peaks %v, %v", len(peaks), peaks[:min(20, len(peaks))], err)
	}
}

func TestWhatAKilledProcessLeftIsHandedOver(t *testing.T) {
	dir := t.TempDir()
	o := Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done")}
	left := filepath.Join(o.Spool, "call")
	w, err := NewWriter(o)
	if err != nil {
		t.Fatal(err)
	}
	w.Planned(planOf(1, row(clientPort, agentPort), row(agentPort, clientPort)), 1)
	speak(w, 1, 100, newVoices())
	w.Ended("call")
	w.Close()
	// As it stands after kill -9: still in the spool, with a torn tail.
	if err := os.Rename(filepath.Join(o.Done, "call"), left); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"client" + trackSuffix, plansFile} {
		file, err := os.OpenFile(filepath.Join(left, name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(`{"frame": 77, "torn`); err != nil {
			t.Fatal(err)
		}
		_ = file.Close()
	}
	again, err := NewWriter(o)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	call, err := Open(o.Done, "call")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := call.WriteEar(&file, "client"); err != nil {
		t.Fatal(err)
	}
	if got := tonesOf(channelsOf(t, file.Bytes())[1]); len(got) != 2 || got[0] != "A" || got[1] != "A" {
		t.Errorf("got %q, want two seconds of the agent", got)
	}
}

func TestACallWithoutTracksLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	w, err := NewWriter(Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done")})
	if err != nil {
		t.Fatal(err)
	}
	w.Planned(mixer.Plan{Call: "../../etc", Epoch: 1}, 1)
	w.Ended("../../etc")
	w.Close()
	if _, err := Open(filepath.Join(dir, "done"), "../../etc"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no such recording", err)
	}
}

func TestAFullRingLosesFramesAndNeverWaits(t *testing.T) {
	var w Writer
	w.wake = make(chan struct{}, 1)
	for n := range uint64(ringSize + 10) {
		var samples [160]int16
		w.Capture("call", "client", mixer.PCMU, n, &samples)
	}
	if got := w.Lost(); got != 10 {
		t.Errorf("got %d lost, want 10", got)
	}
}

// A plan that ends a barge while the disk is behind: were it lost, the client's
// file would go on with the supervisor. W009
func TestAPlanWaitsForItsPlaceAndNoFrameGoesBeforeIt(t *testing.T) {
	dir := t.TempDir()
	o := Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done"), Log: slog.New(slog.DiscardHandler)}
	for _, d := range []string{o.Spool, o.Done} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// The writer's goroutine is not started: the test reads the ring when it wants.
	w := &Writer{options: o, wake: make(chan struct{}, 1), calls: make(map[mixer.CallID]*folder)}
	voices := newVoices()
	w.Planned(planOf(1, row(clientPort, agentPort, supervisorPort), row(agentPort, clientPort)), 1)
	speak(w, 1, 50, voices)
	for w.Lost() == 0 {
		w.Capture("call", "client", mixer.PCMU, 50, new([160]int16))
	}
	w.Planned(planOf(2, row(clientPort, agentPort), row(agentPort, clientPort)), 51)
	speak(w, 51, 50, voices)
	if got := w.Lost(); got != 1+3*50 {
		t.Errorf("got %d lost, want all frames while the plan waits", got)
	}
	w.drain()
	speak(w, 101, 150, voices)
	w.drain()
	call, err := Open(o.Spool, "call") // as a process that is killed now would leave it
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := call.WriteEar(&file, "client"); err != nil {
		t.Fatal(err)
	}
	heard := tonesOf(channelsOf(t, file.Bytes())[1])
	if want := []string{"AS", "", "A", "A", "A"}; !slices.Equal(heard, want) {
		t.Errorf("got %q, want %q", heard, want)
	}
	w.Ended("call")
	w.drain()
	if _, err := Open(o.Done, "call"); err != nil {
		t.Error(err)
	}
}

// A plan that the disk did not take must not leave the one before it in force:
// after a barge that would put the whisper into the client's file.
func TestFramesWhosePlanIsNotWrittenDownAreInNobodysFile(t *testing.T) {
	dir := t.TempDir()
	done := filepath.Join(dir, "done")
	w, err := NewWriter(Options{Spool: filepath.Join(dir, "spool"), Done: done})
	if err != nil {
		t.Fatal(err)
	}
	voices := newVoices()
	w.Planned(planOf(1, row(clientPort, agentPort, supervisorPort), row(agentPort, clientPort, supervisorPort)), 1)
	speak(w, 1, 100, voices)
	w.Planned(planOf(2, row(clientPort, agentPort), row(agentPort, clientPort, supervisorPort)), 101)
	speak(w, 101, 100, voices)
	w.Planned(planOf(3, row(clientPort, agentPort), row(agentPort, clientPort)), 201)
	speak(w, 201, 100, voices)
	w.Ended("call")
	w.Close()
	path := filepath.Join(done, "call", plansFile)
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(log, []byte("\n"))
	lines[1] = append(lines[1][:20:20], '\n') // torn
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	call, err := Open(done, "call")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := call.WriteEar(&file, "client"); err != nil {
		t.Fatal(err)
	}
	got := tonesOf(channelsOf(t, file.Bytes())[1])
	if want := []string{"AS", "AS", "", "", "A", "A"}; !slices.Equal(got, want) {
		t.Errorf("the client's file holds %q, want %q", got, want)
	}
}
