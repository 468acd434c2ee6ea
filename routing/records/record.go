// Package records reads what is left of a call: its row and its entries become
// the record that people look at. Its functions are pure: the same entries give
// the same record, whenever and wherever they are read.
package records

import (
	"encoding/json"
	"slices"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
)

// Record is a call as one reader may see it.
type Record struct {
	Row routing.CallRow
	// Waited is the time from the request, or else from the first leg, until both
	// talked, or until the end when nobody did.
	Waited time.Duration
	// Talked is how long both talked; 0: nobody did.
	Talked    time.Duration
	Intervals []Interval
	Guard     mixer.GuardCount
	// Guarded says that Guard was counted and that the reader may see it.
	Guarded  bool
	Tracks   []Track
	Comments []routing.Comment
	Facts    []Fact
}

// Track is how loud one party was.
type Track struct {
	Party Party
	Peaks []uint8 // the highest sample of each 100 ms from the first recorded frame on, 255 is full scale
}

// Fact is one thing that happened.
type Fact struct {
	At   time.Time
	Kind string
	By   string
	Data json.RawMessage
}

// RecordOf reads a call. entries are those of the call, or those of its whole
// session, in order: what belongs to other calls is left out. reader is the
// innermost audience that the reader belongs to, StaffOnly or SupervisorsOnly: to
// anybody outside SupervisorsOnly, supervision has not happened, so the
// intervals, tracks and comments show nothing of it.
func RecordOf(row routing.CallRow, entries []routing.Entry, comments []routing.Comment, tracks []Track, reader routing.Audience) Record {
	entries = readable(row.ID, entries, reader)
	r := Record{Row: row, Waited: waited(row, entries), Talked: talked(row, entries), Intervals: intervals(row, entries)}
	r.Guard, r.Guarded = guard(entries)
	for _, t := range tracks {
		if mayHave(t.Party.Role, reader) {
			r.Tracks = append(r.Tracks, t)
		}
	}
	if reader == routing.SupervisorsOnly {
		r.Comments = slices.Clone(comments)
	}
	for _, e := range entries {
		r.Facts = append(r.Facts, Fact{At: e.At, Kind: e.Kind, By: e.By, Data: e.Data})
	}
	return r
}

// mayHave fails closed: a role that is not known is heard by nobody.
func mayHave(role routing.Role, reader routing.Audience) bool {
	switch role {
	case routing.Client, routing.Agent, routing.Consulted:
		return reader >= routing.Everybody && reader <= routing.SupervisorsOnly
	case routing.Supervisor:
		return reader == routing.SupervisorsOnly
	}
	return false
}

// readable fails closed: an audience that is not known is read by nobody.
func readable(id routing.CallID, entries []routing.Entry, reader routing.Audience) []routing.Entry {
	var may []routing.Entry
	for _, e := range entries {
		known := e.Audience >= routing.Everybody && e.Audience <= routing.SupervisorsOnly && reader <= routing.SupervisorsOnly
		if known && e.Audience <= reader && (e.Call == id || e.Call == "") {
			may = append(may, e)
		}
	}
	return may
}

func waited(row routing.CallRow, entries []routing.Entry) time.Duration {
	from := row.Started
	if e, ok := first(entries, callback.Requested{}); ok && e.At.Before(from) {
		from = e.At
	}
	until := row.Talked
	if until.IsZero() {
		until = end(row, entries)
	}
	return max(0, until.Sub(from))
}

func talked(row routing.CallRow, entries []routing.Entry) time.Duration {
	if row.Talked.IsZero() {
		return 0
	}
	return max(0, end(row, entries).Sub(row.Talked))
}

// end is when the call ended, or the last that is known of one that runs.
func end(row routing.CallRow, entries []routing.Entry) time.Time {
	if !row.Ended.IsZero() || len(entries) == 0 {
		return row.Ended
	}
	return entries[len(entries)-1].At
}

func guard(entries []routing.Entry) (mixer.GuardCount, bool) {
	e, ok := first(entries, call.GuardCounted{})
	if !ok {
		return mixer.GuardCount{}, false
	}
	counted, ok := read[call.GuardCounted](e)
	return mixer.GuardCount{Outside: counted.Outside, Granted: counted.Granted, Stopped: counted.Stopped}, ok
}

// first returns the first entry of a fact's kind.
func first(entries []routing.Entry, of routing.Fact) (routing.Entry, bool) {
	i := slices.IndexFunc(entries, func(e routing.Entry) bool { return e.Kind == of.Kind() })
	if i < 0 {
		return routing.Entry{}, false
	}
	return entries[i], true
}

// read returns an entry's fact; false when its data cannot be read.
func read[F routing.Fact](e routing.Entry) (fact F, ok bool) {
	return fact, json.Unmarshal(e.Data, &fact) == nil
}
