// Package routing holds the words of Sufler: who takes part in a call, what a
// leg can be told and what it tells back, and what must be remembered.
//
// It knows no SIP, no WebRTC, no SQL and no HTTP. The rules live in the folders
// below it, one story each: call, queue, callback, dialplan, people, session,
// chat, board, journal. The packages sip and rtc import this package only, never
// its folders; routing/store implements the interfaces declared here.
package routing
