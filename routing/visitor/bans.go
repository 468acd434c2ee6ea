package visitor

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sufler/routing"
)

// reasonMost is how long the reason of a ban may be, in characters.
const reasonMost = 500

// Ban keeps a visitor out from now on. The reason is for the people of ours who read
// the list later. It refuses with "ban_reason_missing", "ban_over" for a time that is
// past and "visitor_unknown".
func (s *Service) Ban(ctx context.Context, b routing.Ban) (routing.Ban, error) {
	now := s.opt.Clock.Now().UTC().Truncate(time.Millisecond)
	b.ID, b.At, b.Reason, b.Until = routing.NewID[routing.BanID](), now, oneLine(b.Reason, reasonMost), b.Until.UTC().Truncate(time.Millisecond)
	b.LiftedBy, b.LiftedAt = "", time.Time{}
	if b.Reason == "" {
		return b, routing.Refuse(routing.Invalid, "ban_reason_missing", "most", strconv.Itoa(reasonMost))
	}
	if !b.Holds(now) {
		return b, routing.Refuse(routing.Invalid, "ban_over")
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	v, err := s.Visitor(ctx, b.Visitor)
	if err != nil {
		return b, err
	}
	if err := s.opt.Store.AddBan(ctx, b); err != nil {
		return b, err
	}
	s.bansChanged(v.ID, func(bans []routing.Ban) []routing.Ban { return append(bans, b) })
	return b, nil
}

// Lift ends the bans of a visitor. It refuses with "ban_unknown" when none holds.
func (s *Service) Lift(ctx context.Context, visitor routing.VisitorID, by routing.OperatorID) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	now := s.opt.Clock.Now().UTC().Truncate(time.Millisecond)
	lifted, err := s.opt.Store.LiftBans(ctx, visitor, by, now)
	if err != nil {
		return err
	}
	s.bansChanged(visitor, func([]routing.Ban) []routing.Ban { return nil })
	if lifted == 0 {
		return routing.Refuse(routing.NotFound, "ban_unknown")
	}
	return nil
}

// bansChanged changes the bans of a visitor that were not lifted, and tells of it.
func (s *Service) bansChanged(visitor routing.VisitorID, change func([]routing.Ban) []routing.Ban) {
	s.change(func() []Event {
		if bans := change(s.bans[visitor]); len(bans) > 0 {
			s.bans[visitor] = bans
		} else {
			delete(s.bans, visitor)
		}
		s.waitForEndLocked()
		return s.barredLocked(visitor)
	})
}

func (s *Service) barredLocked(visitor routing.VisitorID) []Event {
	v := s.visits[visitor]
	if v == nil {
		return nil
	}
	return []Event{Barred{Visitor: visitor, Widget: v.widget}, Changed{s.infoLocked(v)}}
}

// waitForEndLocked waits for the ban that ends next.
func (s *Service) waitForEndLocked() {
	stopped(s.ending)
	s.ending = nil
	var next time.Time
	total := 0
	for _, bans := range s.bans {
		total += len(bans)
		for _, b := range bans {
			if !b.Until.IsZero() && (next.IsZero() || b.Until.Before(next)) {
				next = b.Until
			}
		}
	}
	s.opt.Metrics.banned.Set(float64(total))
	if !next.IsZero() && !s.closed {
		s.ending = s.opt.Clock.AfterFunc(next.Sub(s.opt.Clock.Now()), s.endBans)
	}
}

// endBans forgets the bans that are over, and tells of who is here.
func (s *Service) endBans() {
	s.change(func() []Event {
		var events []Event
		now := s.opt.Clock.Now()
		for visitor, bans := range s.bans {
			held := slices.DeleteFunc(slices.Clone(bans), func(b routing.Ban) bool { return !b.Holds(now) })
			if len(held) == len(bans) {
				continue
			}
			if s.bans[visitor] = held; len(held) == 0 {
				delete(s.bans, visitor)
			}
			events = append(events, s.barredLocked(visitor)...)
		}
		s.waitForEndLocked()
		return events
	})
}

// Banned reports whether a visitor is kept out now. Nobody is not.
func (s *Service) Banned(visitor routing.VisitorID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bannedLocked(visitor)
}

func (s *Service) bannedLocked(visitor routing.VisitorID) bool {
	bans := s.bans[visitor]
	return len(bans) > 0 && slices.ContainsFunc(bans, func(b routing.Ban) bool { return b.Holds(s.opt.Clock.Now()) })
}

// BannedNumber reports whether a number is not to be called: it is that of a visitor
// who is kept out.
func (s *Service) BannedNumber(number string) bool {
	if number == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opt.Clock.Now()
	for _, bans := range s.bans {
		if slices.ContainsFunc(bans, func(b routing.Ban) bool { return b.Number == number && b.Holds(now) }) {
			return true
		}
	}
	return false
}

// Kept is a visitor who is kept out.
type Kept struct {
	Visitor routing.Visitor
	Ban     routing.Ban
}

// Bans returns who is kept out, the latest first.
func (s *Service) Bans(ctx context.Context) ([]Kept, error) {
	bans, err := s.opt.Store.BansThatHold(ctx, s.opt.Clock.Now())
	if err != nil {
		return nil, err
	}
	kept := make([]Kept, 0, len(bans))
	for _, b := range bans {
		v, err := s.Visitor(ctx, b.Visitor)
		if err != nil {
			return nil, err
		}
		kept = append(kept, Kept{Visitor: v, Ban: b})
	}
	return kept, nil
}

// BansOf returns every ban there ever was of a visitor, the latest first.
func (s *Service) BansOf(ctx context.Context, visitor routing.VisitorID) ([]routing.Ban, error) {
	return s.opt.Store.Bans(ctx, visitor)
}
