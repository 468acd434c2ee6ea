package record

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sufler/mixer"
)

func TestACallThatIsThereAlreadyIsWrittenWhole(t *testing.T) {
	const frames = 2 * ringSize // far more than a ring would take at once
	dir := t.TempDir()
	o := Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done")}
	err := Write(o, func(r mixer.Recorder) {
		r.Planned(planOf(1, row(clientPort, agentPort), row(agentPort, clientPort)), 0)
		speak(r, 0, frames, newVoices())
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(o.Done, "call")
	if err != nil {
		t.Fatal(err)
	}
	names := c.Tracks()
	slices.Sort(names)
	if c.Frames() != frames || !slices.Equal(names, []string{"agent", "client", "supervisor"}) {
		t.Errorf("got %d frames of %v, want %d", c.Frames(), names, frames)
	}
}

func TestACallThatCannotBeWrittenIsAnError(t *testing.T) {
	dir := t.TempDir()
	o := Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done")}
	err := Write(o, func(r mixer.Recorder) {
		if err := os.WriteFile(filepath.Join(o.Spool, "call"), nil, 0o600); err != nil { // where its folder should be
			t.Fatal(err)
		}
		r.Planned(planOf(1, row(clientPort, agentPort)), 0)
		r.Ended("call")
	})
	if err == nil {
		t.Error("got no error")
	}
}
