package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says what sort of refusal an error is. It is mapped in exactly two
// tables: api/errors.go (HTTP status) and sip/status.go (SIP status).
type Kind uint8

// The kinds of refusal; zero is invalid on purpose.
const (
	Invalid      Kind = iota + 1 // what was asked makes no sense; ask differently
	Unauthorised                 // who are you
	Forbidden                    // we know you, you may not
	NotFound
	Busy     // it works later or elsewhere
	Conflict // somebody was first, or the state has moved on
	Gone     // it was there and has ended
	Limited  // too often
	Unavailable
	Internal
)

func (k Kind) String() string {
	names := [...]string{
		Invalid: "invalid", Unauthorised: "unauthorised", Forbidden: "forbidden", NotFound: "not found", Busy: "busy",
		Conflict: "conflict", Gone: "gone", Limited: "limited", Unavailable: "unavailable", Internal: "internal",
	}
	if k == 0 || int(k) >= len(names) {
		return "invalid kind"
	}
	return names[k]
}

// Error is a refusal with two readers. Code is stable and names a sentence in
// web/shared/texts ("error.CODE") that Params fill; Err is what we keep in the
// log and never show.
type Error struct {
	Kind   Kind
	Code   string            // noun_problem: "call_ended", "number_not_allowed"
	Params map[string]string // values for the sentence: "who", "since", "prefixes"
	Flaws  []Flaw            // of several values that came together
	Err    error
}

// Flaw is what is wrong with one of several values that came together. Code names
// a sentence in web/shared/texts ("flaw.CODE") that Params fill.
type Flaw struct {
	At     string // where the value stands: "overflow.queue"
	Code   string // "missing", "too_long"
	Params map[string]string
}

// Flaws collects what is wrong with several values: everything, not the first.
type Flaws struct{ list []Flaw }

// Add notes what is wrong at a value; the pairs fill the sentence.
func (f *Flaws) Add(code, at string, pairs ...string) {
	f.list = append(f.list, Flaw{At: at, Code: code, Params: Refuse(Invalid, code, pairs...).Params})
}

// Refusal returns nil when nothing is wrong, otherwise a refusal with code
// "setting_invalid" (at).
func (f *Flaws) Refusal() error {
	if len(f.list) == 0 {
		return nil
	}
	slices.SortStableFunc(f.list, func(a, b Flaw) int { return strings.Compare(a.At, b.At) })
	var at []string
	for _, flaw := range f.list {
		at = append(at, flaw.At)
	}
	refusal := Refuse(Invalid, "setting_invalid", "at", strings.Join(slices.Compact(at), ", "))
	refusal.Flaws = f.list
	return refusal
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code
}

func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is a refusal with the same code, so that callers
// can write errors.Is(err, ErrCallEnded).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Err == nil
}

// Refuse makes a refusal. The pairs fill the sentence: Refuse(Conflict, "supervision_taken", "who", "Adam").
func Refuse(kind Kind, code string, pairs ...string) *Error {
	e := &Error{Kind: kind, Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if e.Params == nil {
			e.Params = make(map[string]string, len(pairs)/2)
		}
		e.Params[pairs[i]] = pairs[i+1]
	}
	return e
}

// KindOf returns the kind of err, Internal when it is not a refusal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
