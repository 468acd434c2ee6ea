package settings

import "time"

// The kinds of settings, as the store names them.
const (
	KindQueue     = "queue"
	KindGroup     = "group"
	KindHours     = "hours"
	KindTemplate  = "template"
	KindResult    = "result"
	KindParameter = "parameter"
	KindTag       = "tag"
	KindWidget    = "widget"
	KindPolicy    = "policy"
	KindPersonal  = "personal"
)

// document is what every kind of setting knows of itself.
type document[T any] interface {
	// key is unique in the kind.
	key() string
	// place is where it stands among its kind; equal places go by title.
	place() (order int, title string)
	// tidy returns it without what nobody meant: spaces around, lists that are nil.
	tidy() T
	// check notes everything that is wrong with it.
	check(in *Directory, f *flaws)
}

// Milliseconds is a length of time as JSON has it.
type Milliseconds int64

// Duration returns it as Go has it.
func (m Milliseconds) Duration() time.Duration { return time.Duration(m) * time.Millisecond }

// MillisecondsOf returns a length of time as JSON has it.
func MillisecondsOf(d time.Duration) Milliseconds { return Milliseconds(d.Milliseconds()) }
