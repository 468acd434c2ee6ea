// Package invitation lets somebody in at the operator who invited them: by a code of
// eight digits that is said over the phone, or by a link.
//
// A code can be guessed and a link cannot, so a code lives ten minutes at most, and who
// tries codes is slowed, counted and at last stopped, whichever address they come from.
// The package knows no session and no queue: what an invitation opens, others decide.
package invitation
