// Package queue is the waiting line: who waits, at which place, why, and which
// operator is asked next.
//
// A Line is owned by one goroutine. Drivers (routing/callback is the first) join
// with a Place and are told what becomes of it; operators are seen through
// People. The choice of the next operator (choose.go) and the reason why a place
// waits (why.go) are pure functions.
//
// It places no calls, stores nothing and knows no HTTP. Who may see or accept a
// place is decided before its methods are called.
package queue
