package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
	"sufler/routing/queue"
)

// Operator is a person of ours.
type Operator struct {
	ID         routing.OperatorID  `json:"id"`
	Login      string              `json:"login"`
	Name       string              `json:"name"`
	PublicName string              `json:"public_name"`
	Rank       string              `json:"rank" enum:"operator,supervisor,owner"`
	Phone      routing.Extension   `json:"phone"`
	Robot      bool                `json:"robot"`
	AnswerOn   string              `json:"answer_on" enum:"browser,phone,both"`
	Groups     []routing.GroupName `json:"groups"`
	Active     bool                `json:"active" doc:"Whoever is not cannot log in, and no visitors come to them."`
}

func operatorObject(o routing.Operator) Operator {
	return Operator{
		ID: o.ID, Login: o.Login, Name: o.Name, PublicName: o.PublicName, Rank: o.Rank.String(), Phone: o.Phone, Robot: o.Robot,
		AnswerOn: o.AnswerOn.String(), Groups: append([]routing.GroupName{}, o.Groups...), Active: o.Active,
	}
}

// Coded is a word for a sentence, "desk.why_CODE" in the texts, and what fills it.
type Coded struct {
	Code   string            `json:"code"`
	Params map[string]string `json:"params"`
}

// Reason is why somebody waits: a sentence, and what keeps those who could take them.
type Reason struct {
	Coded
	Details []Coded `json:"details" nullable:"false" doc:"By what keeps them, with count, who (the only one, or the one whose since it is), since and, of one whose chats are full, chats."`
}

// PlaceFor is the one operator for whom somebody waits.
type PlaceFor struct {
	ID   routing.OperatorID `json:"id"`
	Name string             `json:"name"`
}

// Place is somebody who waits.
type Place struct {
	ID        routing.PlaceID    `json:"id"`
	Kind      string             `json:"kind" enum:"chat,voice,video,callback,phone,invitation"`
	Name      string             `json:"name"`
	Number    string             `json:"number" doc:"Empty for those who may not see it before they have accepted."`
	Visitor   int64              `json:"visitor_number" doc:"Who has no name is called by it; 0: not known."`
	Queue     routing.QueueName  `json:"queue"`
	Language  string             `json:"language"`
	Since     string             `json:"since"`
	Place     int                `json:"place" doc:"In its queue: 1 is next, 0 when somebody has accepted."`
	WaitMS    *int64             `json:"wait_ms" doc:"What they are told: 60000 (or less), 120000, 300000, 600000 (or more); null: nothing."`
	Why       Reason             `json:"why"`
	State     string             `json:"state" enum:"waiting,offered,accepted"`
	OfferedTo routing.OperatorID `json:"offered_to" doc:"Who is asked, or has it; empty when several are asked."`
	For       *PlaceFor          `json:"for" doc:"Only they may take it; null: whoever serves the queue."`
	Session   routing.SessionID  `json:"session"`
	Callback  routing.CallbackID `json:"callback"`
	// Redirected is from the sessions: the line knows no notes.
	Redirected *Handed `json:"redirected" doc:"What whoever has sent them on has left for the next operator."`
}

func placeObject(p queue.Place, withNumber bool) Place {
	o := Place{
		ID: p.ID, Kind: p.Kind.String(), Name: p.Name, Queue: p.Queue, Language: p.Language, Since: live.Stamp(p.Since),
		Place: p.Position, State: p.State.String(), OfferedTo: p.Operator, Session: p.Session, Callback: p.Callback,
		WaitMS: stepMS(p.Wait.Step), Why: reasonObject(p.Why),
	}
	if p.For != "" {
		o.For = &PlaceFor{ID: p.For, Name: p.ForName}
	}
	if withNumber {
		o.Number = p.Number
	}
	return o
}

func reasonObject(w queue.Why) Reason {
	r := Reason{Coded: coded(w.Code, w.Who, w.Count, w.Since), Details: []Coded{}}
	for _, d := range w.Details {
		c := coded(d.Code, d.Who, d.Count, d.Since)
		if d.Chats > 0 {
			c.Params["chats"] = strconv.Itoa(d.Chats)
		}
		r.Details = append(r.Details, c)
	}
	return r
}

// coded is a word with what is known of its values.
func coded(code, who string, count int, since time.Time) Coded {
	c := Coded{Code: code, Params: map[string]string{}}
	if who != "" {
		c.Params["who"] = who
	}
	if count > 0 {
		c.Params["count"] = strconv.Itoa(count)
	}
	if !since.IsZero() {
		c.Params["since"] = live.Stamp(since)
	}
	return c
}

// Offer is a question to one operator.
type Offer struct {
	Place  Place  `json:"place"`
	EndsAt string `json:"ends_at"`
}

// Member is a person on the team page.
type Member struct {
	ID              routing.OperatorID `json:"id"`
	Name            string             `json:"name"`
	Rank            string             `json:"rank"`
	Robot           bool               `json:"robot"`
	Phone           routing.Extension  `json:"phone"`
	PhoneRegistered bool               `json:"phone_registered"`
	AnswerOn        string             `json:"answer_on" enum:"browser,phone,both"`
	Sound           bool               `json:"sound" doc:"A page of theirs holds the sound."`
	Status          string             `json:"status" enum:"offline,online,busy,pause,ringing,talking,wrap_up"`
	Since           string             `json:"since"`
	Chosen          string             `json:"chosen" enum:"online,busy,pause" doc:"Busy without having been chosen is having no room for more."`
	Reason          string             `json:"reason" doc:"Of a pause; may be empty."`
	Unanswered      bool               `json:"unanswered" doc:"The pause was not chosen: they did not answer offers."`
	Chats           int                `json:"chats" doc:"Open, with those that wait for OK."`
	ChatLimit       int                `json:"chat_limit"`
	WrapUps         int                `json:"wrap_ups" doc:"Of all that is open, how much waits for OK."`
	WrapUpSince     *string            `json:"wrap_up_since" doc:"Of the oldest; null: none."`
	Queue           routing.QueueName  `json:"queue"`
	Call            *MemberCall        `json:"call"`
	SupervisedBy    *Prompter          `json:"supervised_by" doc:"Null for all but supervisors and up."`
}

// Colleague is a member as those see them who may only send them a visitor.
type Colleague struct {
	ID     routing.OperatorID `json:"id"`
	Name   string             `json:"name"`
	Status string             `json:"status" enum:"offline,online,busy,pause,ringing,talking,wrap_up"`
}

// MemberCall is the call that a member is in.
type MemberCall struct {
	ID     routing.CallID `json:"id"`
	With   string         `json:"with"`
	Number string         `json:"number"`
	Since  string         `json:"since"`
}

// Prompter is who supervises a member.
type Prompter struct {
	ID    routing.OperatorID `json:"id"`
	Name  string             `json:"name"`
	Mode  string             `json:"mode"`
	Since string             `json:"since"`
}

func memberObject(m people.Member, supervision bool) Member {
	o := Member{
		ID: m.ID, Name: m.Name, Rank: m.Rank.String(), Robot: m.Robot, Phone: m.Phone, PhoneRegistered: m.PhoneRegistered, AnswerOn: m.AnswerOn.String(), Sound: m.Sound,
		Status: m.Status.String(), Since: live.Stamp(m.Since), Chosen: m.Chosen.String(), Reason: m.Reason, Unanswered: m.Unanswered,
		Chats: m.Chats, ChatLimit: m.ChatLimit, WrapUps: m.WrapUps, WrapUpSince: stamp(m.WrapUpSince), Queue: m.Queue,
	}
	if m.Call.ID != "" {
		o.Call = &MemberCall{ID: m.Call.ID, With: m.Call.With, Number: m.Call.Number, Since: live.Stamp(m.Call.Since)}
	}
	if s := m.SupervisedBy; supervision && s.ID != "" {
		o.SupervisedBy = &Prompter{ID: s.ID, Name: s.Name, Mode: s.Mode.String(), Since: live.Stamp(s.Since)}
	}
	return o
}

// Call is a conversation.
type Call struct {
	ID        routing.CallID    `json:"id"`
	Kind      string            `json:"kind" enum:"callback,phone,internal,web"`
	State     string            `json:"state" enum:"waiting,ringing_agent,ringing_client,talking,ended"`
	Queue     routing.QueueName `json:"queue"`
	StartedAt string            `json:"started_at"`
	TalkedAt  *string           `json:"talked_at"`
	EndedAt   *string           `json:"ended_at"`
	Cause     string            `json:"cause"`
	Client    CallClient        `json:"client"`
	Agent     *CallAgent        `json:"agent"`
	// Supervisor is null for all but supervisors and up.
	Supervisor *CallSupervisor `json:"supervisor" doc:"Null for all but supervisors and up."`
	Hears      []Hears         `json:"hears"`
	Recorded   bool            `json:"recorded"`
	Comment    string          `json:"comment" doc:"The reader's own; empty for all but supervisors and up."`
}

// CallClient is the client in a call.
type CallClient struct {
	Party     routing.PartyID   `json:"party"`
	Name      string            `json:"name"`
	Number    string            `json:"number"`
	Phone     routing.Extension `json:"phone"`
	By        string            `json:"by" enum:"phone,browser,"`
	State     string            `json:"state"`
	LostUntil *string           `json:"lost_until" doc:"Was on the line and may come back until then; null: is not lost."`
}

// CallAgent is the operator in a call.
type CallAgent struct {
	Party     routing.PartyID    `json:"party"`
	ID        routing.OperatorID `json:"id"`
	Name      string             `json:"name"`
	Phone     routing.Extension  `json:"phone"`
	By        string             `json:"by" enum:"phone,browser,"`
	State     string             `json:"state"`
	LostUntil *string            `json:"lost_until" doc:"Was on the line and may come back until then; null: is not lost."`
}

// CallSupervisor is the prompter in a call.
type CallSupervisor struct {
	Party     routing.PartyID    `json:"party"`
	ID        routing.OperatorID `json:"id"`
	Name      string             `json:"name"`
	Phone     routing.Extension  `json:"phone"`
	By        string             `json:"by" enum:"phone,browser,"`
	Mode      string             `json:"mode" enum:"listen,whisper,barge"`
	State     string             `json:"state" enum:"ringing,talking"`
	Since     string             `json:"since"`
	LostUntil *string            `json:"lost_until" doc:"Was on the line and may come back until then; null: is not lost."`
}

// Hears says that one party hears another.
type Hears struct {
	Listener routing.PartyID `json:"listener"`
	Speaker  routing.PartyID `json:"speaker"`
}

// callObject cuts a call to its reader: without supervision there is no trace of a
// supervisor in it, neither as a person nor as a party who hears.
func callObject(s call.Snapshot, supervision bool) Call {
	o := Call{
		ID: s.Call, Kind: s.Kind.String(), State: s.State.String(), Queue: s.Queue, StartedAt: live.Stamp(s.StartedAt),
		TalkedAt: stamp(s.TalkedAt), EndedAt: stamp(s.EndedAt), Recorded: s.Recorded, Hears: []Hears{},
	}
	if s.Cause != 0 {
		o.Cause = s.Cause.String()
	}
	if p, ok := s.Party(routing.Client); ok {
		o.Client = CallClient{Party: p.ID, Name: p.Name, Number: p.Number, Phone: p.Phone, By: p.By.String(), State: p.State.String(), LostUntil: stamp(p.LostUntil)}
	}
	if p, ok := s.Party(routing.Agent); ok {
		o.Agent = &CallAgent{Party: p.ID, ID: p.Operator, Name: p.Name, Phone: p.Phone, By: p.By.String(), State: p.State.String(), LostUntil: stamp(p.LostUntil)}
	}
	if p, ok := s.Party(routing.Supervisor); ok && supervision {
		o.Supervisor = supervisorObject(p)
	}
	shown := shownParties(s, supervision)
	for _, pair := range s.Hears {
		if shown[pair.Listener] && shown[pair.Speaker] {
			o.Hears = append(o.Hears, Hears(pair))
		}
	}
	return o
}

func supervisorObject(p call.Party) *CallSupervisor {
	o := &CallSupervisor{
		Party: p.ID, ID: p.Operator, Name: p.Name, Phone: p.Phone, By: p.By.String(), Mode: p.Mode.String(), State: "ringing", Since: live.Stamp(p.Since),
		LostUntil: stamp(p.LostUntil),
	}
	if p.State.Reached() {
		o.State = "talking"
	}
	return o
}

// shownParties are the parties whom a reader may know of.
func shownParties(s call.Snapshot, supervision bool) map[routing.PartyID]bool {
	shown := map[routing.PartyID]bool{}
	for _, p := range s.Parties {
		shown[p.ID] = supervision || p.Role == routing.Client || p.Role == routing.Agent
	}
	return shown
}

// Meter is how loud the parties of a call are and who was sent whom.
type Meter struct {
	Call   routing.CallID `json:"call"`
	Frame  uint64         `json:"frame"`
	Levels []Level        `json:"levels"`
	Cells  []Cell         `json:"cells"`
	Guard  Guard          `json:"guard"`
}

// Level is how loud a party speaks.
type Level struct {
	Party    routing.PartyID `json:"party"`
	DBFS     float64         `json:"dbfs"`
	PeakDBFS float64         `json:"peak_dbfs"`
}

// Cell counts the frames of one party in what another was sent.
type Cell struct {
	Listener routing.PartyID `json:"listener"`
	Speaker  routing.PartyID `json:"speaker"`
	Frames   uint64          `json:"frames"`
}

// Guard counts the frames to the client: all, those with the prompter under a
// grant, those with the prompter that were stopped.
type Guard struct {
	Outside uint64 `json:"outside"`
	Granted uint64 `json:"granted"`
	Stopped uint64 `json:"stopped"`
}

// meterObject cuts levels to their reader as callObject does the call; the counts
// of granted and stopped frames would tell of a supervisor, too.
func meterObject(m call.Meter, shown map[routing.PartyID]bool, supervision bool) Meter {
	o := Meter{Call: m.Call, Frame: m.Frame, Levels: []Level{}, Cells: []Cell{}, Guard: Guard{Outside: m.Guard.Outside}}
	for _, l := range m.Levels {
		if shown[l.Party] {
			o.Levels = append(o.Levels, Level{Party: l.Party, DBFS: l.DBFS, PeakDBFS: l.PeakDBFS})
		}
	}
	for _, c := range m.Cells {
		if shown[c.Listener] && shown[c.Speaker] {
			o.Cells = append(o.Cells, Cell(c))
		}
	}
	if supervision {
		o.Guard = Guard(m.Guard)
	}
	return o
}

// stamp is a time as the protocol writes it, or nil for one that has not come.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := live.Stamp(t)
	return &text
}

// mustJSON encodes objects of this package, which cannot fail.
func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("api: %T: %v", v, err))
	}
	return raw
}

// writeJSON writes an answer's body. An error means that nobody reads it.
func writeJSON(w http.ResponseWriter, v any) { _, _ = w.Write(append(mustJSON(v), '\n')) }
