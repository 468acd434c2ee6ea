// Package sip makes telephones and trunks into legs: registrar, dialogs, trunks,
// on sipgo's parser, transports and transactions.
//
// It knows routing's words and mixer's port ids; it does not know who hears whom,
// what a queue is, or that browsers exist. Sound is asked for through Media.
package sip
