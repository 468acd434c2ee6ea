package visitor

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/internal/token"
	"sufler/internal/watch"
	"sufler/routing"
)

// storeLimit is how long something waits for the database.
const storeLimit = 10 * time.Second

// PageID names an open page of a visitor's.
type PageID uint64

// Service knows the visitors. All methods may be called from any goroutine; only those
// that take a context wait for the database.
type Service struct {
	opt Options

	// changing is held while a visitor or a ban is read, changed and stored.
	changing sync.Mutex

	// telling is held over a change and the telling of it, so that watchers hear of
	// changes in order. Watchers may read, but not change, from within.
	telling  sync.Mutex
	watchers watch.List[Event] // under telling

	mu       sync.Mutex
	visits   map[routing.VisitorID]*visit
	tokens   map[string]routing.VisitorID // of those who are present, by hash
	sessions map[routing.VisitorID]routing.SessionID
	bans     map[routing.VisitorID][]routing.Ban // that hold
	ending   clock.Timer                         // of the one that ends next
	lastPage PageID
	seen     map[routing.VisitorID]time.Time // not stored yet
	storing  clock.Timer
	closed   bool
	work     sync.WaitGroup // of storing; grows only under mu while not closed
}

// Open reads who is kept out. Its owner ends it with Close.
func Open(ctx context.Context, o Options) (*Service, error) {
	s := &Service{
		opt: o.withDefaults(), visits: make(map[routing.VisitorID]*visit), tokens: make(map[string]routing.VisitorID),
		sessions: make(map[routing.VisitorID]routing.SessionID), bans: make(map[routing.VisitorID][]routing.Ban),
		seen: make(map[routing.VisitorID]time.Time),
	}
	bans, err := s.opt.Store.BansThatHold(ctx, s.opt.Clock.Now())
	if err != nil {
		return nil, err
	}
	for _, b := range bans {
		s.bans[b.Visitor] = append(s.bans[b.Visitor], b)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waitForEndLocked()
	return s, nil
}

// Close forgets everybody and stores who was here. Pages that leave later do nothing.
func (s *Service) Close(ctx context.Context) {
	s.mu.Lock()
	s.closed = true
	for _, v := range s.visits {
		stopped(v.leaving)
		stopped(v.polling)
		if len(v.pages) > 0 {
			s.seen[v.visitor.ID] = s.opt.Clock.Now()
		}
	}
	clear(s.visits)
	stopped(s.storing)
	stopped(s.ending)
	s.mu.Unlock()
	s.work.Wait()
	s.storeSeen(ctx)
}

// Watch calls told with every event, in order, until stop is called. told must not
// block and must not change anything here.
func (s *Service) Watch(told func(Event)) (stop func()) {
	s.telling.Lock()
	defer s.telling.Unlock()
	key := s.watchers.Add(told)
	return func() {
		s.telling.Lock()
		defer s.telling.Unlock()
		s.watchers.Remove(key)
	}
}

// change does something to what is known, and tells of it.
func (s *Service) change(do func() []Event) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.mu.Lock()
	events := do()
	s.mu.Unlock()
	for _, e := range events {
		s.watchers.Tell(e)
	}
}

// Visitor returns one visitor. It refuses with "visitor_unknown".
func (s *Service) Visitor(ctx context.Context, id routing.VisitorID) (routing.Visitor, error) {
	if v, here := s.present(id); here {
		return v, nil
	}
	return s.opt.Store.Visitor(ctx, id)
}

func (s *Service) present(id routing.VisitorID) (v routing.Visitor, here bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.visits[id]; now != nil {
		return now.visitor, true
	}
	return v, false
}

func (s *Service) presentBy(tokenHash string) (v routing.Visitor, here bool) {
	s.mu.Lock()
	id := s.tokens[tokenHash]
	s.mu.Unlock()
	return s.present(id)
}

// ByToken returns whose token it is. It refuses with "visitor_unknown" and creates
// nobody.
func (s *Service) ByToken(ctx context.Context, secret string) (routing.Visitor, error) {
	if !IsToken(secret) {
		return routing.Visitor{}, routing.Refuse(routing.NotFound, "visitor_unknown")
	}
	hash := token.Hash(secret)
	if v, here := s.presentBy(hash); here {
		return v, nil
	}
	return s.opt.Store.VisitorByToken(ctx, hash)
}

// Known returns whose token it is, a new visitor if nobody's. It refuses with
// "token_wrong" what is no token.
func (s *Service) Known(ctx context.Context, secret, language string) (routing.Visitor, error) {
	found, err := s.ByToken(ctx, secret)
	if !errors.Is(err, routing.Refuse(routing.NotFound, "visitor_unknown")) {
		return found, err
	}
	if !IsToken(secret) {
		return routing.Visitor{}, routing.Refuse(routing.Unauthorised, "token_wrong")
	}
	now := s.opt.Clock.Now().UTC().Truncate(time.Millisecond) // as SQL keeps it
	stored, created, err := s.opt.Store.AddVisitor(ctx, routing.Visitor{
		ID: routing.NewID[routing.VisitorID](), TokenHash: token.Hash(secret), Language: tidyLanguage(language), Created: now, Seen: now,
	})
	if created {
		s.opt.Metrics.created.Inc()
	}
	return stored, err
}

// Change is what somebody writes down about a visitor; what is nil stays as it is.
type Change struct {
	Visitor routing.VisitorID
	Session routing.SessionID // in which an operator does it; empty: the visitor themselves
	By      string            // an OperatorID or the VisitorID

	Name, Phone, Email, Language *string
}

// Change stores what a visitor is called and how they are reached: for this visit and
// the next ones. It refuses with "visitor_unknown", "request_invalid" (at),
// "phone_invalid" and "email_invalid".
func (s *Service) Change(ctx context.Context, c Change) (routing.Visitor, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	v, err := s.Visitor(ctx, c.Visitor)
	if err != nil {
		return v, err
	}
	before := v
	if err := c.apply(&v); err != nil {
		return before, err
	}
	if v == before {
		return v, nil
	}
	if err := s.opt.Store.SaveVisitor(ctx, v); err != nil {
		return before, err
	}
	s.change(func() []Event {
		events := []Event{Introduced{Visitor: v, Session: c.Session, By: c.By}}
		if here := s.visits[v.ID]; here != nil {
			here.visitor = v
			events = append(events, Changed{s.infoLocked(here)})
		}
		return events
	})
	return v, nil
}

// storeSoonLocked stores a little later, with others, that a visitor was here.
func (s *Service) storeSoonLocked(id routing.VisitorID, at time.Time) {
	s.seen[id] = at
	if s.storing != nil || s.closed {
		return
	}
	s.storing = s.opt.Clock.AfterFunc(s.opt.SeenEvery, func() {
		s.mu.Lock()
		s.storing = nil
		if s.closed {
			s.mu.Unlock()
			return
		}
		s.work.Add(1)
		s.mu.Unlock()
		defer s.work.Done()
		ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
		defer cancel()
		s.storeSeen(ctx)
	})
}

func (s *Service) storeSeen(ctx context.Context) {
	s.mu.Lock()
	seen := s.seen
	s.seen = make(map[routing.VisitorID]time.Time)
	s.mu.Unlock()
	if len(seen) == 0 {
		return
	}
	if err := s.opt.Store.SeeVisitors(ctx, seen); err != nil { // nothing depends on it
		s.opt.Log.Warn("when visitors were here was not stored", slog.Int("visitors", len(seen)), slog.Any("err", err))
	}
}
