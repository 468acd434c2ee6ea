package api

import (
	"context"
	"errors"
	"sync"

	"sufler/api/live"
	"sufler/routing"
)

// followLogins ends the pages of logins that are over without a logout: somebody
// has got a new password or is no more active, perhaps from the command line.
func (s *Server) followLogins() (stop func()) { return follow(s.opt.People.Watch, s.endStrangers) }

// follow looks after each change that watch tells of, one look for those that come
// meanwhile.
func follow(watch func(changed func()) (stop func()), look func(context.Context)) (stop func()) {
	changed := make(chan struct{}, 1)
	stopWatch := watch(func() {
		select {
		case changed <- struct{}{}:
		default: // the look to come sees this change, too
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() {
		for {
			select {
			case <-changed:
				look(ctx)
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		stopWatch()
		cancel()
		following.Wait()
	}
}

func (s *Server) endStrangers(ctx context.Context) {
	tokens := make(map[string]bool)
	s.hub.Each(func(c *live.Conn) {
		if v, ok := c.Page().(*viewer); ok && v.as == deskView {
			tokens[v.token] = true
		}
	}, desks)
	over := routing.Refuse(routing.Unauthorised, "login_needed")
	for token := range tokens {
		if _, _, err := s.opt.People.ByToken(ctx, token); errors.Is(err, over) {
			s.endPages(token)
		}
	}
}
