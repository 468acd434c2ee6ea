package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sufler/internal/token"
	"sufler/routing"
)

// LoginLasts is how long a login to the desk lasts, whatever is done with it.
const LoginLasts = 12 * time.Hour

// Login is what somebody gets who has proved who they are.
type Login struct {
	Token    string // 256 random bits; only its hash is stored
	Operator routing.Operator
	Expires  time.Time
}

// Login checks a password and begins a login to the desk. address is where the
// request came from. A wrong login and a wrong password are refused with the same
// code, "login_wrong", after the same work; too many of them with
// "login_too_often", whether the login exists or not.
func (d *Directory) Login(ctx context.Context, address, login, password string) (Login, error) {
	if !d.attempts.take(address, folded(login)) {
		return Login{}, routing.Refuse(routing.Limited, "login_too_often")
	}
	o, known := d.ByLogin(login)
	hash := o.PasswordHash
	if !known || !o.Active {
		hash = ""
	}
	match, err := d.hasher.matches(ctx, password, hash)
	if err != nil {
		return Login{}, err
	}
	if !match {
		return Login{}, routing.Refuse(routing.Unauthorised, "login_wrong")
	}
	d.attempts.passed(address, folded(login))
	return d.Admit(ctx, o.ID)
}

// Admit begins a login for somebody whose identity was proved elsewhere: the
// demo's buttons.
func (d *Directory) Admit(ctx context.Context, id routing.OperatorID) (Login, error) {
	o, known := d.Operator(id)
	if !known || !o.Active {
		return Login{}, routing.Refuse(routing.NotFound, "operator_unknown")
	}
	now := d.clock.Now()
	l := Login{Token: token.New(), Operator: o, Expires: now.Add(LoginLasts)}
	err := d.store.AddDeskSession(ctx, routing.DeskSession{TokenHash: token.Hash(l.Token), Operator: o.ID, Created: now, Expires: l.Expires})
	if err != nil {
		return Login{}, fmt.Errorf("people: %w", err)
	}
	return l, nil
}

// ByToken returns whose login a token is, and until when. Without one, and when it
// has expired or its owner is inactive, it refuses with code "login_needed".
func (d *Directory) ByToken(ctx context.Context, secret string) (routing.Operator, time.Time, error) {
	needed := routing.Refuse(routing.Unauthorised, "login_needed")
	s, err := d.store.DeskSession(ctx, token.Hash(secret))
	if errors.Is(err, needed) {
		return routing.Operator{}, time.Time{}, needed
	}
	if err != nil {
		return routing.Operator{}, time.Time{}, fmt.Errorf("people: %w", err)
	}
	o, known := d.Operator(s.Operator)
	if !known || !o.Active || !d.clock.Now().Before(s.Expires) {
		return routing.Operator{}, time.Time{}, needed
	}
	return o, s.Expires, nil
}

// Logout ends a login; nothing happens when there is none.
func (d *Directory) Logout(ctx context.Context, secret string) error {
	if err := d.store.DeleteDeskSession(ctx, token.Hash(secret)); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	return nil
}
