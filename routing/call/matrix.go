package call

import "sufler/routing"

// This file is the matrix: who hears whom, and whose telephone digits reach
// whom. It fails closed: what is not named here is silence. docs/matrix.md is
// generated from it. Commands reach ringing out, talk, listen, whisper and barge,
// an agent's lost sound reaches hold, a client who waits the menu; the other
// phases have no command yet.

// phase is what a call is doing, as far as ears go; zero is silence for all.
type phase uint8

const (
	ringingOut phase = iota + 1 // the agent waits for the client to answer
	talk
	hold       // the client hears music: the agent is away
	takenOver  // a supervisor talks to the client in the agent's stead
	aside      // the client is held while supervisor and agent talk
	consult    // the client is held while the agent asks an outsider
	conference // client, agent and outsider
	menu       // the client waits for an agent, or is alone with announcements
)

// sound is the role of music, announcements and tones. It is no person.
const sound routing.Role = 255

// seat is a party as the matrix sees it.
type seat struct {
	role      routing.Role
	mode      routing.Mode // of supervisors only
	muted     bool         // heard by nobody; of a supervisor also while his sound is lost
	private   bool         // an agent who answers the supervisor, unheard by the client
	dictating bool         // a supervisor who speaks a note
	leads     bool         // the supervisor who took over or pulled aside
	askDigits bool         // an agent who asked for the client's digits
}

// valid is false for roles and modes that have no meaning; they neither hear nor speak.
func (s seat) valid() bool {
	if s.role == routing.Supervisor {
		return s.mode >= routing.Listen && s.mode <= routing.Barge
	}
	return s.mode == 0 && (s.role >= routing.Client && s.role <= routing.Consulted || s.role == sound)
}

// cell is one place of the matrix.
type cell struct {
	in                phase
	listener, speaker routing.Role
}

// hears is the product's promise, in one place.
func hears(l, s seat, in phase) bool {
	const c, a, k, p = routing.Client, routing.Agent, routing.Consulted, routing.Supervisor
	if !l.valid() || !s.valid() || s.muted || s.dictating {
		return false
	}
	if s.private {
		return cell{in, l.role, s.role} == cell{talk, p, a}
	}
	switch (cell{in, l.role, s.role}) {
	case cell{ringingOut, a, sound}, cell{ringingOut, a, c}, // the tone, or the client's early media
		cell{ringingOut, p, sound}, cell{ringingOut, p, c},
		cell{talk, c, a}, cell{talk, a, c}, cell{talk, p, c}, cell{talk, p, a},
		cell{hold, c, sound}, cell{hold, p, a},
		cell{takenOver, a, c},
		cell{aside, c, sound},
		cell{consult, c, sound}, cell{consult, a, k}, cell{consult, k, a}, cell{consult, p, a}, cell{consult, p, k},
		cell{conference, c, a}, cell{conference, c, k}, cell{conference, a, c}, cell{conference, a, k},
		cell{conference, k, c}, cell{conference, k, a},
		cell{conference, p, c}, cell{conference, p, a}, cell{conference, p, k},
		cell{menu, c, sound}:
		return true
	case cell{talk, a, p}, cell{conference, a, p}:
		return s.mode == routing.Whisper || s.mode == routing.Barge
	case cell{talk, c, p}, cell{conference, c, p}, cell{conference, k, p}:
		return s.mode == routing.Barge
	case cell{takenOver, c, p}, cell{takenOver, a, p}, cell{aside, a, p}:
		return s.leads
	case cell{takenOver, p, c}, cell{aside, p, a}:
		return l.leads
	}
	return false
}

// digits says whether the listener is sent the telephone digits of the speaker.
// A supervisor's digits are commands and reach nobody, in every mode.
func digits(l, s seat, in phase) bool {
	const c, a = routing.Client, routing.Agent
	if !l.valid() || !s.valid() {
		return false
	}
	switch (cell{in, l.role, s.role}) {
	case cell{talk, c, a}, cell{conference, c, a}:
		return true
	case cell{talk, a, c}, cell{conference, a, c}:
		return l.askDigits
	}
	return false
}
