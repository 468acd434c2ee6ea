package people

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"

	"sufler/routing"
)

// passwordCost is the second choice of RFC 9106 cut to what a shared core bears: 19 MiB,
// two passes, one lane, about 40 ms.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	// hashesAtOnce keeps a flood of logins from taking the memory and the cores of
	// the calls.
	hashesAtOnce = 2
	// passwordLeast is the least length, in characters, of a password that a person
	// chooses.
	passwordLeast = 12
)

// hasher makes and checks password hashes, a few at a time.
type hasher struct {
	slots chan struct{}
	cost  *argon2id.Params
	// dummy is checked for a login that does not exist, so that its answer takes as
	// long as that for one that does.
	dummy string
}

func newHasher(cost *argon2id.Params) (*hasher, error) {
	dummy, err := argon2id.CreateHash(routing.NewID[string](), cost)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return &hasher{slots: make(chan struct{}, hashesAtOnce), cost: cost, dummy: dummy}, nil
}

// hash makes the hash to store.
func (h *hasher) hash(ctx context.Context, password string) (hash string, err error) {
	err = h.slot(ctx, func() error {
		hash, err = argon2id.CreateHash(password, h.cost)
		return err
	})
	return hash, err
}

// matches checks a password. An empty hash belongs to nobody: it takes its time
// and never matches.
func (h *hasher) matches(ctx context.Context, password, hash string) (match bool, err error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	err = h.slot(ctx, func() error {
		match, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return match && known && err == nil, err
}

func (h *hasher) slot(ctx context.Context, work func() error) error {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("people: password: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	if err := work(); err != nil {
		return fmt.Errorf("people: password: %w", err)
	}
	return nil
}
