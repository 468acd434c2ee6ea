// Package visitor knows who is on the customers' pages: who they are to us (a token
// in their browser, what they told of themselves), which pages they have open and
// have seen in this visit, what the pages tell of them, and who is kept out.
//
// It knows no HTTP, no queue and no journal, and of a session only that there is one.
// What one visitor costs is bounded, whatever their page sends.
package visitor
