// Package record keeps the sound of calls and makes files of it.
//
// While a call runs, a Writer appends what its parties say to capture tracks,
// one for each party, and every plan that was applied to a log beside them. A
// file is an ear: it is composed from tracks and log afterwards, so it holds
// what one party said and was let hear, and nothing else.
//
// It knows no calls' rules and no people: tracks have names, plans have rows.
package record
