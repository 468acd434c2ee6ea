package settings

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"sufler/routing"
	"sufler/routing/hours"
)

// Hours is when something is open.
type Hours struct {
	ID       routing.HoursID     `json:"id" readOnly:"true"`
	Name     string              `json:"name"`
	Zone     string              `json:"zone" doc:"As Europe/Prague."`
	Week     map[string][]Window `json:"week" doc:"By day, mon to sun; a day that is missing is closed."`
	Holidays []Holiday           `json:"holidays"`
}

// Window is a time of the day, to the minute.
type Window struct {
	From string `json:"from" doc:"08:00"`
	To   string `json:"to" doc:"24:00 is the end of the day."`
}

// Holiday is a date with windows of its own; without any it is closed.
type Holiday struct {
	Date    string   `json:"date" doc:"2026-12-24"`
	Name    string   `json:"name"`
	Windows []Window `json:"windows"`
}

// Times are the hours as they are asked what the time makes of them.
func (h Hours) Times() (*hours.Hours, error) {
	raw, err := json.Marshal(struct {
		Zone     string              `json:"zone"`
		Week     map[string][]Window `json:"week"`
		Holidays []Holiday           `json:"holidays"`
	}{h.Zone, h.Week, h.Holidays})
	if err != nil {
		return nil, err
	}
	return hours.Parse(raw)
}

// Nobody needs more.
const (
	windowsMost  = 24
	holidaysMost = 500
)

// NewHours returns hours that are never open, where Sufler comes from.
func NewHours(id routing.HoursID) Hours {
	return Hours{ID: id, Name: string(id), Zone: "Europe/Prague", Week: map[string][]Window{}, Holidays: []Holiday{}}
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (h Hours) key() string { return string(h.ID) }

func (h Hours) place() (int, string) { return 0, h.Name }

func (h Hours) tidy() Hours {
	h.Name, h.Holidays = oneLine(h.Name), listed(h.Holidays)
	if h.Week == nil {
		h.Week = map[string][]Window{}
	}
	for i := range h.Holidays {
		h.Holidays[i].Windows = listed(h.Holidays[i].Windows)
	}
	return h
}

func (h Hours) check(_ *Directory, f *flaws) {
	f.word("id", string(h.ID))
	f.line("name", h.Name, true)
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "" || h.Zone == "Local" {
		f.Add("unknown", "zone", "value", h.Zone)
	}
	for name, windows := range h.Week {
		f.choice("week", name, weekdays...)
		checkWindows("week."+name, windows, f)
	}
	if len(h.Holidays) > holidaysMost {
		f.Add("too_many", "holidays", "most", strconv.Itoa(holidaysMost))
	}
	seen := map[string]bool{}
	for i, holiday := range h.Holidays {
		at := fmt.Sprintf("holidays[%d]", i)
		if _, err := time.Parse(time.DateOnly, holiday.Date); err != nil {
			f.Add("no_date", at+".date", "value", holiday.Date)
		} else if seen[holiday.Date] {
			f.Add("twice", at+".date", "value", holiday.Date)
		}
		seen[holiday.Date] = true
		f.line(at+".name", holiday.Name, false)
		checkWindows(at+".windows", holiday.Windows, f)
	}
}

func checkWindows(at string, windows []Window, f *flaws) {
	if len(windows) > windowsMost {
		f.Add("too_many", at, "most", strconv.Itoa(windowsMost))
	}
	end := -1
	for i, w := range windows {
		from, okFrom := minuteOf(w.From)
		to, okTo := minuteOf(w.To)
		switch {
		case !okFrom || !okTo:
			f.Add("no_time", numbered(at, i), "value", w.From+"-"+w.To)
		case from >= to || from < end:
			f.Add("overlap", numbered(at, i))
		default:
			end = to
		}
	}
}

// minuteOf reads a time of the day; 24:00 is its end.
func minuteOf(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil && len(text) == len("15:04")
}
