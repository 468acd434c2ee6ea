package offline

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/mail"
)

// Mail sends letters. *mail.Service is one.
type Mail interface {
	IsSetUp() bool
	Draft(mail.Letter) (routing.Mail, error)
	Wake()
}

// Missed is the list of the missed. *missed.Service is one.
type Missed interface {
	Added(routing.Missed)
}

// Numbers reads what is typed as a telephone number. dialplan.Numbers is one.
type Numbers interface {
	E164(typed string) (string, error)
}

// Options are what a Service works with.
type Options struct {
	Store   routing.OfflineStore
	Missed  Missed
	Mail    Mail
	Writer  mail.Writer
	Numbers Numbers
	Zone    *time.Location // of those who read the mailbox; nil: UTC
	Clock   clock.Clock    // nil: the machine's
	Log     *slog.Logger

	PerOriginHour int // messages of one origin in an hour; 0 means 5
}

// Service takes messages. Its methods may be called from any goroutine.
type Service struct {
	opts Options
	turn chan struct{} // one message at a time counts the limit and is stored
}

// New makes a service.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.PerOriginHour = cmp.Or(o.PerOriginHour, 5)
	return &Service{opts: o, turn: make(chan struct{}, 1)}
}

// storeLimit is how long a message waits for the database.
const storeLimit = 10 * time.Second

// Leave keeps a message and returns its id. A repeated key gives the message of
// that time. It refuses with "request_invalid" (at), "text_missing",
// "text_too_long" (most), "contact_missing", "consent_missing",
// "mail_address_invalid" (address), "number_invalid", "offline_too_often" and
// "store_unavailable".
func (s *Service) Leave(ctx context.Context, m Message) (routing.OfflineID, error) {
	r, err := s.read(m)
	if err != nil {
		return "", err
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return "", unavailable(ctx.Err())
	}
	// From here on it is kept even when its sender goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	if old, found, err := s.opts.Store.OfflineRequestByKey(ctx, r.Origin, m.Key); err != nil || found {
		return old.ID, unavailable(err)
	}
	n, err := s.opts.Store.CountOfflineRequests(ctx, r.Origin, r.Created.Add(-time.Hour))
	if err != nil {
		return "", unavailable(err)
	}
	if n >= s.opts.PerOriginHour {
		return "", routing.Refuse(routing.Limited, "offline_too_often")
	}
	return s.keep(ctx, r, m)
}

func (s *Service) keep(ctx context.Context, r routing.OfflineRequest, m Message) (routing.OfflineID, error) {
	missed := missedBy(r)
	letter := s.letter(r, m)
	stored, created, err := s.opts.Store.AddOfflineRequest(ctx, r, m.Key, missed, letter)
	if err != nil {
		return "", unavailable(err)
	}
	if created {
		s.opts.Missed.Added(missed)
		s.opts.Mail.Wake()
	}
	return stored.ID, nil
}

// missedBy is the request's entry in the list.
func missedBy(r routing.OfflineRequest) routing.Missed {
	return routing.Missed{
		ID: routing.MissedID(r.ID), Reason: routing.MissedOffline, Queue: r.Queue, Visitor: r.Visitor, Name: r.Name, Phone: r.Phone, Email: r.Email,
		Text: r.Text, Page: r.Page, Language: r.Language, At: r.Created,
	}
}

// letter tells the mailbox; nil when there is none, or no mail. The message is in the
// list whatever becomes of the mail.
func (s *Service) letter(r routing.OfflineRequest, m Message) *routing.Mail {
	if m.Mailbox == "" || !s.opts.Mail.IsSetUp() {
		return nil
	}
	letter, err := s.opts.Mail.Draft(s.opts.Writer.Offline(mail.Offline{
		To: m.Mailbox, Company: m.Company, Language: m.ReadIn, At: r.Created, Zone: s.opts.Zone,
		Name: r.Name, Email: r.Email, Phone: r.Phone, Page: r.Page, Speaks: r.Language, Text: r.Text,
	}))
	if err != nil {
		s.opts.Log.Error("a message that was left is not mailed", slog.String("widget", string(r.Widget)), slog.Any("err", err))
		return nil
	}
	return &letter
}

// now is the time as the store keeps it.
func (s *Service) now() time.Time { return s.opts.Clock.Now().UTC().Truncate(time.Millisecond) }

func unavailable(err error) error {
	if _, is := errors.AsType[*routing.Error](err); is || err == nil {
		return err
	}
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}
