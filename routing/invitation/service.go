package invitation

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/internal/token"
	"sufler/routing"
)

const (
	usualLife = 10 * time.Minute
	leastLife = time.Minute
	mostLife  = 30 * 24 * time.Hour
	codeLife  = 10 * time.Minute // at most: the code can be guessed, the link cannot
	digits    = 8
	openMost  = 50 // of one operator
	// keptFor is how long one that is over can still be told from one that never was.
	keptFor    = 7 * 24 * time.Hour
	cleanEvery = time.Hour
	codeTries  = 10 // to find a code that is free
	madeKept   = 10 * time.Minute
)

// Options are what a Service works with.
type Options struct {
	Store   routing.InvitationStore
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere
}

// Service makes invitations and takes them. Its methods may be called from any
// goroutine. It has nothing to close: what is open is in the store.
type Service struct {
	opt  Options
	turn chan struct{} // holds a mark while something is made or tried: one at a time, so that nothing escapes the count

	// The fields below belong to who holds the turn.
	guard   *guard
	cleaned time.Time
	made    map[wish]made // of the last minutes
}

// New returns a service.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	return &Service{opt: o, turn: make(chan struct{}, 1), guard: newGuard(), made: make(map[wish]made)}
}

// Wanted is an invitation as an operator wants it.
type Wanted struct {
	By    routing.OperatorID
	Queue routing.QueueName
	Once  bool
	Life  time.Duration // of the link; 0: ten minutes
	Key   string        // the same one of the same operator is the same wish; may be empty
}

// made is an invitation with what is kept nowhere else, for who asks once more.
type made struct {
	invitation routing.Invitation
	secret     string
}

// wish is what tells one wish from another.
type wish struct {
	by  routing.OperatorID
	key string
}

// Invite makes an invitation; the token of its link is kept nowhere else. It refuses
// with "invitation_life" and "invitations_full" (most).
func (s *Service) Invite(ctx context.Context, w Wanted) (routing.Invitation, string, error) {
	life := cmp.Or(w.Life, usualLife)
	if life < leastLife || life > mostLife {
		return routing.Invitation{}, "", routing.Refuse(routing.Invalid, "invitation_life")
	}
	if err := s.takeTurn(ctx); err != nil {
		return routing.Invitation{}, "", err
	}
	defer s.endTurn()
	now := s.now()
	s.forgetMade(now)
	wanted := wish{by: w.By, key: w.Key}
	if before, again := s.made[wanted]; again {
		return before.invitation, before.secret, nil
	}
	i, secret, err := s.invite(ctx, w, life, now)
	if err != nil {
		return routing.Invitation{}, "", err
	}
	if w.Key != "" {
		s.made[wanted] = made{invitation: i, secret: secret}
	}
	s.opt.Metrics.made.Inc()
	return i, secret, nil
}

func (s *Service) invite(ctx context.Context, w Wanted, life time.Duration, now time.Time) (routing.Invitation, string, error) {
	open, err := s.opt.Store.Invitations(ctx, w.By, now)
	if err != nil {
		return routing.Invitation{}, "", err
	}
	if len(open) >= openMost {
		return routing.Invitation{}, "", routing.Refuse(routing.Conflict, "invitations_full", "most", strconv.Itoa(openMost))
	}
	secret := newToken()
	i := routing.Invitation{
		ID: routing.NewID[routing.InvitationID](), TokenHash: token.Hash(secret), By: w.By, Queue: w.Queue, Once: w.Once,
		Created: now, CodeExpires: now.Add(min(life, codeLife)), Expires: now.Add(life),
	}
	for range codeTries {
		i.Code = newCode()
		if err = s.opt.Store.AddInvitation(ctx, i); !errors.Is(err, routing.Refuse(routing.Conflict, "code_taken")) {
			break
		}
	}
	return i, secret, err
}

// forgetMade drops the secrets that nobody will ask for again.
func (s *Service) forgetMade(now time.Time) {
	for wanted, m := range s.made {
		if now.Sub(m.invitation.Created) >= madeKept {
			delete(s.made, wanted)
		}
	}
}

func (s *Service) takeTurn(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) endTurn() { <-s.turn }

// Open returns the open invitations of an operator, the latest first.
func (s *Service) Open(ctx context.Context, by routing.OperatorID) ([]routing.Invitation, error) {
	return s.opt.Store.Invitations(ctx, by, s.now())
}

// TakeBack ends an open invitation. It refuses with "invitation_unknown" when the
// operator has no such one.
func (s *Service) TakeBack(ctx context.Context, id routing.InvitationID, by routing.OperatorID) error {
	return s.opt.Store.EndInvitation(ctx, id, by, s.now())
}

// Redeem takes the invitation of a code, as somebody types it, or of a link's token.
// Of many who take one for once at the same time one gets it; the same visitor may take
// it again while it lasts, because an answer may be lost. It refuses with
// "invitation_wrong", "invitation_old" and, who tries too much, "invitation_slow"
// (seconds), "invitation_too_often" and "invitation_blocked".
func (s *Service) Redeem(ctx context.Context, typed, address string, visitor routing.VisitorID) (routing.Invitation, error) {
	if err := s.takeTurn(ctx); err != nil {
		return routing.Invitation{}, err
	}
	defer s.endTurn()
	i, err := s.redeem(ctx, typed, address, visitor)
	if refusal, ok := errors.AsType[*routing.Error](err); ok {
		s.opt.Metrics.refused.WithLabelValues(refusal.Code).Inc()
	}
	return i, err
}

func (s *Service) redeem(ctx context.Context, typed, address string, visitor routing.VisitorID) (routing.Invitation, error) {
	now := s.now()
	s.clean(ctx, now)
	from := addressOf(address)
	code, secret := read(typed)
	if err := s.guard.mayTry(from, code, now); err != nil {
		return routing.Invitation{}, err
	}
	i, err := s.take(ctx, code, secret, visitor, now)
	if kind := routing.KindOf(err); err != nil && (kind == routing.NotFound || kind == routing.Gone) {
		if s.guard.wrong(from, code, now) {
			s.opt.Log.Warn("invitation codes are not taken for a while: somebody guesses them")
		}
	}
	return i, err
}

func (s *Service) take(ctx context.Context, code, secret string, visitor routing.VisitorID, now time.Time) (routing.Invitation, error) {
	switch {
	case code != "":
		return s.opt.Store.TakeInvitationByCode(ctx, code, visitor, now)
	case secret != "":
		return s.opt.Store.TakeInvitationByToken(ctx, token.Hash(secret), visitor, now)
	}
	return routing.Invitation{}, routing.Refuse(routing.NotFound, "invitation_wrong")
}

// clean forgets now and then what is long over.
func (s *Service) clean(ctx context.Context, now time.Time) {
	if now.Sub(s.cleaned) < cleanEvery {
		return
	}
	s.cleaned = now
	if err := s.opt.Store.DeleteInvitations(ctx, now.Add(-keptFor)); err != nil { // the next time it is tried again
		s.opt.Log.Warn("old invitations were not deleted", slog.Any("err", err))
	}
}

func (s *Service) now() time.Time { return s.opt.Clock.Now().UTC().Truncate(time.Millisecond) }
