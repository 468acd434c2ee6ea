package hours

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sufler/routing"
)

// What nobody needs more of.
const (
	mostWindows  = 24
	mostHolidays = 500
	longestName  = 100
)

// Minute is a minute of a day, "08:30" as text; "24:00" is its end.
type Minute int

const lastMinute Minute = 24 * 60

func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// MarshalText writes it as a clock does.
func (m Minute) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText takes exactly two digits, a colon and two digits.
func (m *Minute) UnmarshalText(text []byte) error {
	if string(text) == lastMinute.String() {
		*m = lastMinute
		return nil
	}
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("15:04") {
		return fmt.Errorf("%q is no time of a day", text)
	}
	*m = Minute(t.Hour()*60 + t.Minute())
	return nil
}

// Parse reads hours from JSON and tries them. It refuses unknown fields and what is
// no time with "request_invalid" (at), and as Validate does.
func Parse(raw []byte) (*Hours, error) {
	h := &Hours{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(h)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more than one object")
		}
	}
	if err != nil {
		return nil, &routing.Error{Kind: routing.Invalid, Code: "request_invalid", Params: map[string]string{"at": "hours"}, Err: err}
	}
	return h, h.Validate()
}

// Validate finds the zone and refuses what makes no sense, with "hours_zone_unknown"
// (zone), "hours_window_invalid" (at), "hours_overlap" (at), "hours_date_twice"
// (date) or "request_invalid" (at).
func (h *Hours) Validate() error {
	place, err := time.LoadLocation(h.Zone)
	if err != nil || h.Zone == "" || h.Zone == "Local" {
		return routing.Refuse(routing.Invalid, "hours_zone_unknown", "zone", h.Zone)
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if err := validate(strings.ToLower(day.String()[:3]), h.Week.Of(day)); err != nil {
			return err
		}
	}
	if err := h.validateHolidays(); err != nil {
		return err
	}
	h.place = place
	return nil
}

func (h *Hours) validateHolidays() error {
	if len(h.Holidays) > mostHolidays {
		return invalid("holidays")
	}
	seen := make(map[string]bool, len(h.Holidays))
	for i, d := range h.Holidays {
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
			return invalid(fmt.Sprintf("holidays[%d].date", i))
		}
		if !utf8.ValidString(d.Name) || utf8.RuneCountInString(d.Name) > longestName {
			return invalid(fmt.Sprintf("holidays[%d].name", i))
		}
		if seen[d.Date] {
			return routing.Refuse(routing.Invalid, "hours_date_twice", "date", d.Date)
		}
		seen[d.Date] = true
		if err := validate(d.Date, d.Windows); err != nil {
			return err
		}
	}
	return nil
}

// validate tries the windows of one day, in whatever order they are.
func validate(day string, windows []Window) error {
	if len(windows) > mostWindows {
		return invalid(day)
	}
	for _, w := range windows {
		if w.From < 0 || w.To > lastMinute || w.From >= w.To {
			return routing.Refuse(routing.Invalid, "hours_window_invalid", "at", fmt.Sprintf("%s %s-%s", day, w.From, w.To))
		}
	}
	sorted := slices.SortedFunc(slices.Values(windows), func(a, b Window) int { return int(a.From - b.From) })
	for i := range sorted[:max(0, len(sorted)-1)] {
		if next := sorted[i+1]; next.From < sorted[i].To {
			return routing.Refuse(routing.Invalid, "hours_overlap", "at", fmt.Sprintf("%s %s-%s", day, next.From, next.To))
		}
	}
	return nil
}

func invalid(at string) error {
	return routing.Refuse(routing.Invalid, "request_invalid", "at", at)
}
