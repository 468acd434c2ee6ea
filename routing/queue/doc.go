// Package queue is the waiting line: who waits, at which place, why and for how
// long, and which operator is asked next.
//
// A Line is owned by one goroutine. Drivers (routing/callback, routing/talk, the
// sessions of chats) join with a Place and are told what becomes of it; operators
// are seen through People. What decides is in pure functions: the next operator
// (choose.go, strategy.go), the order of places (order.go), the reason why one waits
// (why.go), how long (estimate.go), what the redirect dialog counts (counters.go) and
// what awaits who would come (entrance.go).
//
// It places no calls, stores nothing and knows no HTTP. Who may see or accept a
// place is decided before its methods are called.
package queue
