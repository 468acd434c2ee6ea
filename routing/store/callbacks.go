package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"sufler/routing"
)

const callbackColumns = `id, token_hash, session_id, number, name, queue, language, origin,
	state, reason, attempt, call_id, operator_id, epoch, holder, created, changed, talked, ended, visitor_id`

func scanCallback(row scanner) (c routing.Callback, err error) {
	err = row.Scan(&c.ID, &c.TokenHash, &c.Session, &c.Number, &c.Name, &c.Queue, &c.Language, &c.Origin,
		&c.State, &c.Reason, &c.Attempt, &c.Call, &c.Operator, &c.Epoch, &c.Holder,
		moment{&c.Created}, moment{&c.Changed}, moment{&c.TalkedAt}, moment{&c.EndedAt}, &c.Visitor)
	return c, err
}

// AddCallback stores a new callback, or returns the one that the same origin
// asked for with the same key before.
func (s *Store) AddCallback(ctx context.Context, c routing.Callback, key string) (stored routing.Callback, created bool, err error) {
	requestKey := sql.NullString{String: text(key), Valid: key != ""}
	err = s.change(ctx, func(tx *sql.Tx) error {
		stored, err = scanCallback(tx.QueryRowContext(ctx, `
			INSERT INTO callbacks (request_key, `+callbackColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
			ON CONFLICT (origin, request_key) DO NOTHING
			RETURNING `+callbackColumns,
			requestKey, text(c.ID), text(c.TokenHash), text(c.Session), text(c.Number), text(c.Name), text(c.Queue), text(c.Language), text(c.Origin),
			c.State, text(c.Reason), c.Attempt, text(c.Call), text(c.Operator), c.Epoch, text(c.Holder),
			ms(c.Created), ms(c.Changed), ms(c.TalkedAt), ms(c.EndedAt), text(c.Visitor)))
		created = err == nil
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		stored, err = scanCallback(tx.QueryRowContext(ctx,
			`SELECT `+callbackColumns+` FROM callbacks WHERE origin = $1 AND request_key = $2`, text(c.Origin), requestKey))
		return err
	})
	return stored, created && err == nil, err
}

// CallbackByKey returns what an origin asked for with a key before.
func (s *Store) CallbackByKey(ctx context.Context, origin, key string) (c routing.Callback, found bool, err error) {
	if key == "" {
		return c, false, nil
	}
	c, err = scanCallback(s.read.QueryRowContext(ctx,
		`SELECT `+callbackColumns+` FROM callbacks WHERE origin = $1 AND request_key = $2`, text(origin), text(key)))
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, named(err)
}

// Callback returns one callback.
func (s *Store) Callback(ctx context.Context, id routing.CallbackID) (routing.Callback, error) {
	c, err := scanCallback(s.read.QueryRowContext(ctx, `SELECT `+callbackColumns+` FROM callbacks WHERE id = $1`, text(id)))
	return c, orRefuse(err, routing.Refuse(routing.NotFound, "callback_unknown"))
}

// SaveCallback stores a callback for the one who holds it: everything but its id,
// its origin and key, and who holds it.
func (s *Store) SaveCallback(ctx context.Context, c routing.Callback) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, `
			UPDATE callbacks SET token_hash = $4, session_id = $5, number = $6, name = $7, queue = $8, language = $9, state = $10, reason = $11,
				attempt = $12, call_id = $13, operator_id = $14, created = $15, changed = $16, talked = $17, ended = $18, visitor_id = $19
			WHERE id = $1 AND epoch = $2 AND holder = $3
			RETURNING id`,
			text(c.ID), c.Epoch, text(c.Holder), text(c.TokenHash), text(c.Session), text(c.Number), text(c.Name), text(c.Queue), text(c.Language),
			c.State, text(c.Reason), c.Attempt, text(c.Call), text(c.Operator), ms(c.Created), ms(c.Changed), ms(c.TalkedAt), ms(c.EndedAt), text(c.Visitor)).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT id FROM callbacks WHERE id = $1`, text(c.ID)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return routing.Refuse(routing.NotFound, "callback_unknown")
		}
		return cmp.Or(err, error(routing.Refuse(routing.Conflict, "callback_fenced")))
	})
}

// ClaimCallbacks makes holder the owner of every open callback.
func (s *Store) ClaimCallbacks(ctx context.Context, holder string) (claimed []routing.Callback, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		claimed, err = all(ctx, tx, scanCallback, `
			UPDATE callbacks SET holder = $1, epoch = epoch + 1
			WHERE state IN ($2, $3, $4)
			RETURNING `+callbackColumns,
			text(holder), routing.CallbackQueued, routing.CallbackDialling, routing.CallbackBridged)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(claimed, func(a, b routing.Callback) int { // RETURNING has no order
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return claimed, nil
}

// CountCallbacks counts requests since a time, in whatever state they are.
func (s *Store) CountCallbacks(ctx context.Context, origin, number string, since time.Time) (int, error) {
	var n int
	err := s.read.QueryRowContext(ctx, `
		SELECT count(*) FROM callbacks
		WHERE created >= $1 AND ($2 = '' OR origin = $2) AND ($3 = '' OR number = $3)`,
		ms(since), text(origin), text(number)).Scan(&n)
	return n, named(err)
}
