package session

import (
	"encoding/json"
	"slices"
	"time"

	"sufler/routing"
)

// Reader is for whom a journal is numbered. Each counts what they may read, 1, 2,
// 3 ...: a gap would tell that something was kept from them.
type Reader uint8

// The readers; zero is invalid on purpose and reads nothing.
const (
	Visitor Reader = iota + 1
	Staff          // operators and above
)

const readers = int(Staff) + 1

// visitorKinds are the facts that a visitor's page is told.
var visitorKinds = []string{
	Opened{}.Kind(), Accepted{}.Kind(), Said{}.Kind(), Seen{}.Kind(), Redirected{}.Kind(), Returned{}.Kind(), Ended{}.Kind(),
}

// staffKinds are those that staff is told beside them. What happens in a call is in its
// record: not even the order of what is told here may depend on who else is in it.
var staffKinds = []string{
	Closed{}.Kind(), RedirectNoted{}.Kind(), NoteWritten{}.Kind(), TagAdded{}.Kind(), TagRemoved{}.Kind(), VisitorChanged{}.Kind(),
	PageSeen{}.Kind(), ParameterSet{}.Kind(), VisitorBanned{}.Kind(),
}

// mayRead reports whether an entry is for a reader.
func mayRead(r Reader, e routing.Entry) bool {
	switch r {
	case Staff:
		return (e.Audience == routing.Everybody || e.Audience == routing.StaffOnly) &&
			(slices.Contains(visitorKinds, e.Kind) || slices.Contains(staffKinds, e.Kind))
	case Visitor:
		return e.Audience == routing.Everybody && slices.Contains(visitorKinds, e.Kind)
	}
	return false
}

// Told is an entry as a reader has it. An N of zero is no entry at all.
type Told struct {
	N uint64
	routing.Entry
}

// ledger is a session's journal, and what follows from it.
type ledger struct {
	entries []routing.Entry
	seqs    [readers][]uint64 // of what each reader may read; the first is their 1

	last       LastLine
	unanswered time.Time         // of the oldest message of the visitor without an answer
	seen       map[string]uint64 // up to which Seq each side has read
}

// lastSeq is the Seq of the newest entry.
func (l *ledger) lastSeq() uint64 {
	if len(l.entries) == 0 {
		return 0
	}
	return l.entries[len(l.entries)-1].Seq
}

// add takes the next entry.
func (l *ledger) add(e routing.Entry) {
	l.entries = append(l.entries, e)
	for r := Visitor; r <= Staff; r++ {
		if mayRead(r, e) {
			l.seqs[r] = append(l.seqs[r], e.Seq)
		}
	}
	switch e.Kind {
	case Said{}.Kind():
		if s, ok := saidOf(e); ok {
			l.heard(e, s)
		}
	case Seen{}.Kind():
		var s Seen
		if json.Unmarshal(e.Data, &s) == nil { // ours
			l.note(s.Reader, s.UpTo)
		}
	}
}

// note takes up to which Seq a side has read.
func (l *ledger) note(reader string, seq uint64) {
	if l.seen == nil {
		l.seen = make(map[string]uint64)
	}
	l.seen[reader] = max(l.seen[reader], seq)
}

func (l *ledger) heard(e routing.Entry, s Said) {
	l.last = LastLine{N: l.count(Staff), At: e.At, From: s.From, Text: s.Text}
	switch {
	case s.From == ByOperator:
		l.unanswered = time.Time{}
	case s.From == ByVisitor && l.unanswered.IsZero():
		l.unanswered = e.At
	}
}

// count is how many entries a reader may read.
func (l *ledger) count(r Reader) uint64 { return uint64(len(l.seqs[r])) }

// seqOf is the Seq of a reader's n; more than they have is their last.
func (l *ledger) seqOf(r Reader, n uint64) uint64 {
	n = min(n, l.count(r))
	if n == 0 {
		return 0
	}
	return l.seqs[r][n-1]
}

// numberOf is a reader's number of the last entry that is not after a Seq.
func (l *ledger) numberOf(r Reader, seq uint64) uint64 {
	i, found := slices.BinarySearch(l.seqs[r], seq)
	if found {
		i++
	}
	return uint64(i)
}

// told is an entry as a reader has it.
func (l *ledger) told(r Reader, e routing.Entry) Told {
	if !mayRead(r, e) {
		return Told{}
	}
	if e.Kind == (Seen{}).Kind() {
		var s Seen
		if json.Unmarshal(e.Data, &s) == nil { // ours
			s.UpTo = l.numberOf(r, s.UpTo)
			e.Data, _ = json.Marshal(s) // always has a JSON form
		}
	}
	return Told{N: l.numberOf(r, e.Seq), Entry: e}
}

// since returns what a reader has after their n, in order.
func (l *ledger) since(r Reader, n uint64) []Told {
	after := l.seqOf(r, n)
	i, found := slices.BinarySearchFunc(l.entries, after, func(e routing.Entry, seq uint64) int {
		switch {
		case e.Seq < seq:
			return -1
		case e.Seq > seq:
			return 1
		}
		return 0
	})
	if found {
		i++
	}
	var list []Told
	for _, e := range l.entries[i:] {
		if t := l.told(r, e); t.N != 0 {
			list = append(list, t)
		}
	}
	return list
}

// find returns the entry of an id that is known already.
func (l *ledger) find(id routing.FactID) (routing.Entry, bool) {
	for _, e := range slices.Backward(l.entries) {
		if e.ID == id {
			return e, true
		}
	}
	return routing.Entry{}, false
}

// lines are what was said, in order.
func (l *ledger) lines() (lines []Line) {
	for _, e := range l.entries {
		if s, ok := saidOf(e); ok {
			lines = append(lines, Line{s, e.At})
		}
	}
	return lines
}

// saidOf is the message of an entry; false when it is none.
func saidOf(e routing.Entry) (s Said, ok bool) {
	return s, e.Kind == s.Kind() && json.Unmarshal(e.Data, &s) == nil
}

// AuthorOf is who did what stands in an entry, as visitors may know it: "visitor",
// "operator" or "system"; and the public name of an operator.
func AuthorOf(e routing.Entry) (role, name string) {
	var data struct {
		From string `json:"from"`
		By   string `json:"by"`
		Name string `json:"name"`
	}
	if json.Unmarshal(e.Data, &data) != nil {
		return BySystem, ""
	}
	switch e.Kind {
	case Accepted{}.Kind():
		return ByOperator, data.Name
	case Said{}.Kind():
		return data.From, data.Name
	case Seen{}.Kind(), Ended{}.Kind():
		return data.By, ""
	case Opened{}.Kind():
		return ByVisitor, ""
	}
	return BySystem, ""
}
