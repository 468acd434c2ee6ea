// Package talk carries out "talk here": a visitor's page calls us by its own
// sound, hears music while it stands in a queue.Line, and talks to the operator
// who takes its place there, and to the next one when that one is lost.
//
// A talk's life is one table (machine.go). All talks of this process belong to
// one goroutine (service.go); they are in memory only, because a talk cannot
// outlive the wire that leads to its page.
//
// It knows pages only as routing.Browsers does, and no HTTP, no SQL and no WebRTC.
package talk
