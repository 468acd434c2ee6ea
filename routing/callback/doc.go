// Package callback carries out "call me": a request is put on disk before it is
// promised, waits in a queue.Line, an operator's phone rings first and the
// visitor is called when the operator is on the line.
//
// Its durable states are one table (machine.go); what the visitor sees is a pure
// function of state and progress (view.go). All requests of this process belong
// to one goroutine (service.go, drive.go), which never waits for the database:
// writes are done beside it and tried until they succeed or are fenced (save.go).
// After a crash no request is lost, two conversations of one request never live
// at a time, and the visitor's phone rings at most once more than it should.
//
// It knows no SIP, no SQL and no HTTP.
package callback
