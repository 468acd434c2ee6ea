package api

import (
	"sufler/api/live"
	"sufler/routing"
)

// The topics that pages join in Hello: an event wakes those whom it concerns, however
// many visitors there are.
const (
	desks  live.Topic = "desk"
	stages live.Topic = "stage"
)

// desksOf are the pages of one operator.
func desksOf(id routing.OperatorID) live.Topic { return live.Topic("operator:" + id) }

func aboutCallback(id routing.CallbackID) live.Topic { return live.Topic("callback:" + id) }

func aboutTalk(id routing.TalkID) live.Topic { return live.Topic("talk:" + id) }

// aboutVisitor are the pages of one visitor.
func aboutVisitor(id routing.VisitorID) live.Topic { return live.Topic("visitor:" + id) }

// aboutSession are the pages of desks that follow a session line by line.
func aboutSession(id routing.SessionID) live.Topic { return live.Topic("session:" + id) }

// soundOf are the pages that may give somebody's legs their sound.
func soundOf(owner routing.BrowserOwner) live.Topic { return live.Topic("sound:" + owner) }
