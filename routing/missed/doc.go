// Package missed keeps the list of those who came to us in vain, so that somebody
// sees to each: left the line, found nobody free, left a message while nobody was
// there, were phoned and not reached.
//
// Who adds to the list does not wait: the Service writes one after the other, in the
// order in which things happened, and tries again while the database is away. An
// operator ends an entry; a contact with the same person that succeeds later ends it
// by itself.
//
// It knows no calls, no sessions, no SQL and no HTTP, and not who may see what.
package missed
