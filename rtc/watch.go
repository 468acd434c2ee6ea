package rtc

import (
	"sync"
	"time"

	"sufler/internal/clock"
)

const (
	// lookEvery is how often the counters of all pages are looked at.
	lookEvery = 250 * time.Millisecond
	// silentAfter is how long a page that has sent before may send nothing. A muted
	// one sends packets of silence.
	silentAfter = time.Second
)

// watcher tells when pages stop sending and when they begin again. One timer
// looks at all of them; it runs only while there is any.
type watcher struct {
	clock clock.Clock

	mu    sync.Mutex
	pages map[*wire]*page
	timer clock.Timer
}

// page is what is known of one page's packets.
type page struct {
	count  uint64
	since  time.Time // when count was seen to change
	silent bool
	told   func(silent bool) // must not block
}

func newWatcher(c clock.Clock) *watcher {
	return &watcher{clock: c, pages: make(map[*wire]*page)}
}

// add begins to watch a page. One that never sends is never silent.
func (w *watcher) add(line *wire, told func(silent bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[line] = &page{count: line.received.Load(), since: w.clock.Now(), told: told}
	if w.timer == nil {
		w.timer = w.clock.AfterFunc(lookEvery, w.look)
	}
}

func (w *watcher) remove(line *wire) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.pages, line)
	if len(w.pages) == 0 && w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

func (w *watcher) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer == nil {
		return
	}
	now := w.clock.Now()
	for line, p := range w.pages {
		if silent := p.look(line.received.Load(), now); silent != p.silent {
			p.silent = silent
			p.told(silent)
		}
	}
	w.timer = w.clock.AfterFunc(lookEvery, w.look)
}

// look says whether the page is silent, from its count of packets now.
func (p *page) look(count uint64, now time.Time) bool {
	if count != p.count {
		p.count, p.since = count, now
	}
	return count > 0 && now.Sub(p.since) >= silentAfter
}
