package visitor

import (
	"time"

	"sufler/routing"
)

// Page is a page of a customer's that a visitor has seen.
type Page struct {
	URL, Title string
	At         time.Time
}

// Value is what a page told of its visitor.
type Value struct {
	Name, Title, Value string
}

// Info is what is known of a visitor and their visit.
type Info struct {
	Visitor routing.Visitor
	Widget  routing.WidgetID
	Session routing.SessionID // the open one; empty: none
	Banned  bool
	// Listed: may be shown to operators who have no session with them.
	Listed bool

	Here      bool      // a page is open
	Since     time.Time // of the visit
	AwaySince time.Time // the last page is gone; zero while Here
	Page      Page      // the one looked at last

	Entry           Page // with which the visit began
	Referrer        string
	Browser, System string
	Parameters      []Value // in the order in which they are defined
}

// Browsing reports whether a visitor looks at pages and has asked for nothing: what
// comes before every state of a session.
func (i Info) Browsing() bool { return i.Here && i.Session == "" }

// Event is what watchers are told: Barred, Changed, Introduced, Left, Seen or Told.
type Event interface{ isEvent() }

// Changed says that something of a visitor's visit is not as it was.
type Changed struct{ Info Info }

// Introduced says that a visitor, who may have left long ago, is called or reached in
// another way than before.
type Introduced struct {
	Visitor routing.Visitor
	Session routing.SessionID // in which an operator wrote it down; empty: the visitor told it
	By      string
}

// Barred says that a visitor who is here is kept out from now on, or is no more.
type Barred struct {
	Visitor routing.VisitorID
	Widget  routing.WidgetID
}

// Left says that a visitor has had no page for the grace time: the visit is over.
type Left struct {
	Visitor routing.VisitorID
	Widget  routing.WidgetID
}

// Seen says that a visitor has opened a page, or gone to it. When a session opens it is
// told once more of each page of the visit so far, with the session.
type Seen struct {
	Visitor routing.VisitorID
	Session routing.SessionID // the open one; empty: none
	Page    Page
}

// Told says that a page told a parameter, in the same way.
type Told struct {
	Visitor routing.VisitorID
	Session routing.SessionID // the open one; empty: none
	Value   Value
}

func (Barred) isEvent()     {}
func (Changed) isEvent()    {}
func (Introduced) isEvent() {}
func (Left) isEvent()       {}
func (Seen) isEvent()       {}
func (Told) isEvent()       {}
