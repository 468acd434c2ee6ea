// Package session is the visits that go on: everything between one visitor and us,
// from the request to the operator's OK.
//
// A session's life is one table (machine.go). Those of this process belong to one
// goroutine (service.go), which never waits for the database: facts go to the
// journal and are told when they are stored (log.go), rows are written beside it
// (save.go). Chats and invitations stand in a queue.Line for themselves (open.go,
// operator.go); what comes with sound is driven by others, and its session follows
// the line and the calls (sound.go). What time does to a session is a list of
// moments (patience.go).
//
// It knows no HTTP, no SQL and no rights: who may do something is decided before its
// methods are called, whose a session is here.
package session
