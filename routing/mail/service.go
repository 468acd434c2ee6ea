package mail

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/loop"
	"sufler/routing"
)

const (
	// lookEvery is how soon what another process has put into the database is seen.
	lookEvery = time.Minute
	// storePause is how long a database that failed is left alone.
	storePause = 5 * time.Second
	// storeLimit is how long one question to the database may take.
	storeLimit = 10 * time.Second
	// farewell is how long mails that are being sent may take when the service ends.
	farewell = 5 * time.Second
	// forgetEvery is how often old mails are deleted.
	forgetEvery = time.Hour
)

// Service sends the mails of the database. Its methods may be called from any
// goroutine.
type Service struct {
	opts   Options
	holder string
	log    *slog.Logger

	own      *loop.Loop
	work     sync.WaitGroup // goroutines that ask the database or send
	sending  context.Context
	breakOff context.CancelFunc // of sending
	storing  context.Context
	giveUp   context.CancelFunc // of storing

	// The fields below belong to the loop.
	open      map[routing.MailID]*delivery
	looking   bool // the database is being asked
	again     bool // and is to be asked once more
	timer     clock.Timer
	forgotten time.Time // when old mails were deleted last
	closing   bool
	settled   chan struct{} // closed when closing and nothing goes on any more
}

// New makes a service that sends nothing yet. Start is next; its owner ends it with
// Close.
func New(o Options) *Service {
	o = o.withDefaults()
	s := &Service{
		opts: o, holder: holder(o.Node), log: o.Log, own: loop.New(),
		open: make(map[routing.MailID]*delivery), settled: make(chan struct{}),
	}
	s.sending, s.breakOff = context.WithCancel(context.Background())
	s.storing, s.giveUp = context.WithCancel(context.Background())
	return s
}

// Start begins to send, also what an earlier process has left.
func (s *Service) Start() { s.own.Send(s.look) }

// Close sends nothing new, waits a little for what is being sent and breaks it off
// then, or when ctx ends. What is left is sent by the next process.
func (s *Service) Close(ctx context.Context) {
	s.own.Send(func() {
		s.closing = true
		if s.timer != nil {
			s.timer.Stop()
		}
		s.settle()
	})
	hurry := s.opts.Clock.AfterFunc(farewell, s.breakOff)
	select {
	case <-s.settled:
	case <-ctx.Done():
		s.breakOff()
		s.giveUp()
		<-s.settled
	}
	hurry.Stop()
	s.breakOff()
	s.giveUp()
	s.work.Wait()
	s.own.Close()
	<-s.own.Done()
}

// IsSetUp reports whether there is a mail server.
func (s *Service) IsSetUp() bool { return s.opts.Sender != nil }

// From is the address that mails come from.
func (s *Service) From() string { return s.opts.From }

// Queue puts a letter into the database, from where it is sent. It refuses with
// "mail_off", as Letter.check does, and with "store_unavailable".
func (s *Service) Queue(ctx context.Context, l Letter) (routing.MailID, error) {
	m, err := s.Draft(l)
	if err != nil {
		return "", err
	}
	if _, err := s.opts.Store.AddMail(ctx, m); err != nil {
		return "", unavailable(err)
	}
	s.Wake()
	return m.ID, nil
}

// Draft is a letter as the database keeps it, for who puts it there together with
// something else and calls Wake then. It refuses with "mail_off" and as Queue does.
func (s *Service) Draft(l Letter) (routing.Mail, error) {
	if !s.IsSetUp() {
		return routing.Mail{}, routing.Refuse(routing.Unavailable, "mail_off")
	}
	if err := l.check(); err != nil {
		return routing.Mail{}, err
	}
	return l.mail(routing.NewID[routing.MailID](), s.now()), nil
}

// Wake lets the service look for what is due.
func (s *Service) Wake() { s.own.Send(s.look) }

// Test hands a letter to the mail server while somebody waits, and returns the
// server's own answer. It refuses with "mail_off", as Queue does, and with
// "mail_refused" or "mail_unreached" (answer).
func (s *Service) Test(ctx context.Context, l Letter) (answer string, err error) {
	m, err := s.Draft(l)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.TestLimit)
	defer cancel()
	answer, err = s.opts.Sender.Send(ctx, m)
	if err == nil {
		return answer, nil
	}
	u := undelivered(err)
	if u.Answered {
		return "", routing.Refuse(routing.Unavailable, "mail_refused", "answer", u.Answer)
	}
	return "", routing.Refuse(routing.Unavailable, "mail_unreached", "answer", u.Answer)
}

// Summary says how many mails wait, and what failed and what was sent last.
func (s *Service) Summary(ctx context.Context) (routing.MailSummary, error) {
	sum, err := s.opts.Store.MailSummary(ctx)
	if err != nil {
		return sum, unavailable(err)
	}
	return sum, nil
}

// now is the time as the store keeps it.
func (s *Service) now() time.Time { return s.opts.Clock.Now().UTC().Truncate(time.Millisecond) }

func unavailable(err error) error {
	return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
}

// undelivered is an error of a Sender; one of another kind is no answer of a server.
func undelivered(err error) *Undelivered {
	if u, ok := errors.AsType[*Undelivered](err); ok {
		return u
	}
	return &Undelivered{Answer: err.Error()}
}
