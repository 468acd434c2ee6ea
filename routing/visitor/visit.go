package visitor

import (
	"cmp"
	"slices"
	"time"
	"unique"

	"sufler/internal/clock"
	"sufler/routing"
)

const (
	historyMost  = 50      // pages of a visit that are remembered
	historyBytes = 8 << 10 // and what they may take
	pagesMost    = 50      // pages that are open at once
)

// visit is one visitor from their first page until they have left. Texts that many
// visitors share (pages, browsers) are kept once.
type visit struct {
	visitor routing.Visitor
	widget  routing.WidgetID
	listed  bool
	since   time.Time

	entry           Page
	referrer        string
	browser, system string
	history         []Page
	parameters      map[string]string

	pages   []open
	page    Page      // the one looked at last
	away    time.Time // the last page is gone
	leaving clock.Timer
	asked   time.Time // when a page that only asks now and then did so last
	polling clock.Timer
}

// open is a page that is open now.
type open struct {
	id   PageID
	page Page
}

// shared keeps a text once, however many have it.
func shared(text string) string { return unique.Make(text).Value() }

func newPage(url, title string, at time.Time) Page {
	return Page{URL: shared(TidyURL(url)), Title: shared(TidyTitle(title)), At: at}
}

// sees notes that a page is looked at; news tells whether it is another one than
// before, and not the same one loaded again.
func (v *visit) sees(id PageID, p Page) (news bool) {
	i := slices.IndexFunc(v.pages, func(o open) bool { return o.id == id })
	if i < 0 || p.URL == "" { // of a page that cannot be named nothing is known
		return false
	}
	before := v.pages[i].page
	if before.URL == "" {
		before = v.page // it may be the one that was just left
	}
	v.pages[i].page, v.page = p, p
	if before.URL == p.URL {
		if n := len(v.history); n > 0 && v.history[n-1].URL == p.URL {
			v.history[n-1].Title = p.Title
		}
		return false
	}
	if v.listed {
		v.history = append(v.history, p)
		v.forgetOld()
	}
	return true
}

// forgetOld keeps the history small: the oldest pages go.
func (v *visit) forgetOld() {
	bytes := 0
	for i, p := range slices.Backward(v.history) {
		bytes += len(p.URL) + len(p.Title)
		if bytes > historyBytes || len(v.history)-i > historyMost {
			v.history = slices.Delete(v.history, 0, i+1)
			return
		}
	}
}

// shuts forgets a page; left tells whether it was the last one.
func (v *visit) shuts(id PageID) (left bool) {
	before := len(v.pages)
	v.pages = slices.DeleteFunc(v.pages, func(o open) bool { return o.id == id })
	if len(v.pages) == 0 {
		return before > 0
	}
	newest := slices.MaxFunc(v.pages, func(a, b open) int { return cmp.Or(a.page.At.Compare(b.page.At), cmp.Compare(a.id, b.id)) })
	v.page = newest.page
	return false
}

func (s *Service) infoLocked(v *visit) Info {
	session := s.sessions[v.visitor.ID]
	return Info{
		Visitor: v.visitor, Widget: v.widget, Session: session, Banned: s.bannedLocked(v.visitor.ID), Listed: session != "" || v.listed && s.opt.Listed(v.widget),
		Here: len(v.pages) > 0, Since: v.since, AwaySince: v.away, Page: v.page,
		Entry: v.entry, Referrer: v.referrer, Browser: v.browser, System: v.system, Parameters: s.valuesOf(v.parameters),
	}
}

// stopped ends a timer that may not have been started.
func stopped(t clock.Timer) {
	if t != nil {
		t.Stop()
	}
}
