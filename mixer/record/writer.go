package record

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sufler/mixer"
	"sufler/mixer/codec"
)

const (
	plansFile   = "plans.jsonl"
	trackSuffix = ".track"
	// trackMagic begins every track, so that a file says what it is.
	trackMagic = "SUFLTRK1"
	// recordBytes is one frame in a track: frame number, epoch of the plan in force,
	// codec, payload. A torn tail is a shorter one and is ignored.
	recordBytes = 8 + 8 + 1 + frameBytes
	// flushEvery is how much sound a killed process loses at most.
	flushEvery = 250 * time.Millisecond
)

// Options are what a writer works with.
type Options struct {
	// Spool is where running calls are written, one folder each.
	Spool string
	// Done is where the folders of ended calls are moved.
	Done string
	// Ended is called when the files of a call are complete; may be nil.
	Ended func(mixer.CallID)
	Log   *slog.Logger
}

// Writer appends capture tracks. It implements mixer.Recorder.
type Writer struct {
	options Options
	ring    ring
	lost    atomic.Uint64
	wake    chan struct{}
	stop    chan struct{}
	once    sync.Once
	done    chan struct{}
	calls   map[mixer.CallID]*folder // the goroutine's

	// waiting are plans and endings that found the ring full. They belong to the
	// sound plane's thread. Until they are in, no frame is taken: a frame behind a
	// plan that is not in the log would be composed for the wrong ears.
	waiting []entry
}

// folder is the open files of one running call.
type folder struct {
	dir    string
	plans  *os.File
	epoch  uint64 // of the plan in force, written down or not
	tracks map[string]*trackFile
	broken bool // a write failed: told once, the call goes on
}

type trackFile struct {
	file *os.File
	w    *bufio.Writer
}

// NewWriter makes the folders, hands over what an ended process left behind in
// the spool, and starts the writer.
func NewWriter(o Options) (*Writer, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	for _, dir := range []string{o.Spool, o.Done} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("recording: %w", err)
		}
	}
	w := &Writer{
		options: o, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
		calls: make(map[mixer.CallID]*folder),
	}
	if err := w.sweep(); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

// sweep moves the calls of a process that was killed to the ended ones.
func (w *Writer) sweep() error {
	left, err := os.ReadDir(w.options.Spool)
	if err != nil {
		return fmt.Errorf("recording: %w", err)
	}
	for _, d := range left {
		if d.IsDir() {
			if err := os.Rename(filepath.Join(w.options.Spool, d.Name()), filepath.Join(w.options.Done, d.Name())); err != nil {
				return fmt.Errorf("recording: %w", err)
			}
		}
	}
	return nil
}

// Capture implements mixer.Recorder: it leaves the frame in the ring, or counts
// it as lost when the disk is too far behind.
func (w *Writer) Capture(call mixer.CallID, track string, c mixer.Codec, frame uint64, samples *[160]int16) {
	if !w.leaveWaiting() {
		w.lost.Add(1)
		return
	}
	e := w.ring.claim()
	if e == nil {
		w.lost.Add(1)
		return
	}
	e.kind, e.call, e.track, e.codec, e.frame = captured, call, track, c, frame
	lawOf(c).Encode(e.payload[:], samples[:])
	w.ring.publish()
	w.signal()
}

// Planned implements mixer.Recorder.
func (w *Writer) Planned(plan mixer.Plan, frame uint64) {
	w.leave(entry{kind: planned, call: plan.Call, frame: frame, plan: plan})
}

// Ended implements mixer.Recorder.
func (w *Writer) Ended(call mixer.CallID) {
	w.leave(entry{kind: ended, call: call})
}

func (w *Writer) leave(what entry) {
	w.waiting = append(w.waiting, what)
	w.leaveWaiting()
}

// leaveWaiting moves what waits into the ring and reports whether all of it is in.
func (w *Writer) leaveWaiting() bool {
	for i, what := range w.waiting {
		e := w.ring.claim()
		if e == nil {
			w.waiting = w.waiting[i:]
			return false
		}
		*e = what
		w.ring.publish()
		w.signal()
	}
	w.waiting = nil
	return true
}

// Lost is how many frames found no room. Plans and endings wait for theirs.
func (w *Writer) Lost() uint64 { return w.lost.Load() }

func (w *Writer) signal() {
	if len(w.wake) > 0 {
		return
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func lawOf(c mixer.Codec) *codec.Law {
	if c == mixer.PCMA {
		return codec.ALaw
	}
	return codec.MuLaw
}

// run writes what has gathered in a quarter of a second at once, and sleeps
// while nobody speaks.
func (w *Writer) run() {
	defer close(w.done)
	timer := time.NewTimer(flushEvery)
	defer timer.Stop()
	for {
		select {
		case <-w.wake:
		case <-w.stop:
			w.drain()
			for !w.leaveWaiting() { // the sound plane is closed: its end of the ring is ours
				w.drain()
			}
			w.drain()
			w.closeAll()
			return
		}
		timer.Reset(flushEvery)
		select {
		case <-timer.C:
		case <-w.stop:
		}
		w.drain()
	}
}

func (w *Writer) drain() {
	w.ring.read(w.take)
	for call, f := range w.calls {
		for _, t := range f.tracks {
			w.check(call, f, t.w.Flush())
		}
	}
}

func (w *Writer) take(e *entry) {
	switch e.kind {
	case captured:
		w.frame(e)
	case planned:
		w.plan(e)
	case ended:
		w.end(e.call)
	}
}

func (w *Writer) folder(call mixer.CallID) *folder {
	f := w.calls[call]
	if f == nil {
		f = &folder{dir: filepath.Join(w.options.Spool, fileName(string(call))), tracks: make(map[string]*trackFile)}
		w.calls[call] = f
	}
	return f
}

// fileName keeps a name inside its folder whatever it holds.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == 0 || r == '.' {
			return '_'
		}
		return r
	}, s)
}

// plan appends one line to the log of plans. Calls of which nothing is tracked
// leave no folder. A plan that could not be written leaves its frames without one,
// and what no plan lets anybody hear is silence in every file.
func (w *Writer) plan(e *entry) {
	if w.calls[e.call] == nil && len(e.plan.Tracks) == 0 {
		return
	}
	f := w.folder(e.call)
	f.epoch = e.plan.Epoch
	if f.plans == nil {
		if err := os.MkdirAll(f.dir, 0o700); err != nil {
			w.check(e.call, f, err)
			return
		}
		var err error
		if f.plans, err = os.OpenFile(filepath.Join(f.dir, plansFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			w.check(e.call, f, err)
			return
		}
	}
	line, err := json.Marshal(lineOf(e.plan, e.frame))
	if err == nil {
		_, err = f.plans.Write(append(line, '\n'))
	}
	w.check(e.call, f, err)
}

func (w *Writer) frame(e *entry) {
	f := w.folder(e.call)
	t := f.tracks[e.track]
	if t == nil {
		file, err := os.OpenFile(filepath.Join(f.dir, fileName(e.track)+trackSuffix), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			w.check(e.call, f, err)
			return
		}
		t = &trackFile{file: file, w: bufio.NewWriterSize(file, 32<<10)}
		f.tracks[e.track] = t
		_, err = t.w.WriteString(trackMagic)
		w.check(e.call, f, err)
	}
	var record [recordBytes]byte
	binary.LittleEndian.PutUint64(record[:], e.frame)
	binary.LittleEndian.PutUint64(record[8:], f.epoch)
	record[16] = byte(e.codec)
	copy(record[17:], e.payload[:])
	_, err := t.w.Write(record[:])
	w.check(e.call, f, err)
}

// check tells the first trouble with a call's files; the call itself goes on.
func (w *Writer) check(call mixer.CallID, f *folder, err error) {
	if err == nil || f.broken {
		return
	}
	f.broken = true
	w.options.Log.Error("a call's recording has a gap", slog.String("call", string(call)), slog.Any("err", err))
}

func (w *Writer) end(call mixer.CallID) {
	f := w.calls[call]
	if f == nil {
		return
	}
	delete(w.calls, call)
	if err := f.close(); err != nil {
		w.check(call, f, err)
	}
	if err := os.Rename(f.dir, filepath.Join(w.options.Done, filepath.Base(f.dir))); err != nil {
		w.check(call, f, err)
		return
	}
	if w.options.Ended != nil {
		w.options.Ended(call)
	}
}

func (f *folder) close() error {
	var errs []error
	for _, t := range f.tracks {
		errs = append(errs, t.w.Flush(), t.file.Sync(), t.file.Close())
	}
	if f.plans != nil {
		errs = append(errs, f.plans.Sync(), f.plans.Close())
	}
	return errors.Join(errs...)
}

func (w *Writer) closeAll() {
	for call := range w.calls {
		w.end(call)
	}
}

// Close writes what has been left so far and ends. The sound plane must be
// closed before it.
func (w *Writer) Close() {
	w.once.Do(func() { close(w.stop) })
	<-w.done
}
