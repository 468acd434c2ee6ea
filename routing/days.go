package routing

import (
	"context"
	"time"
)

// SpanKind is what a span of an operator's day was.
type SpanKind uint8

// The kinds; zero is invalid on purpose. The numbers are kept in the database.
const (
	PauseSpan  SpanKind = iota + 1 // on pause
	MissedSpan                     // an offer that they did not answer: a moment
)

// Span is a part of an operator's day that no session tells of.
type Span struct {
	ID       SpanID
	Operator OperatorID
	Kind     SpanKind
	Began    time.Time
	Ended    time.Time // zero: it lasts
}

// DayStore keeps what no session tells of an operator's day.
type DayStore interface {
	// PutSpan adds the span, or replaces the one with its id.
	PutSpan(ctx context.Context, s Span) error
	// Spans returns those of an operator that lasted at a time or began later, the
	// oldest first.
	Spans(ctx context.Context, of OperatorID, since time.Time) ([]Span, error)
	// EndSpans ends at a time whatever lasts.
	EndSpans(ctx context.Context, at time.Time) error
}
