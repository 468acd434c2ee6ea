package hours

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // machines without zones run the tests, too

	"sufler/routing"
)

// office is open on workdays with a break at noon, on Friday in one piece; it has a
// short and a free day at Christmas.
const office = `{"zone":"Europe/Prague","week":{
	"mon":[{"from":"08:00","to":"12:00"},{"from":"13:00","to":"17:30"}],
	"tue":[{"from":"13:00","to":"17:30"},{"from":"08:00","to":"12:00"}],
	"wed":[{"from":"08:00","to":"12:00"},{"from":"12:00","to":"17:30"}],
	"thu":[],"fri":[{"from":"08:00","to":"17:30"}],"sat":[],"sun":[]},
	"holidays":[{"date":"2026-12-24","name":"Christmas Eve","windows":[{"from":"09:00","to":"11:00"}]},
		{"date":"2026-12-25","name":"Christmas","windows":[]}]}`

func parse(t *testing.T, text string) *Hours {
	t.Helper()
	h, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// everyDay is open in the same windows on every day.
func everyDay(t *testing.T, zone, windows string) *Hours {
	t.Helper()
	var days []string
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		days = append(days, `"`+day+`":`+windows)
	}
	return parse(t, `{"zone":"`+zone+`","week":{`+strings.Join(days, ",")+`},"holidays":[]}`)
}

func at(t *testing.T, h *Hours, text string) time.Time {
	t.Helper()
	if moment, err := time.Parse(time.RFC3339, text); err == nil {
		return moment
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, h.location())
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestItIsOpenInItsWindowsAndTellsWhenThatChanges(t *testing.T) {
	h := parse(t, office)
	for _, c := range []struct {
		now  string
		open bool
		next string
	}{
		{"2026-11-23 07:59:59", false, "2026-11-23 08:00:00"}, // a Monday
		{"2026-11-23 08:00:00", true, "2026-11-23 12:00:00"},
		{"2026-11-23 11:59:59", true, "2026-11-23 12:00:00"},
		{"2026-11-23 12:00:00", false, "2026-11-23 13:00:00"},
		{"2026-11-23 17:30:00", false, "2026-11-24 08:00:00"},
		{"2026-11-24 12:30:00", false, "2026-11-24 13:00:00"}, // whatever order the windows have
		{"2026-11-25 11:00:00", true, "2026-11-25 17:30:00"},  // one window after the other is one
		{"2026-11-26 09:00:00", false, "2026-11-27 08:00:00"},
		{"2026-11-27 18:00:00", false, "2026-11-30 08:00:00"}, // over the weekend
		{"2026-12-24 08:30:00", false, "2026-12-24 09:00:00"}, // a holiday with hours of its own
		{"2026-12-24 10:00:00", true, "2026-12-24 11:00:00"},
		{"2026-12-24 11:00:00", false, "2026-12-28 08:00:00"}, // Friday is free
		{"2026-12-25 10:00:00", false, "2026-12-28 08:00:00"},
		{"2026-11-23T07:00:00Z", true, "2026-11-23 12:00:00"}, // wherever the one lives who asks
	} {
		now := at(t, h, c.now)
		if got := h.Open(now); got != c.open {
			t.Errorf("%s: got open %v", c.now, got)
		}
		if got, ok := h.Next(now); !ok || !got.Equal(at(t, h, c.next)) {
			t.Errorf("%s: got a change at %s, %v, want %s", c.now, got, ok, c.next)
		}
	}
}

// On the days on which the clock is put forward and back, the wall's clock counts.
func TestTheClocksAreChangedAndTheWallCounts(t *testing.T) {
	morning := everyDay(t, "Europe/Prague", `[{"from":"02:30","to":"04:00"}]`)
	shop := everyDay(t, "Europe/Prague", `[{"from":"08:00","to":"17:00"}]`)
	halfHour := everyDay(t, "Australia/Lord_Howe", `[{"from":"01:45","to":"06:00"}]`)
	for name, c := range map[string]struct {
		h    *Hours
		now  string
		open bool
		next string
	}{
		"forward, before the gap":           {morning, "2026-03-29T00:59:59Z", false, "2026-03-29T01:00:00Z"}, // 01:59:59, then it is 03:00
		"forward, after the gap":            {morning, "2026-03-29T01:00:00Z", true, "2026-03-29T02:00:00Z"},
		"back, the first 02:30":             {morning, "2026-10-25T00:29:00Z", false, "2026-10-25T00:30:00Z"},
		"back, open until it is 02:00":      {morning, "2026-10-25T00:30:00Z", true, "2026-10-25T01:00:00Z"},
		"back, 02:00 again":                 {morning, "2026-10-25T01:00:00Z", false, "2026-10-25T01:30:00Z"},
		"back, the second 02:30":            {morning, "2026-10-25T01:30:00Z", true, "2026-10-25T03:00:00Z"},
		"the evening before summer":         {shop, "2026-03-28T17:00:00Z", false, "2026-03-29T06:00:00Z"},
		"the evening before winter":         {shop, "2026-10-24T17:00:00Z", false, "2026-10-25T07:00:00Z"},
		"half an hour forward (Lord Howe)":  {halfHour, "2026-10-03T15:14:00Z", false, "2026-10-03T15:15:00Z"},
		"half an hour back, open all along": {halfHour, "2026-04-04T14:45:00Z", true, "2026-04-04T15:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			now := at(t, c.h, c.now)
			if got := c.h.Open(now); got != c.open {
				t.Errorf("got open %v at %s", got, now.In(c.h.location()))
			}
			if got, ok := c.h.Next(now); !ok || !got.Equal(at(t, c.h, c.next)) {
				t.Errorf("got a change at %s, %v, want %s", got.UTC(), ok, c.next)
			}
		})
	}
}

func TestANightIsTwoWindowsAndOneTimeOfBeingOpen(t *testing.T) {
	h := parse(t, `{"zone":"Europe/Prague","week":{"mon":[{"from":"22:00","to":"24:00"}],"tue":[{"from":"00:00","to":"06:00"}]},"holidays":null}`)
	now := at(t, h, "2026-11-23 23:00:00")
	if next, ok := h.Next(now); !h.Open(now) || !ok || !next.Equal(at(t, h, "2026-11-24 06:00:00")) {
		t.Errorf("got a change at %s, %v", next, ok)
	}
}

func TestWhatNeverChangesSaysSo(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	always := everyDay(t, "UTC", `[{"from":"00:00","to":"24:00"}]`)
	if _, changes := always.Next(now); changes || !always.Open(now) {
		t.Error("what is always open closes")
	}
	never := everyDay(t, "UTC", `[]`)
	if _, changes := never.Next(now); changes || never.Open(now) {
		t.Error("what is never open opens")
	}
	once := parse(t, `{"zone":"UTC","week":{},"holidays":[{"date":"2028-02-29","name":"","windows":[{"from":"10:00","to":"11:00"}]}]}`)
	if next, _ := once.Next(now); !next.Equal(time.Date(2028, 2, 29, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("got %s for the one day in years", next)
	}
	free := everyDay(t, "UTC", `[{"from":"00:00","to":"24:00"}]`)
	free.Holidays = []Holiday{{Date: "2027-05-08"}}
	if next, _ := free.Next(now); !next.Equal(time.Date(2027, 5, 8, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("got %s for the one free day", next)
	}
}

func TestHoursAreKeptInTheShapeInWhichTheyCame(t *testing.T) {
	h := parse(t, office)
	raw, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if again := parse(t, string(raw)); !reflect.DeepEqual(h, again) {
		t.Errorf("got %+v, want %+v", again, h)
	}
	if !strings.Contains(string(raw), `"tue":[{"from":"13:00","to":"17:30"},{"from":"08:00","to":"12:00"}]`) {
		t.Errorf("got %s", raw)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	mon := func(windows string) string {
		return `{"zone":"Europe/Prague","week":{"mon":[` + windows + `]},"holidays":[]}`
	}
	holidays := func(list string) string {
		return `{"zone":"Europe/Prague","week":{},"holidays":[` + list + `]}`
	}
	many := strings.Repeat(`{"date":"2026-01-01","name":"","windows":[]},`, mostHolidays)
	for name, c := range map[string]struct{ text, code, param string }{
		"no JSON":               {`{"zone"`, "request_invalid", "hours"},
		"two objects":           {mon("") + mon(""), "request_invalid", "hours"},
		"an unknown field":      {`{"zone":"UTC","week":{},"holidays":[],"open":true}`, "request_invalid", "hours"},
		"an unknown day":        {`{"zone":"UTC","week":{"xxx":[]},"holidays":[]}`, "request_invalid", "hours"},
		"a list for a day":      {`{"zone":"UTC","week":[],"holidays":[]}`, "request_invalid", "hours"},
		"no zone":               {`{"week":{},"holidays":[]}`, "hours_zone_unknown", ""},
		"the machine's zone":    {`{"zone":"Local","week":{},"holidays":[]}`, "hours_zone_unknown", "Local"},
		"an unknown zone":       {`{"zone":"Europe/Praha","week":{},"holidays":[]}`, "hours_zone_unknown", "Europe/Praha"},
		"a path for a zone":     {`{"zone":"../../etc/passwd","week":{},"holidays":[]}`, "hours_zone_unknown", "../../etc/passwd"},
		"a time without zero":   {mon(`{"from":"8:00","to":"12:00"}`), "request_invalid", "hours"},
		"a time past the day":   {mon(`{"from":"08:00","to":"24:01"}`), "request_invalid", "hours"},
		"a time with seconds":   {mon(`{"from":"08:00:00","to":"12:00"}`), "request_invalid", "hours"},
		"a number for a time":   {mon(`{"from":480,"to":"12:00"}`), "request_invalid", "hours"},
		"past midnight":         {mon(`{"from":"22:00","to":"06:00"}`), "hours_window_invalid", "mon 22:00-06:00"},
		"an empty window":       {mon(`{"from":"08:00","to":"08:00"}`), "hours_window_invalid", "mon 08:00-08:00"},
		"from the day's end":    {mon(`{"from":"24:00","to":"24:00"}`), "hours_window_invalid", "mon 24:00-24:00"},
		"two that overlap":      {mon(`{"from":"11:00","to":"13:00"},{"from":"08:00","to":"12:00"}`), "hours_overlap", "mon 11:00-13:00"},
		"too many windows":      {mon(strings.Repeat(`{"from":"08:00","to":"12:00"},`, mostWindows) + `{"from":"08:00","to":"12:00"}`), "request_invalid", "mon"},
		"a date that is none":   {holidays(`{"date":"2026-02-30","name":"","windows":[]}`), "request_invalid", "holidays[0].date"},
		"a date twice":          {holidays(`{"date":"2026-01-01","name":"","windows":[]},{"date":"2026-01-01","name":"","windows":[]}`), "hours_date_twice", "2026-01-01"},
		"a holiday at night":    {holidays(`{"date":"2026-01-01","name":"","windows":[{"from":"22:00","to":"02:00"}]}`), "hours_window_invalid", "2026-01-01 22:00-02:00"},
		"a name like a novel":   {holidays(`{"date":"2026-01-01","name":"` + strings.Repeat("x", longestName+1) + `","windows":[]}`), "request_invalid", "holidays[0].name"},
		"holidays all the time": {holidays(many + `{"date":"2026-01-01","name":"","windows":[]}`), "request_invalid", "holidays"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			refusal, ok := errors.AsType[*routing.Error](err)
			if !ok || refusal.Kind != routing.Invalid || refusal.Code != c.code {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			for _, param := range refusal.Params {
				if param != c.param {
					t.Errorf("got %q, want %q", param, c.param)
				}
			}
		})
	}
}

// Between now and the next change nothing changes, and there it does: compared,
// minute by minute, with a clock that walks.
func TestTheNextChangeIsTheFirstOne(t *testing.T) {
	zones := []string{"Europe/Prague", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "UTC"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		h := &Hours{Zone: zones[r.IntN(len(zones))], Week: Week{Mon: someWindows(r), Tue: someWindows(r), Sat: someWindows(r), Sun: someWindows(r)}}
		if err := h.Validate(); err != nil {
			t.Fatal(err)
		}
		changes := [...][2]int{{3, 28}, {10, 24}, {4, 4}, {10, 3}, {9, 5}} // the clocks of these zones change in the night that follows
		day := changes[r.IntN(len(changes))]
		now := time.Date(2026, time.Month(day[0]), day[1], r.IntN(36), r.IntN(60), 0, 0, time.UTC)
		next, ok := h.Next(now)
		open, walked := h.Open(now), now
		for h.Open(walked) == open && walked.Before(now.AddDate(0, 0, 8)) {
			walked = walked.Add(time.Minute)
		}
		if changed := h.Open(walked) != open; changed != ok || ok && !walked.Equal(next) {
			t.Errorf("seed %d: in %s at %s got %s, %v, walking finds %s", seed, h.Zone, now, next, ok, walked)
		}
	}
}

func someWindows(r *rand.Rand) []Window {
	var windows []Window
	for from := Minute(r.IntN(300)); from < lastMinute; {
		to := min(from+1+Minute(r.IntN(400)), lastMinute)
		windows = append(windows, Window{From: from, To: to})
		from = to + Minute(r.IntN(200))
	}
	return windows
}
