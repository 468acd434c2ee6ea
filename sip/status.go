package sip

import (
	"sufler/routing"
)

// This file is the only place where SIP's numbers and the program's words meet.

// outcome is what a final answer means.
type outcome struct {
	cause routing.Cause
	fault routing.Fault
}

// outcomes says what the answers of RFC 3261 section 21 mean for a call that we
// made. What is not here is decided by its class in outcomeOf.
var outcomes = map[int]outcome{
	401: {routing.NotAllowed, routing.FaultOurs},
	402: {routing.NotAllowed, routing.FaultOurs},
	403: {routing.NotAllowed, routing.FaultTheirs},
	404: {routing.NoSuch, routing.FaultNone},
	407: {routing.NotAllowed, routing.FaultOurs},
	408: {routing.Unreachable, routing.FaultTheirs},
	410: {routing.NoSuch, routing.FaultNone},
	415: {routing.NotMedia, routing.FaultTheirs},
	480: {routing.NoAnswer, routing.FaultNone},
	484: {routing.NoSuch, routing.FaultNone},
	485: {routing.NoSuch, routing.FaultNone},
	486: {routing.BusyHere, routing.FaultNone},
	487: {routing.Cancelled, routing.FaultNone},
	488: {routing.NotMedia, routing.FaultTheirs},
	503: {routing.Overloaded, routing.FaultTheirs},
	600: {routing.BusyHere, routing.FaultNone},
	603: {routing.Declined, routing.FaultNone},
	604: {routing.NoSuch, routing.FaultNone},
	606: {routing.NotMedia, routing.FaultTheirs},
}

// outcomeOf says what a final status of 300 and above means. rang tells whether
// the far phone had rung, person that the answer comes from somebody's phone and
// not from a carrier.
func outcomeOf(status int, rang, person bool) outcome {
	o, ok := outcomes[status]
	if !ok {
		o = outcome{routing.Failed, routing.FaultTheirs}
	}
	switch {
	case status == 403 && person:
		o = outcome{routing.Declined, routing.FaultNone}
	case status == 408 && rang:
		o = outcome{routing.NoAnswer, routing.FaultNone}
	}
	if o.fault == routing.FaultTheirs && !person {
		o.fault = routing.FaultCarrier
	}
	return o
}

// refusals says how an incoming call is refused for a cause.
var refusals = map[routing.Cause]int{
	routing.HungUp:       480,
	routing.Cancelled:    480,
	routing.BusyHere:     486,
	routing.Declined:     603,
	routing.NoAnswer:     480,
	routing.NoSuch:       404,
	routing.NotAllowed:   403,
	routing.Unreachable:  480,
	routing.Overloaded:   503,
	routing.NotMedia:     488,
	routing.LostMedia:    480,
	routing.Elsewhere:    480,
	routing.TakenOver:    480,
	routing.Failed:       500,
	routing.ShuttingDown: 503,
}

// kinds says how an incoming call is refused for an error of ours.
var kinds = map[routing.Kind]int{
	routing.Invalid:      484,
	routing.Unauthorised: 403,
	routing.Forbidden:    403,
	routing.NotFound:     404,
	routing.Busy:         486,
	routing.Conflict:     486,
	routing.Gone:         410,
	routing.Limited:      503,
	routing.Unavailable:  480,
	routing.Internal:     500,
}

func statusOfCause(c routing.Cause) int {
	if status, ok := refusals[c]; ok {
		return status
	}
	return 500
}

func statusOfKind(k routing.Kind) int {
	if status, ok := kinds[k]; ok {
		return status
	}
	return 500
}

// endings gives the words of the Reason header (RFC 3326) that goes with a
// CANCEL or a BYE of ours; 200 says that somebody else answered.
var endings = map[routing.Cause]string{
	routing.Elsewhere:    `SIP;cause=200;text="Call completed elsewhere"`,
	routing.NoAnswer:     `SIP;cause=480;text="No answer"`,
	routing.NotMedia:     `SIP;cause=488;text="Not Acceptable Here"`,
	routing.LostMedia:    `SIP;cause=408;text="No sound was received"`,
	routing.ShuttingDown: `SIP;cause=503;text="Shutting down"`,
	routing.Unreachable:  `SIP;cause=408;text="No ACK was received"`,
}

// phrases are the reason phrases of RFC 3261 section 21 that we send.
var phrases = map[int]string{
	100: "Trying", 180: "Ringing", 183: "Session Progress",
	200: "OK",
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	406: "Not Acceptable", 410: "Gone", 413: "Request Entity Too Large", 414: "Request-URI Too Long",
	415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension", 423: "Interval Too Brief",
	480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
	484: "Address Incomplete", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here",
	491: "Request Pending", 500: "Server Internal Error", 501: "Not Implemented", 503: "Service Unavailable",
	505: "Version Not Supported", 513: "Message Too Large", 603: "Decline",
}

// knownMethods are the methods that somebody may send us; the value says whether
// we serve it.
var knownMethods = map[string]bool{
	"INVITE": true, "ACK": true, "CANCEL": true, "BYE": true, "REGISTER": true, "OPTIONS": true, "INFO": true,
	"UPDATE": true, "SUBSCRIBE": true, "NOTIFY": true, "REFER": true, "MESSAGE": true, "PRACK": true, "PUBLISH": true,
}
