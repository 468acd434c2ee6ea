package people

import (
	"context"
	"sync"
	"time"

	"sufler/internal/token"
	"sufler/routing"
)

// FoundingLasts is how long the link for the first owner can be used.
const FoundingLasts = time.Hour

// founding is the way in while nobody exists: a token that whoever started the
// program has read on its terminal. Only its hash is kept, and only in memory.
type founding struct {
	mu    sync.Mutex // held while the owner is created, so that there is one
	hash  string
	until time.Time
}

// Founded tells whether anybody exists.
func (d *Directory) Founded() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.operators) > 0
}

// OpenFounding returns a new token for Found; one before it is worth nothing.
func (d *Directory) OpenFounding() string {
	opened := token.New()
	d.founding.mu.Lock()
	defer d.founding.mu.Unlock()
	d.founding.hash, d.founding.until = token.Hash(opened), d.clock.Now().Add(FoundingLasts)
	return opened
}

// Found creates the first person, an owner, and logs them in. Of many who try at
// once, one succeeds. It refuses with "setup_done" when somebody exists,
// "setup_link_wrong", "setup_link_old", "login_invalid" and "password_short".
func (d *Directory) Found(ctx context.Context, given string, p Person) (Login, error) {
	d.founding.mu.Lock()
	defer d.founding.mu.Unlock()
	if err := d.Reload(ctx); err != nil { // the command line may have been faster
		return Login{}, err
	}
	switch {
	case d.Founded():
		return Login{}, routing.Refuse(routing.Conflict, "setup_done")
	case !token.Fits(d.founding.hash, given):
		return Login{}, routing.Refuse(routing.Forbidden, "setup_link_wrong")
	case !d.clock.Now().Before(d.founding.until):
		return Login{}, routing.Refuse(routing.Gone, "setup_link_old")
	}
	if err := longEnough(p.Password); err != nil {
		return Login{}, err
	}
	p, err := p.tidy()
	if err != nil {
		return Login{}, err
	}
	p.Rank = routing.RankOwner
	o, err := d.add(ctx, p)
	if err != nil {
		return Login{}, err
	}
	d.founding.hash = ""
	return d.Admit(ctx, o.ID)
}
