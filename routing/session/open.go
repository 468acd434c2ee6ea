package session

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
)

// Request is what a visitor asks for: to write to us.
type Request struct {
	Visitor  routing.VisitorID
	Channel  routing.Channel // ChatChannel or InvitationChannel
	Widget   routing.WidgetID
	Queue    routing.QueueName
	Language string
	// For is whom an invitation leads to.
	For routing.OperatorID

	Name, Phone, Email string // what is empty is as it is known

	// Text is the visitor's first message, may be empty; MessageID is its own id.
	Text, MessageID string
	// Key is the Idempotency-Key; may be empty.
	Key string
}

// storeLimit is how long a request waits for the database.
const storeLimit = 10 * time.Second

// Begin puts a session and the visitor's first words on disk and the session into
// the line. A visitor who has one open gets that one, with the words said in it. It
// refuses with "request_invalid" (at), "queue_unknown", "session_too_often",
// "text_too_long" (most), "store_unavailable", "server_closing" and as
// queue.Line.Join does.
func (s *Service) Begin(ctx context.Context, r Request) (View, error) {
	v, err := s.begin(ctx, r)
	if refusal, ok := errors.AsType[*routing.Error](err); ok {
		s.opts.Metrics.refused.WithLabelValues(refusal.Code).Inc()
	}
	return v, err
}

func (s *Service) begin(ctx context.Context, r Request) (View, error) {
	row, err := s.draft(r)
	if err != nil {
		return View{}, err
	}
	finish, open, err := s.takeTurn(ctx, r)
	if err != nil {
		return View{}, err
	}
	if open != "" {
		return s.sayFirst(ctx, open, r)
	}
	defer finish()
	if err := s.opts.Line.MayJoin(row.Queue); err != nil && row.For == "" { // who is expected comes in
		return View{}, err
	}
	// From here on the request is carried out even when its sender goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	stored, created, err := s.opts.Store.AddSession(ctx, row, r.Key)
	switch {
	case err != nil:
		return View{}, unavailable(err)
	case !created:
		return s.again(ctx, stored)
	}
	if err := s.do(ctx, func() error { return s.enter(stored) }); err != nil {
		return View{}, err
	}
	view, err := s.sayFirst(ctx, stored.ID, r)
	if err != nil {
		return view, err
	}
	s.opts.Line.Snapshot() // waits until the line knows the place and has told it
	return s.Get(ctx, stored.ID)
}

// again is the answer to a request whose key was used before.
func (s *Service) again(ctx context.Context, stored routing.Session) (View, error) {
	v, err := s.Get(ctx, stored.ID)
	if routing.KindOf(err) == routing.NotFound {
		return View{Session: stored}, nil
	}
	return v, err
}

// sayFirst says the words that came with the request.
func (s *Service) sayFirst(ctx context.Context, id routing.SessionID, r Request) (View, error) {
	if r.Text != "" {
		if _, err := s.Say(ctx, Message{Session: id, Visitor: r.Visitor, ID: r.MessageID, Text: r.Text}); err != nil {
			return View{}, err
		}
	}
	return s.Get(ctx, id)
}

// draft checks what was typed and makes a session of it.
func (s *Service) draft(r Request) (routing.Session, error) {
	name, err := callername.Tidy(r.Name)
	if err != nil {
		return routing.Session{}, err
	}
	if r.Text != "" {
		if err := readable(r.Text); err != nil {
			return routing.Session{}, err
		}
	}
	q, err := s.opts.Line.Queue(r.Queue)
	if err != nil {
		return routing.Session{}, err
	}
	language := r.Language
	if !slices.Contains(s.opts.Languages, language) {
		language = s.opts.Languages[0]
	}
	row := routing.Session{
		ID: routing.NewID[routing.SessionID](), Visitor: r.Visitor, Channel: r.Channel, Widget: r.Widget, Queue: q.Name, Language: language,
		State: requested, For: r.For, Name: name, Phone: oneLine(r.Phone), Email: oneLine(r.Email), Requested: s.now(),
	}
	s.introduce(&row)
	return row, nil
}

// introduce fills in what is known of a visitor who is here.
func (s *Service) introduce(row *routing.Session) {
	about, known := s.opts.About(row.Visitor)
	if row.Visitor == "" || !known {
		return
	}
	row.Number, row.Params = about.Number, maps.Clone(about.Params)
	row.Name, row.Phone, row.Email = cmp.Or(row.Name, about.Name), cmp.Or(row.Phone, about.Phone), cmp.Or(row.Email, about.Email)
	row.Widget = cmp.Or(row.Widget, about.Widget)
	row.EntryURL, row.EntryTitle, row.Referrer = oneLine(about.EntryURL), oneLine(about.EntryTitle), oneLine(about.Referrer)
	row.Browser, row.OS = about.Browser, about.OS
}

// longestLine is how many letters are kept of what a page says about itself.
const longestLine = 2000

// oneLine makes harmless what was typed or a page has said.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	text = strings.TrimSpace(text)
	for i := range text {
		if utf8.RuneCountInString(text[:i]) >= longestLine {
			return text[:i]
		}
	}
	return text
}

// takeTurn lets one request of a visitor be stored at a time. It returns the session
// that the visitor has open, or counts the request; finish ends the turn.
func (s *Service) takeTurn(ctx context.Context, r Request) (finish func(), open routing.SessionID, err error) {
	for {
		var wait chan struct{}
		err := s.do(ctx, func() error {
			if wait = s.opening[r.Visitor]; wait != nil {
				return nil
			}
			if v := s.chats[r.Visitor]; v != nil && v.row.Ended.IsZero() {
				open = v.row.ID
				return nil
			}
			if err := s.mayAsk(r.Visitor); err != nil {
				return err
			}
			s.opening[r.Visitor] = make(chan struct{})
			return nil
		})
		switch {
		case err != nil:
			return nil, "", err
		case wait == nil:
			return func() { s.endTurn(r.Visitor) }, open, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, "", unavailable(ctx.Err())
		}
	}
}

func (s *Service) endTurn(visitor routing.VisitorID) {
	s.own.Send(func() {
		close(s.opening[visitor])
		delete(s.opening, visitor)
	})
}

// mayAsk counts the limit of the hour.
func (s *Service) mayAsk(visitor routing.VisitorID) error {
	if s.draining {
		return routing.Refuse(routing.Unavailable, "server_closing")
	}
	asked := s.asked.Of(visitor, s.now())
	if asked.N >= s.opts.PerVisitorHour {
		return routing.Refuse(routing.Limited, "session_too_often")
	}
	asked.N++
	return nil
}

// enter puts a session that is on disk into the line.
func (s *Service) enter(row routing.Session) error {
	v := s.adopt(row)
	v.log.Info("session requested", slog.String("kind", row.Channel.String()), slog.String("queue", string(row.Queue)))
	v.fact(string(row.Visitor), routing.Everybody, Opened{
		Channel: row.Channel.String(), Widget: row.Widget, Queue: row.Queue, Language: row.Language,
	})
	err := v.join("")
	if err != nil {
		v.fire(Refuse)
		v.fact("system", routing.Everybody, Ended{Who: BySystem, Reason: v.row.Outcome.String()})
	}
	v.changed()
	return err
}
