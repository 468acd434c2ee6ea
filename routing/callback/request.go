package callback

import (
	"context"
	"errors"
	"slices"
	"time"

	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/callername"
)

// Request is what somebody asks for.
type Request struct {
	Number   string // as it was typed
	Name     string // may be empty
	Queue    routing.QueueName
	Language string
	Visitor  routing.VisitorID // empty: no page of ours asks
	// Origin is who asks: the hash of a browser's token, an API token's name, an
	// address. Limits are counted by it.
	Origin string
	// Trusted says that Origin is a server of our own, which answers for its
	// visitors: only the limit per number holds for it.
	Trusted bool
	// Key is the Idempotency-Key; may be empty.
	Key string
}

// storeLimit is how long a request waits for the database.
const storeLimit = 10 * time.Second

// Request puts a callback on disk and into the line and returns it with the
// token of its visitor, which is kept nowhere else. A repeated key gives the same
// callback again. It refuses with the codes of dialplan.Numbers and
// "request_invalid", "queue_unknown", "callback_open", "callback_too_often",
// "number_too_often", "queue_full", "queue_closed", "key_reused", "store_unavailable",
// "server_closing".
func (s *Service) Request(ctx context.Context, r Request) (View, string, error) {
	v, secret, err := s.request(ctx, r)
	if refusal, ok := errors.AsType[*routing.Error](err); ok {
		s.opts.Metrics.refused.WithLabelValues(refusal.Code).Inc()
	}
	return v, secret, err
}

func (s *Service) request(ctx context.Context, r Request) (View, string, error) {
	c, secret, err := s.draft(r)
	if err != nil {
		return View{}, "", err
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return View{}, "", unavailable(ctx.Err())
	}
	// From here on the request is carried out even when its sender goes away:
	// what is on disk must be in the line as well.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	if r.Key != "" {
		old, found, err := s.opts.Store.CallbackByKey(ctx, c.Origin, r.Key)
		if err != nil {
			return View{}, "", unavailable(err)
		}
		if found {
			return s.again(ctx, old, c)
		}
	}
	if err := s.mayAsk(ctx, c, r.Trusted); err != nil {
		return View{}, "", err
	}
	if err := s.opts.Line.MayJoin(c.Queue); err != nil {
		return View{}, "", err
	}
	stored, created, err := s.opts.Store.AddCallback(ctx, c, r.Key)
	switch {
	case err != nil:
		return View{}, "", unavailable(err)
	case !created:
		return s.again(ctx, stored, c)
	}
	v, err := s.take(ctx, stored, secret)
	return v, secret, err
}

// draft checks what was typed and makes a callback of it.
func (s *Service) draft(r Request) (routing.Callback, string, error) {
	number, err := s.opts.Numbers.Normalise(r.Number)
	if err != nil {
		return routing.Callback{}, "", err
	}
	if s.opts.Barred != nil && s.opts.Barred(number) { // to them it looks as if nobody were there
		return routing.Callback{}, "", routing.Refuse(routing.Unavailable, "nobody_online")
	}
	name, err := callername.Tidy(r.Name)
	if err != nil {
		return routing.Callback{}, "", err
	}
	q, err := s.opts.Line.Queue(r.Queue)
	if err != nil {
		return routing.Callback{}, "", err
	}
	language := r.Language
	if !slices.Contains(s.opts.Languages, language) {
		language = s.opts.Languages[0]
	}
	origin := r.Origin
	if origin == "" { // an empty one would count everybody's
		origin = "unknown"
	}
	secret, now := token.New(), s.now()
	return routing.Callback{
		ID: routing.NewID[routing.CallbackID](), TokenHash: token.Hash(secret), Session: routing.NewID[routing.SessionID](),
		Visitor: r.Visitor, Number: number, Name: name, Queue: q.Name, Language: language, Origin: origin,
		State: routing.CallbackQueued, Epoch: 1, Holder: s.holder, Created: now, Changed: now,
	}, secret, nil
}

// mayAsk counts the limits.
func (s *Service) mayAsk(ctx context.Context, c routing.Callback, trusted bool) error {
	if err := s.numberFree(ctx, c.Number); err != nil {
		return err
	}
	for _, limit := range []struct {
		origin, number string
		since          time.Duration
		most           int
		code           string
	}{
		{c.Origin, "", time.Hour, s.opts.PerOriginHour, "callback_too_often"},
		{"", c.Number, 24 * time.Hour, s.opts.PerNumberDay, "number_too_often"},
	} {
		if trusted && limit.number == "" {
			continue
		}
		n, err := s.opts.Store.CountCallbacks(ctx, limit.origin, limit.number, c.Created.Add(-limit.since))
		if err != nil {
			return unavailable(err)
		}
		if n >= limit.most {
			return routing.Refuse(routing.Limited, limit.code)
		}
	}
	return nil
}

// numberFree refuses while a callback to the number is open. For one that has
// ended, as its visitor may have seen, it waits until the end is on disk.
func (s *Service) numberFree(ctx context.Context, number string) error {
	left, stored := 0, make(chan struct{})
	err := s.do(ctx, func() error {
		if s.draining {
			return routing.Refuse(routing.Unavailable, "server_closing")
		}
		before := s.of(number)
		if slices.ContainsFunc(before, func(d *drive) bool { return !d.isOver() }) {
			return routing.Refuse(routing.Conflict, "callback_open")
		}
		if left = len(before); left == 0 {
			close(stored)
		}
		for _, d := range before {
			d.onDisk(func() {
				if left--; left == 0 {
					close(stored)
				}
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case <-stored:
		return nil
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
}

// take puts a stored callback into the line and returns it with its place there.
func (s *Service) take(ctx context.Context, c routing.Callback, secret string) (View, error) {
	var d *drive
	err := s.do(ctx, func() error {
		d = s.adopt(c)
		d.token = secret
		d.begin()
		return nil
	})
	if err != nil {
		return View{}, err
	}
	s.opts.Line.Snapshot() // waits until the line knows the place and has told it
	var v View
	err = s.do(ctx, func() error { v = d.view(); return nil })
	return v, err
}

// again answers a repeated key. The token of a callback that is open here is
// still in memory; of another only its hash is known, so it gets a new one: who
// repeats a request has not had the answer.
func (s *Service) again(ctx context.Context, old, asked routing.Callback) (View, string, error) {
	if old.Number != asked.Number {
		return View{}, "", routing.Refuse(routing.Conflict, "key_reused")
	}
	var v View
	var secret string
	err := s.do(ctx, func() error {
		d, ok := s.drives[old.ID]
		switch {
		case ok:
		case old.Holder == s.holder && old.State == routing.CallbackQueued:
			// It was stored, but the database did not say so in time.
			d = s.adopt(old)
			d.begin()
		default:
			return nil
		}
		v, secret = d.view(), d.showToken()
		return nil
	})
	if err != nil || secret != "" {
		return v, secret, err
	}
	secret = token.New()
	old.TokenHash = token.Hash(secret)
	if err := s.opts.Store.SaveCallback(ctx, old); err != nil {
		return View{}, "", unavailable(err)
	}
	return s.view(old, nothing, 0, 0), secret, nil
}
