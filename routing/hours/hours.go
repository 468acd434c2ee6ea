// Package hours is when a queue is open: windows of each day of the week, holidays
// with their own, in one time zone.
//
// It is told the time and keeps nothing. It knows no queue and no widget.
package hours

import (
	"slices"
	"time"
)

// Hours are one queue's hours, in the shape in which they are kept and sent. They
// come from Parse, or are tried by Validate before they are used.
type Hours struct {
	Zone     string    `json:"zone" doc:"As the IANA database names it."`
	Week     Week      `json:"week"`
	Holidays []Holiday `json:"holidays"`

	place *time.Location // of Zone, once Validate has found it
}

// Week has the windows of each day; a day without any is closed.
type Week struct {
	Mon []Window `json:"mon"`
	Tue []Window `json:"tue"`
	Wed []Window `json:"wed"`
	Thu []Window `json:"thu"`
	Fri []Window `json:"fri"`
	Sat []Window `json:"sat"`
	Sun []Window `json:"sun"`
}

// Of returns the windows of a day.
func (w Week) Of(day time.Weekday) []Window {
	return [...][]Window{time.Sunday: w.Sun, w.Mon, w.Tue, w.Wed, w.Thu, w.Fri, w.Sat}[day]
}

// Window is a time of one day, as the clock on the wall there shows it. It does not
// go past midnight: a night is a window until 24:00 and one from 00:00 on the next
// day, which together are one time of being open.
type Window struct {
	From Minute `json:"from"`
	To   Minute `json:"to"`
}

// Holiday is a date on which its own windows hold instead of those of the week.
type Holiday struct {
	Date    string   `json:"date" doc:"YYYY-MM-DD"`
	Name    string   `json:"name"`
	Windows []Window `json:"windows" doc:"None: closed all day."`
}

// Open reports whether it is open at a moment.
func (h *Hours) Open(now time.Time) bool {
	now = now.In(h.location())
	minute := Minute(now.Hour()*60 + now.Minute())
	return slices.ContainsFunc(h.of(now), func(w Window) bool { return w.From <= minute && minute < w.To })
}

// Next returns when it opens next or, if it is open, when it closes; false when it
// stays as it is for ever.
func (h *Hours) Next(now time.Time) (time.Time, bool) {
	open := h.Open(now)
	for day := noon(now.In(h.location())); !day.After(h.horizon(now)); day = day.AddDate(0, 0, 1) {
		moments := h.moments(day)
		slices.SortFunc(moments, time.Time.Compare)
		for _, at := range moments {
			if at.After(now) && h.Open(at) != open {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// of returns the windows of the day of a moment, which is in the zone.
func (h *Hours) of(now time.Time) []Window {
	date := now.Format(time.DateOnly)
	if i := slices.IndexFunc(h.Holidays, func(d Holiday) bool { return d.Date == date }); i >= 0 {
		return h.Holidays[i].Windows
	}
	return h.Week.Of(now.Weekday())
}

// horizon is after a whole week without a holiday: what has not changed until then
// does not.
func (h *Hours) horizon(now time.Time) time.Time {
	last := now
	for _, d := range h.Holidays {
		if date, err := time.ParseInLocation(time.DateOnly, d.Date, h.location()); err == nil && date.After(last) {
			last = date
		}
	}
	return last.AddDate(0, 0, 9)
}

// moments are when something can change on a day: at the windows' ends, at
// midnight, and where the clock is put forward or back.
func (h *Hours) moments(day time.Time) []time.Time {
	ends := []Minute{0}
	for _, w := range h.of(day) {
		ends = append(ends, w.From, w.To)
	}
	var moments []time.Time
	for _, offset := range offsets(day) {
		for _, end := range ends {
			onTheWall := time.Date(day.Year(), day.Month(), day.Day(), 0, int(end), 0, 0, time.UTC)
			moments = append(moments, onTheWall.Add(-offset).In(day.Location()))
		}
	}
	if _, change := day.Add(-12 * time.Hour).ZoneBounds(); !change.IsZero() && change.Before(day.Add(13*time.Hour)) {
		moments = append(moments, change)
	}
	return moments
}

// offsets are how far the zone is from UTC on a day: twice the same, or two when the
// clock is put forward or back.
func offsets(noon time.Time) [2]time.Duration {
	_, before := noon.Add(-13 * time.Hour).Zone()
	_, after := noon.Add(13 * time.Hour).Zone()
	return [2]time.Duration{time.Duration(before) * time.Second, time.Duration(after) * time.Second}
}

// noon is the middle of a day: no clock is changed then.
func noon(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
}

func (h *Hours) location() *time.Location {
	if h.place == nil {
		return time.UTC
	}
	return h.place
}
