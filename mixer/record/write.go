package record

import (
	"fmt"
	"log/slog"
	"os"

	"sufler/mixer"
)

// Write writes calls whose sound is all there already, such as those of a demo's
// past, without a ring between: fill gives it to a recorder that has no haste.
func Write(o Options, fill func(mixer.Recorder)) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	for _, dir := range []string{o.Spool, o.Done} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("recording: %w", err)
		}
	}
	d := &direct{w: &Writer{options: o, calls: make(map[mixer.CallID]*folder)}}
	fill(d)
	for call, f := range d.w.calls {
		d.broken = d.broken || f.broken
		d.Ended(call)
	}
	if d.broken {
		return fmt.Errorf("recording: %s: not all of it could be written", o.Done)
	}
	return nil
}

// direct writes in the goroutine of whoever gives the sound.
type direct struct {
	w      *Writer
	broken bool
}

// Capture implements mixer.Recorder.
func (d *direct) Capture(call mixer.CallID, track string, c mixer.Codec, frame uint64, samples *[160]int16) {
	e := &entry{kind: captured, call: call, track: track, codec: c, frame: frame}
	lawOf(c).Encode(e.payload[:], samples[:])
	d.w.take(e)
}

// Planned implements mixer.Recorder.
func (d *direct) Planned(plan mixer.Plan, frame uint64) {
	d.w.take(&entry{kind: planned, call: plan.Call, frame: frame, plan: plan})
}

// Ended implements mixer.Recorder.
func (d *direct) Ended(call mixer.CallID) {
	if f := d.w.calls[call]; f != nil {
		d.w.take(&entry{kind: ended, call: call})
		d.broken = d.broken || f.broken
	}
}
