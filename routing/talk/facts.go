package talk

import "sufler/routing"

// The facts of a talk. None that everybody may read has an operator in it.

type (
	// Requested is "talk.requested", for everybody: somebody wants to talk from a page.
	Requested struct {
		Talk     routing.TalkID    `json:"talk"`
		Name     string            `json:"name"`
		Queue    routing.QueueName `json:"queue"`
		Language string            `json:"language"`
	}
	// Queued is "talk.queued", for staff: it waits in the line, at first or again.
	Queued struct {
		Talk routing.TalkID `json:"talk"`
		// CutOff: the operator was lost in the talk.
		CutOff bool `json:"cut_off"`
	}
	// Talked is "talk.talked", for everybody: visitor and operator are on the line.
	Talked struct {
		Talk routing.TalkID `json:"talk"`
	}
	// HasEnded is "talk.ended", for everybody.
	HasEnded struct {
		Talk   routing.TalkID `json:"talk"`
		Reason string         `json:"reason"`
	}
)

// Kind is the fact's word in journal, WebSocket and webhook.
func (Requested) Kind() string { return "talk.requested" }

// Kind is the fact's word.
func (Queued) Kind() string { return "talk.queued" }

// Kind is the fact's word.
func (Talked) Kind() string { return "talk.talked" }

// Kind is the fact's word.
func (HasEnded) Kind() string { return "talk.ended" }
