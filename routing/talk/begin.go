package talk

import (
	"context"
	"errors"
	"slices"

	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/callername"
)

// Request is what a visitor's page asks for.
type Request struct {
	Name     string // may be empty
	Queue    routing.QueueName
	Language string
	Visitor  routing.VisitorID // empty: not known
	// Origin is who asks: the hash of a browser's token, an address. One talk of an
	// origin is open at a time, and the limit counts by it.
	Origin string
}

// Begin makes the leg of a visitor's page and puts the talk into the line. It
// returns the talk with the token of its visitor, which is kept nowhere else. It
// refuses with "request_invalid" (at), "queue_unknown", "queue_full", "queue_closed",
// "talk_open", "talk_too_often", "server_closing" and as Browsers.Arrive does.
func (s *Service) Begin(ctx context.Context, r Request) (View, string, error) {
	v, secret, err := s.begin(ctx, r)
	if refusal, ok := errors.AsType[*routing.Error](err); ok {
		s.opts.Metrics.refused.WithLabelValues(refusal.Code).Inc()
	}
	return v, secret, err
}

func (s *Service) begin(ctx context.Context, r Request) (View, string, error) {
	r, err := s.tidy(r)
	if err != nil {
		return View{}, "", err
	}
	secret := token.New()
	var d *drive
	err = s.do(ctx, func() error {
		if err := s.opts.Line.MayJoin(r.Queue); err != nil {
			return err
		}
		if err := s.mayBegin(r.Origin); err != nil {
			return err
		}
		d = s.adopt(r, token.Hash(secret))
		return d.arrive()
	})
	if err != nil {
		return View{}, "", err
	}
	s.opts.Line.Snapshot() // waits until the line knows the place and has told it
	var v View
	err = s.do(ctx, func() error { v = d.view(); return nil })
	return v, secret, err
}

// tidy checks what was typed and fills in what was left out.
func (s *Service) tidy(r Request) (Request, error) {
	name, err := callername.Tidy(r.Name)
	if err != nil {
		return r, err
	}
	q, err := s.opts.Line.Queue(r.Queue)
	if err != nil {
		return r, err
	}
	r.Name, r.Queue = name, q.Name
	if !slices.Contains(s.opts.Languages, r.Language) {
		r.Language = s.opts.Languages[0]
	}
	if r.Origin == "" { // an empty one is everybody's
		r.Origin = "unknown"
	}
	return r, nil
}

// mayBegin holds an origin to one talk at a time and to its limit of the hour.
func (s *Service) mayBegin(origin string) error {
	if s.draining {
		return routing.Refuse(routing.Unavailable, "server_closing")
	}
	for _, d := range s.talks {
		if d.asked.Origin == origin && d.state != Ended {
			return routing.Refuse(routing.Conflict, "talk_open")
		}
	}
	begun := s.begun.Of(origin, s.now())
	if begun.N >= s.opts.PerOriginHour {
		return routing.Refuse(routing.Limited, "talk_too_often")
	}
	begun.N++
	return nil
}
