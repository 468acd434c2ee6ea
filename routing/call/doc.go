// Package call is the conversation: its states, its parties, who hears whom and
// who prompts whom.
//
// A Call is owned by one goroutine. Legs and the sound plane tell it what
// happened, drivers (callback, queue, dial plan) tell it what to do; each of
// these is a task of its loop. From its parties it derives the whole Plan of the
// sound each time anything changes (matrix.go, plan.go) and says that a mode
// holds only after the sound plane has applied it.
//
// It knows no SIP, no SQL, no HTTP and no rights: who may listen to whom is
// decided before its methods are called. It never waits for the database or for
// another call.
package call
