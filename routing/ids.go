package routing

import "github.com/google/uuid"

// The identifiers are distinct types so that the compiler refuses a visitor
// where a call is wanted. Each is a UUIDv7 as text (RFC 9562 section 5.7),
// except those that an administrator names (GroupName, QueueName, TrunkName,
// WidgetID, HoursID, TemplateID, ResultID) and Extension.
type (
	// CallID names a conversation with sound.
	CallID string
	// PartyID names a person's part in one call.
	PartyID string
	// LegID names one wire to one person.
	LegID string
	// SessionID names everything between one visitor and us in one visit.
	SessionID string
	// VisitorID names a person on a customer's page.
	VisitorID string
	// OperatorID names a person of ours.
	OperatorID string
	// CallbackID names a visitor's request to be phoned.
	CallbackID string
	// TalkID names a visitor's talk by the browser.
	TalkID string
	// PlaceID names one place in a queue.
	PlaceID string
	// BanID names one decision to keep a visitor out.
	BanID string
	// InvitationID names an operator's invitation.
	InvitationID string
	// FactID names one entry of a journal.
	FactID string
	// CommentID names a supervisor's comment on a call.
	CommentID string
	// MailID names a mail of ours.
	MailID string
	// MissedID names somebody who was missed.
	MissedID string
	// OfflineID names a message that was left while nobody was there.
	OfflineID string
	// SpanID names a part of an operator's day.
	SpanID string
	// TemplateID names a prepared message.
	TemplateID string
	// ResultID names an answer to "how was it?".
	ResultID string
	// HoursID names opening hours.
	HoursID string

	// GroupName names people and their permissions.
	GroupName string
	// QueueName names a waiting line.
	QueueName string
	// WidgetID names one widget; the script tag on a customer's page carries it.
	WidgetID string
	// TrunkName names a provider's line.
	TrunkName string
	// Extension is a phone's short number, "101".
	Extension string
)

// NewID returns a fresh UUIDv7 as the wanted identifier: NewID[CallID]().
func NewID[T ~string]() T {
	return T(uuid.Must(uuid.NewV7()).String())
}
