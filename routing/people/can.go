package people

import (
	"slices"

	"sufler/routing"
)

// Action is something an operator wants to do, as noun.verb. The same words are
// told to the desk as "may".
type Action string

// The actions.
const (
	WaitingRead     Action = "waiting.read"
	WaitingReadKept Action = "waiting.read_kept" // see who waits for one operator alone
	WaitingAccept   Action = "waiting.accept"
	WaitingSkip     Action = "waiting.skip"
	WaitingNumber   Action = "waiting.number" // see the number of somebody who waits
	// WaitingPreview is to look at somebody who waits without taking them; an operator
	// may only where the administrator says so of them.
	WaitingPreview  Action = "waiting.preview"
	WaitingRedirect Action = "waiting.redirect"

	SessionRead   Action = "session.read"
	SessionWrite  Action = "session.write"  // say, end, redirect, give the OK
	SessionNote   Action = "session.note"   // notes and tags
	VisitorChange Action = "visitor.change" // name, phone and e-mail

	VisitorRead Action = "visitor.read" // see who is on the pages that one's queues serve
	VisitorBan  Action = "visitor.ban"  // keep the visitor of a session out
	BanLift     Action = "ban.lift"     // see who is kept out, and let them in again

	InvitationMake Action = "invitation.make"

	DayRead Action = "day.read" // what one's own day was

	TeamRead Action = "team.read"

	CallRead   Action = "call.read"
	CallHangup Action = "call.hangup"

	SupervisionListen  Action = "supervision.listen"
	SupervisionWhisper Action = "supervision.whisper"
	SupervisionBarge   Action = "supervision.barge"
	CommentWrite       Action = "comment.write"

	RecordRead         Action = "record.read"
	RecordClientFile   Action = "record.client_file"   // what the client could hear and say
	RecordTrainingFile Action = "record.training_file" // all tracks, the prompter too
	RecordExport       Action = "record.export"        // take the list of calls away

	SettingsRead  Action = "settings.read" // queues, groups, hours, widgets
	SettingsWrite Action = "settings.write"
	WordsRead     Action = "words.read" // what everybody chooses from: results, tags, parameters, policies
	TemplateRead  Action = "template.read"
	TemplateWrite Action = "template.write"

	PeopleRead  Action = "people.read" // with what each may and has
	PeopleWrite Action = "people.write"

	PhonesRead Action = "phones.read"
	TrunksRead Action = "trunks.read"

	MissedRead Action = "missed.read"
	MissedDone Action = "missed.done"

	MailRead Action = "mail.read" // whether mail is set up, and what failed
	MailTest Action = "mail.test"
)

// Supervise is the action of taking part in a call in a mode.
func Supervise(mode routing.Mode) Action {
	switch mode {
	case routing.Listen:
		return SupervisionListen
	case routing.Whisper:
		return SupervisionWhisper
	case routing.Barge:
		return SupervisionBarge
	}
	return "" // no rank may do it
}

// reach is how far a rank's right to an action goes.
type reach uint8

const (
	nothing    reach = iota
	own              // what is one's own
	group            // what belongs to a group of one's own, and one's own
	everything       // whatever there is
)

// rights is the whole of who may do what. What is not named is refused.
var rights = map[Action]map[routing.Rank]reach{
	WaitingRead:     {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	WaitingReadKept: {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	WaitingAccept:   {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	WaitingSkip:     {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	WaitingNumber:   {routing.RankSupervisor: group, routing.RankOwner: everything},

	VisitorRead: {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	VisitorBan:  {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	BanLift:     {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},

	InvitationMake:  {routing.RankOperator: own, routing.RankSupervisor: own, routing.RankOwner: own},
	WaitingPreview:  {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	WaitingRedirect: {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},

	SessionRead:   {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	SessionWrite:  {routing.RankOperator: own, routing.RankSupervisor: own, routing.RankOwner: own},
	SessionNote:   {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	VisitorChange: {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},

	DayRead: {routing.RankOperator: own, routing.RankSupervisor: own, routing.RankOwner: own},

	TeamRead: {routing.RankSupervisor: group, routing.RankOwner: everything},

	CallRead:   {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	CallHangup: {routing.RankOperator: own, routing.RankSupervisor: own, routing.RankOwner: own},

	SupervisionListen:  {routing.RankSupervisor: group, routing.RankOwner: everything},
	SupervisionWhisper: {routing.RankSupervisor: group, routing.RankOwner: everything},
	SupervisionBarge:   {routing.RankSupervisor: group, routing.RankOwner: everything},
	CommentWrite:       {routing.RankSupervisor: group, routing.RankOwner: everything},

	RecordRead:         {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	RecordClientFile:   {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},
	RecordTrainingFile: {routing.RankSupervisor: group, routing.RankOwner: everything},

	RecordExport: {routing.RankOperator: own, routing.RankSupervisor: group, routing.RankOwner: everything},

	SettingsRead:  {routing.RankOwner: everything},
	SettingsWrite: {routing.RankOwner: everything},
	WordsRead:     {routing.RankOperator: everything, routing.RankSupervisor: everything, routing.RankOwner: everything},
	TemplateRead:  {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	TemplateWrite: {routing.RankSupervisor: group, routing.RankOwner: everything},

	PeopleRead:  {routing.RankOwner: everything},
	PeopleWrite: {routing.RankOwner: everything},

	PhonesRead: {routing.RankSupervisor: everything, routing.RankOwner: everything},
	TrunksRead: {routing.RankSupervisor: everything, routing.RankOwner: everything},

	MissedRead: {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},
	MissedDone: {routing.RankOperator: group, routing.RankSupervisor: group, routing.RankOwner: everything},

	MailRead: {routing.RankOwner: everything},
	MailTest: {routing.RankOwner: everything},
}

// onOthersOnly are the actions that nobody does to a call of their own: no one
// prompts, judges or hears the prompter of himself.
var onOthersOnly = []Action{SupervisionListen, SupervisionWhisper, SupervisionBarge, CommentWrite, RecordTrainingFile}

// Object is what an action is about. Empty fields belong to nobody: only a right
// to everything reaches such an object.
type Object struct {
	Operator routing.OperatorID  // whose it is: the agent of a call, the person of a team page's row
	Groups   []routing.GroupName // to whom it belongs: the groups of a queue, of a call's agent
}

// Can returns nil when actor may do action to object, otherwise a refusal with
// code "not_allowed". It is the only place that decides.
func Can(actor routing.Operator, action Action, object Object) error {
	refusal := routing.Refuse(routing.Forbidden, "not_allowed")
	if !actor.Active {
		return refusal
	}
	mine := object.Operator != "" && object.Operator == actor.ID
	if mine && slices.Contains(onOthersOnly, action) {
		return refusal
	}
	switch reachOf(actor, action) {
	case everything:
		return nil
	case group:
		if mine || share(actor.Groups, object.Groups) {
			return nil
		}
	case own:
		if mine {
			return nil
		}
	case nothing:
	}
	return refusal
}

// May returns the actions that actor may do to at least something, in the order
// of their names: what the desk shows as doors.
func May(actor routing.Operator) []Action {
	var may []Action
	for action := range rights {
		if Reach(actor, action) != "" {
			may = append(may, action)
		}
	}
	slices.Sort(may)
	return may
}

// Reach says in a word how far an actor's right to an action goes: "own", "group",
// "everything", or empty for nothing.
func Reach(actor routing.Operator, action Action) string {
	if !actor.Active {
		return ""
	}
	names := [...]string{nothing: "", own: "own", group: "group", everything: "everything"}
	return names[reachOf(actor, action)]
}

// reachOf is how far an active actor's right goes.
func reachOf(actor routing.Operator, action Action) reach {
	if action == WaitingPreview && actor.Rank == routing.RankOperator && !actor.Preview {
		return nothing
	}
	return rights[action][actor.Rank]
}

func share(a, b []routing.GroupName) bool {
	return slices.ContainsFunc(a, func(g routing.GroupName) bool { return slices.Contains(b, g) })
}
