// Package dialler turns a person into devices: it rings an operator's browser,
// phone or both, and makes one leg of them.
//
// It knows which dialler leads to which kind of device and nothing of SIP, WebRTC
// or calls. Who may be rung, and where they want to be, it asks.
package dialler
