package store

import (
	"context"

	"sufler/internal/fold"
	"sufler/routing"
)

const callColumns = `id, session_id, kind, queue, client_name, number, operator_id, started, talked, ended, cause`

func scanCall(row scanner) (c routing.CallRow, err error) {
	err = row.Scan(&c.ID, &c.Session, &c.Kind, &c.Queue, &c.ClientName, &c.Number, &c.Operator,
		moment{&c.Started}, moment{&c.Talked}, moment{&c.Ended}, &c.Cause)
	return c, err
}

// PutCall adds a call's row, or replaces it.
func (s *Store) PutCall(ctx context.Context, c routing.CallRow) error {
	return named(putCall(ctx, s.write, c))
}

func putCall(ctx context.Context, db writer, c routing.CallRow) error {
	_, err := db.ExecContext(ctx, `
		INSERT INTO calls (`+callColumns+`, digits, client_folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET session_id = excluded.session_id, kind = excluded.kind, queue = excluded.queue,
			client_name = excluded.client_name, number = excluded.number, operator_id = excluded.operator_id,
			started = excluded.started, talked = excluded.talked, ended = excluded.ended, cause = excluded.cause,
			digits = excluded.digits, client_folded = excluded.client_folded`,
		text(c.ID), text(c.Session), c.Kind, text(c.Queue), text(c.ClientName), text(c.Number), text(c.Operator),
		ms(c.Started), ms(c.Talked), ms(c.Ended), text(c.Cause), fold.Digits(c.Number), fold.Text(text(c.ClientName)))
	return err
}

// Call returns one call's row.
func (s *Store) Call(ctx context.Context, id routing.CallID) (routing.CallRow, error) {
	c, err := scanCall(s.read.QueryRowContext(ctx, `SELECT `+callColumns+` FROM calls WHERE id = $1`, text(id)))
	return c, orRefuse(err, routing.Refuse(routing.NotFound, "call_unknown"))
}

// PutComment adds a comment, or replaces it.
func (s *Store) PutComment(ctx context.Context, c routing.Comment) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO comments (id, call_id, operator_id, body, changed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, changed = excluded.changed`,
		text(c.ID), text(c.Call), text(c.By), text(c.Text), ms(c.Changed))
	return named(err)
}

// Comments returns a call's comments, oldest first.
func (s *Store) Comments(ctx context.Context, call routing.CallID) ([]routing.Comment, error) {
	scan := func(row scanner) (c routing.Comment, err error) {
		err = row.Scan(&c.ID, &c.Call, &c.By, &c.Text, moment{&c.Changed})
		return c, err
	}
	return all(ctx, s.read, scan, `SELECT id, call_id, operator_id, body, changed FROM comments WHERE call_id = $1 ORDER BY changed, id`, text(call))
}
