// Package live keeps the connections of pages: one per page, numbered events to it,
// questions from it with an answer each. A WebSocket carries it, or a line of plain
// requests where none comes through.
//
// A Hub holds the connections and gives each event to those whom it concerns, by the
// topics that they have joined; whoever opened a connection decides what of the event
// that page may read. Publishing never waits for a page: what a page has not read lies
// in its outbox, and a page whose outbox is full is closed and comes again. The
// package knows no calls, no people and no rights.
package live
