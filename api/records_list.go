package api

import (
	"context"
	"strings"
	"time"

	"sufler/internal/fold"
	"sufler/routing"
	"sufler/routing/people"
)

// recordPage is how many rows one answer holds.
const recordPage = 50

type (
	// RecordFilter is the filters that list and export share.
	RecordFilter struct {
		Number string    `query:"number" maxLength:"64" doc:"Any part of the client's number, as people write it."`
		Text   string    `query:"text" maxLength:"100" doc:"Words in the names of client and operator."`
		From   time.Time `query:"from" doc:"Calls that began then or later (RFC 3339)."`
		To     time.Time `query:"to" doc:"Calls that began before then (RFC 3339)."`
		Kind   string    `query:"kind" enum:"callback,phone,internal,web"`
		Queue  string    `query:"queue" maxLength:"100"`
	}
	recordsIn struct {
		RecordFilter
		Before string `query:"before" maxLength:"64" doc:"Calls older than this one."`
	}
	recordsOut struct {
		Body struct {
			Records []RecordRow `json:"records"`
		}
	}
)

func (s *Server) listRecords(ctx context.Context, in *recordsIn) (*recordsOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	out := &recordsOut{}
	out.Body.Records = []RecordRow{}
	wanted, ok := s.wanted(o, people.RecordRead, &in.RecordFilter)
	if !ok {
		return out, nil
	}
	wanted.Before = routing.CallID(in.Before)
	rows, err := s.opt.Records.Calls(ctx, wanted, recordPage)
	for _, row := range rows {
		out.Body.Records = append(out.Body.Records, s.rowObject(row))
	}
	return out, err
}

// wanted is what a reader may see of what they ask for; false: nothing can fit.
func (s *Server) wanted(o routing.Operator, action people.Action, f *RecordFilter) (routing.CallFilter, bool) {
	wanted := routing.CallFilter{
		From: f.From, To: f.To, Kind: kindOf(f.Kind), Queue: routing.QueueName(f.Queue),
		Digits: fold.Digits(f.Number), Within: s.scopeOf(o, action),
	}
	if wanted.Digits == "" && strings.TrimSpace(f.Number) != "" { // a number without a digit
		return wanted, false
	}
	for word := range strings.FieldsSeq(fold.Text(f.Text)) {
		wanted.Words = append(wanted.Words, routing.CallWord{Text: word, Operators: s.called(word)})
	}
	return wanted, true
}

func kindOf(word string) routing.CallKind {
	for _, k := range []routing.CallKind{routing.CallbackCall, routing.PhoneCall, routing.InternalCall, routing.WebCall} {
		if k.String() == word {
			return k
		}
	}
	return 0
}

// called are the operators whose name holds a word.
func (s *Server) called(word string) (ids []routing.OperatorID) {
	for _, o := range s.opt.People.Operators() {
		if strings.Contains(fold.Text(o.Name), word) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// scopeOf is what people.Can says of all calls at once: whose calls somebody may
// do action to; nil: anybody's. A call belongs to its operator and to its queue,
// and so does the right to it (objectOfTalk).
func (s *Server) scopeOf(o routing.Operator, action people.Action) *routing.CallScope {
	if people.Can(o, action, people.Object{}) == nil {
		return nil
	}
	scope := &routing.CallScope{}
	for _, agent := range s.opt.People.Operators() {
		if people.Can(o, action, s.objectOfPerson(agent.ID)) == nil {
			scope.Operators = append(scope.Operators, agent.ID)
		}
	}
	for _, q := range s.opt.Waiting.Queues() {
		if people.Can(o, action, s.objectOfQueue(q.Name)) == nil {
			scope.Queues = append(scope.Queues, q.Name)
		}
	}
	return scope
}
