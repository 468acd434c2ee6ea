// Package hunt finds operators for one who waits: it stands in a queue.Line for
// them, rings whom the line asks, in a call that it opens or is given, and gives
// the place back when an operator is lost.
//
// A Hunt belongs to the loop of its driver (routing/callback, routing/talk), which
// decides what the finding is for. It knows no store, no page and no SIP.
package hunt
