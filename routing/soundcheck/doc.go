// Package soundcheck lets an operator hear in the browser what we hear of them:
// a leg to their page and a mirror that sends its sound back a second later, by the
// same way that a call takes.
//
// A check is in no line, no call and no record. The package knows no WebRTC and
// no page.
package soundcheck
