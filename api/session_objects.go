package api

import (
	"encoding/json"
	"maps"
	"slices"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/session"
	"sufler/routing/visitor"
)

type (
	// Session is everything between one visitor and us, as staff sees it.
	Session struct {
		ID           routing.SessionID `json:"id"`
		Kind         string            `json:"kind" enum:"chat,voice,video,callback,phone,invitation"`
		State        string            `json:"state" enum:"requested,queued,active,wrap_up,closed"`
		Outcome      string            `json:"outcome" enum:",talked,abandoned,refused,banned,lost,nobody_free,failed"`
		Queue        routing.QueueName `json:"queue"`
		Widget       routing.WidgetID  `json:"widget"`
		Language     string            `json:"language"`
		Operator     *SessionOperator  `json:"operator" doc:"Who has it, or had it last."`
		Visitor      VisitorInfo       `json:"visitor"`
		Place        routing.PlaceID   `json:"place" doc:"In the line; empty: nowhere."`
		Call         routing.CallID    `json:"call"`
		RequestedAt  string            `json:"requested_at"`
		AcceptedAt   *string           `json:"accepted_at"`
		EndedAt      *string           `json:"ended_at"`
		ClosedAt     *string           `json:"closed_at"`
		Tags         []string          `json:"tags" nullable:"false"`
		Result       string            `json:"result" doc:"Of the last operator who gave one."`
		Note         string            `json:"note"`
		Redirected   *Handed           `json:"redirected" doc:"What the operator before has left for this one."`
		LeftAt       *string           `json:"left_at" doc:"The visitor has no connection since; null: is here."`
		UnansweredAt *string           `json:"unanswered_at" doc:"The oldest message of the visitor that nobody has answered."`
		AmberMS      int64             `json:"amber_ms" doc:"So long after unanswered_at it is marked amber."`
		RedMS        int64             `json:"red_ms" doc:"And so long after it red; supervisors are to see to it."`
		Last         *LastLine         `json:"last" doc:"What was said last."`
		Seq          uint64            `json:"seq" doc:"The number of the newest entry."`
	}

	// SessionOperator is who has a session.
	SessionOperator struct {
		ID   routing.OperatorID `json:"id"`
		Name string             `json:"name"`
	}

	// Handed is what somebody who redirects a visitor leaves for the next one.
	Handed struct {
		From string `json:"from" doc:"The name."`
		Note string `json:"note"`
	}

	// LastLine is what was said last.
	LastLine struct {
		N    uint64 `json:"n"`
		At   string `json:"at"`
		From string `json:"from" enum:"visitor,operator,system"`
		Text string `json:"text"`
	}

	// VisitorInfo is what is known of a visitor.
	VisitorInfo struct {
		ID         routing.VisitorID `json:"id"`
		Number     int64             `json:"number" doc:"Short, to be called by."`
		Name       string            `json:"name"`
		Phone      string            `json:"phone"`
		Email      string            `json:"email"`
		Here       bool              `json:"here" doc:"A page of theirs is open."`
		HereSince  *string           `json:"here_since"`
		Page       *VisitorPage      `json:"page" doc:"What they look at."`
		Browser    string            `json:"browser"`
		OS         string            `json:"os"`
		EntryURL   string            `json:"entry_url"`
		Referrer   string            `json:"referrer"`
		Language   string            `json:"language"`
		Parameters []VisitorValue    `json:"parameters" nullable:"false"`
		Sessions   int               `json:"sessions" doc:"How many there were before."`
		Banned     bool              `json:"banned"`
	}

	// VisitorPage is a page of a customer's that a visitor looks at.
	VisitorPage struct {
		URL   string `json:"url"`
		Title string `json:"title"`
		At    string `json:"at"`
	}

	// VisitorValue is a parameter that a page has told of its visitor.
	VisitorValue struct {
		Name  string `json:"name"`
		Title string `json:"title"`
		Value string `json:"value"`
	}

	// SessionRow is a session in a list.
	SessionRow struct {
		ID          routing.SessionID `json:"id"`
		Kind        string            `json:"kind"`
		State       string            `json:"state"`
		Outcome     string            `json:"outcome"`
		Queue       routing.QueueName `json:"queue"`
		Operator    string            `json:"operator" doc:"The name."`
		Visitor     RowVisitor        `json:"visitor"`
		RequestedAt string            `json:"requested_at"`
		AcceptedAt  *string           `json:"accepted_at"`
		EndedAt     *string           `json:"ended_at"`
		Tags        []string          `json:"tags" nullable:"false"`
		Result      string            `json:"result"`
		Note        string            `json:"note"`
		Call        routing.CallID    `json:"call"`
	}

	// RowVisitor is the visitor of a session in a list.
	RowVisitor struct {
		ID     routing.VisitorID `json:"id"`
		Number int64             `json:"number"`
		Name   string            `json:"name"`
		Phone  string            `json:"phone"`
		Email  string            `json:"email"`
	}

	// Entry is one fact of a session, as its reader gets it.
	Entry struct {
		N    uint64          `json:"n" doc:"In what the reader may read: 1, 2, 3 ..."`
		At   string          `json:"at"`
		Kind string          `json:"kind"`
		By   EntryBy         `json:"by"`
		Data json.RawMessage `json:"data"`
	}

	// EntryBy is who did it. A visitor reads of an operator the public name alone.
	EntryBy struct {
		Role string `json:"role" enum:"visitor,operator,system"`
		ID   string `json:"id"`
		Name string `json:"name"`
	}
)

// sessionObject is a session for staff. The number is left out for those who may not
// see it before they have accepted.
func (s *Server) sessionObject(v session.View, withNumber bool) Session {
	o := Session{
		ID: v.ID, Kind: v.Channel.String(), State: v.State.String(), Outcome: v.Outcome.String(), Queue: v.Queue, Widget: v.Widget, Language: v.Language,
		Visitor: s.visitorOf(v), Place: v.Place, Call: v.Call, RequestedAt: live.Stamp(v.Requested), AcceptedAt: stamp(v.Accepted), EndedAt: stamp(v.Ended),
		ClosedAt: stamp(v.Closed), Tags: orEmpty(v.Tags), LeftAt: stamp(v.LeftAt), UnansweredAt: stamp(v.UnansweredAt),
		AmberMS: v.Amber.Milliseconds(), RedMS: v.Red.Milliseconds(), Seq: v.Seq,
	}
	o.Result, o.Note = saidAtTheEnd(v.Session)
	if v.Operator != "" {
		o.Operator = &SessionOperator{ID: v.Operator, Name: s.nameOf(v.Operator)}
	}
	if v.From != "" {
		o.Redirected = &Handed{From: s.nameOf(v.From), Note: v.Handed}
	}
	if l := v.Last; l.N > 0 {
		o.Last = &LastLine{N: l.N, At: live.Stamp(l.At), From: l.From, Text: l.Text}
	}
	if !withNumber {
		o.Visitor.Phone = ""
	}
	return o
}

// saidAtTheEnd is what the last operator who said anything has said of a session.
func saidAtTheEnd(s routing.Session) (result, note string) {
	for _, p := range slices.Backward(s.Parts) {
		if p.Result != "" || p.Note != "" {
			return p.Result, p.Note
		}
	}
	return "", ""
}

// orEmpty is a list that JSON writes as one, also when nothing is in it.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// visitorOf is the visitor of a session: as the session has them, and how they are now.
func (s *Server) visitorOf(v session.View) VisitorInfo {
	o := VisitorInfo{
		ID: v.Visitor, Number: v.Number, Name: v.Name, Phone: v.Phone, Email: v.Email, Browser: v.Browser, OS: v.OS, EntryURL: v.EntryURL,
		Referrer: v.Referrer, Language: v.Language, Parameters: []VisitorValue{}, Sessions: v.Past, Banned: s.opt.Visitors.Banned(v.Visitor),
	}
	titles := map[string]string{}
	if info, here := s.opt.Visitors.Info(v.Visitor); here {
		o.Here, o.HereSince = info.Here, stamp(info.Since)
		if info.Page.URL != "" {
			o.Page = &VisitorPage{URL: info.Page.URL, Title: info.Page.Title, At: live.Stamp(info.Page.At)}
		}
		for _, p := range info.Parameters {
			titles[p.Name] = p.Title
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Params)) {
		title := titles[name]
		if title == "" {
			title = name
		}
		o.Parameters = append(o.Parameters, VisitorValue{Name: name, Title: title, Value: v.Params[name]})
	}
	return o
}

// visitorInfo is a visitor who is here, with or without a session.
func visitorInfo(i visitor.Info, past int) VisitorInfo {
	o := VisitorInfo{
		ID: i.Visitor.ID, Number: i.Visitor.Number, Name: i.Visitor.Name, Phone: i.Visitor.Phone, Email: i.Visitor.Email, Here: i.Here,
		HereSince: stamp(i.Since), Browser: i.Browser, OS: i.System, EntryURL: i.Entry.URL, Referrer: i.Referrer, Language: i.Visitor.Language,
		Parameters: []VisitorValue{}, Sessions: past, Banned: i.Banned,
	}
	if i.Page.URL != "" {
		o.Page = &VisitorPage{URL: i.Page.URL, Title: i.Page.Title, At: live.Stamp(i.Page.At)}
	}
	for _, p := range i.Parameters {
		o.Parameters = append(o.Parameters, VisitorValue{Name: p.Name, Title: p.Title, Value: p.Value})
	}
	return o
}

func (s *Server) sessionRow(one routing.Session) SessionRow {
	o := SessionRow{
		ID: one.ID, Kind: one.Channel.String(), State: one.State.String(), Outcome: one.Outcome.String(), Queue: one.Queue, Operator: s.nameOf(one.Operator),
		Visitor:     RowVisitor{ID: one.Visitor, Number: one.Number, Name: one.Name, Phone: one.Phone, Email: one.Email},
		RequestedAt: live.Stamp(one.Requested), AcceptedAt: stamp(one.Accepted), EndedAt: stamp(one.Ended), Tags: orEmpty(one.Tags), Call: one.Call,
	}
	o.Result, o.Note = saidAtTheEnd(one)
	return o
}

// entryObject is an entry for staff.
func (s *Server) entryObject(t session.Told) Entry {
	by := EntryBy{Role: session.BySystem}
	if o, ours := s.opt.People.Operator(routing.OperatorID(t.By)); ours {
		by = EntryBy{Role: session.ByOperator, ID: t.By, Name: o.Name}
	} else if t.By != session.BySystem {
		by = EntryBy{Role: session.ByVisitor, ID: t.By}
	}
	return Entry{N: t.N, At: live.Stamp(t.At), Kind: t.Kind, By: by, Data: t.Data}
}

func (s *Server) entryObjects(told []session.Told) []Entry {
	entries := make([]Entry, len(told))
	for i, t := range told {
		entries[i] = s.entryObject(t)
	}
	return entries
}
