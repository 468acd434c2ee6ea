package capacity

import "sufler/routing"

// Code is why somebody cannot take something; empty means that they can. It is the
// word of refusals, of the reasons why a place waits, and of the API.
type Code string

// The reasons.
const (
	OperatorInactive Code = "operator_inactive" // switched off by the administrator
	OperatorOffline  Code = "operator_offline"  // not there
	OperatorAway     Code = "operator_away"     // busy or on a break by choice
	InCall           Code = "in_call"           // in a call that is nobody's session
	ConversationOpen Code = "conversation_open" // the one wants the whole person, or has them
	ChatsFull        Code = "chats_full"        // as many chats as they may have
	WrapUpOpen       Code = "wrapup_open"       // only an OK is missing
	NotOneChat       Code = "not_one_chat"      // an offer of video wants exactly one chat
)

// Codes are all reasons, as they are asked for: the first that holds is given.
var Codes = []Code{
	OperatorInactive, OperatorOffline, OperatorAway, InCall, ConversationOpen, ChatsFull, WrapUpOpen, NotOneChat,
}

// Refusal tells the person concerned; nil when they can. It is of the kind Conflict.
func (c Code) Refusal() error {
	switch c {
	case "":
		return nil
	case OperatorInactive:
		return routing.Refuse(routing.Conflict, "operator_inactive")
	case OperatorOffline:
		return routing.Refuse(routing.Conflict, "operator_offline")
	case OperatorAway:
		return routing.Refuse(routing.Conflict, "operator_away")
	case InCall:
		return routing.Refuse(routing.Conflict, "in_call")
	case ConversationOpen:
		return routing.Refuse(routing.Conflict, "conversation_open")
	case ChatsFull:
		return routing.Refuse(routing.Conflict, "chats_full")
	case WrapUpOpen:
		return routing.Refuse(routing.Conflict, "wrapup_open")
	case NotOneChat:
		return routing.Refuse(routing.Conflict, "not_one_chat")
	}
	return routing.Refuse(routing.Internal, "internal")
}
