package routing

import (
	"context"
	"time"
)

// OfflineRequest is the message of a visitor who found nobody there.
type OfflineRequest struct {
	ID       OfflineID
	Widget   WidgetID
	Queue    QueueName
	Visitor  VisitorID // may be empty
	Name     string
	Email    string // one of the two is there
	Phone    string
	Text     string
	Page     string // where they wrote it; may be empty
	Language string
	Origin   string // who asked; limits count by it
	Consent  bool   // they agreed that it is kept
	Created  time.Time
}

// OfflineStore keeps offline requests.
type OfflineStore interface {
	// AddOfflineRequest stores a request with its row among the missed and, when
	// there is one, the mail that tells of it: all of them or nothing. When key is not
	// empty and was used before by the same origin, the request of that time is
	// returned and created is false.
	AddOfflineRequest(ctx context.Context, r OfflineRequest, key string, missed Missed, mail *Mail) (stored OfflineRequest, created bool, err error)
	// OfflineRequestByKey returns what AddOfflineRequest stored under an origin's key;
	// found is false when there is none.
	OfflineRequestByKey(ctx context.Context, origin, key string) (r OfflineRequest, found bool, err error)
	// CountOfflineRequests counts those of an origin since a time.
	CountOfflineRequests(ctx context.Context, origin string, since time.Time) (int, error)
}
