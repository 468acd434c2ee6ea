package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sufler/routing"
)

const visitorColumns = `id, token_hash, number, name, phone, email, language, created, seen`

func scanVisitor(row scanner) (v routing.Visitor, err error) {
	err = row.Scan(&v.ID, &v.TokenHash, &v.Number, &v.Name, &v.Phone, &v.Email, &v.Language, moment{&v.Created}, moment{&v.Seen})
	return v, err
}

func visitorUnknown() *routing.Error { return routing.Refuse(routing.NotFound, "visitor_unknown") }

// AddVisitor stores a new visitor under the next number, or returns the one whose
// token it is.
func (s *Store) AddVisitor(ctx context.Context, v routing.Visitor) (stored routing.Visitor, created bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		created = false
		// The row of the numbers is taken first: who comes with the same token waits here
		// and finds the visitor.
		var number int64
		if err := tx.QueryRowContext(ctx, `UPDATE visitor_numbers SET last = last + 1 WHERE name = 'visitors' RETURNING last`).Scan(&number); err != nil {
			return err
		}
		stored, err = scanVisitor(tx.QueryRowContext(ctx, `
			INSERT INTO visitors (`+visitorColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (token_hash) DO NOTHING
			RETURNING `+visitorColumns,
			text(v.ID), text(v.TokenHash), number, text(v.Name), text(v.Phone), text(v.Email), text(v.Language), ms(v.Created), ms(v.Seen)))
		created = err == nil
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE visitor_numbers SET last = $1 WHERE name = 'visitors'`, number-1); err != nil {
			return err
		}
		stored, err = scanVisitor(tx.QueryRowContext(ctx, `SELECT `+visitorColumns+` FROM visitors WHERE token_hash = $1`, text(v.TokenHash)))
		return err
	})
	return stored, created && err == nil, err
}

// Visitor returns one visitor.
func (s *Store) Visitor(ctx context.Context, id routing.VisitorID) (routing.Visitor, error) {
	v, err := scanVisitor(s.read.QueryRowContext(ctx, `SELECT `+visitorColumns+` FROM visitors WHERE id = $1`, text(id)))
	return v, orRefuse(err, visitorUnknown())
}

// VisitorByToken returns whose token it is.
func (s *Store) VisitorByToken(ctx context.Context, tokenHash string) (routing.Visitor, error) {
	v, err := scanVisitor(s.read.QueryRowContext(ctx, `SELECT `+visitorColumns+` FROM visitors WHERE token_hash = $1`, text(tokenHash)))
	return v, orRefuse(err, visitorUnknown())
}

// SaveVisitor stores what may change of a visitor.
func (s *Store) SaveVisitor(ctx context.Context, v routing.Visitor) error {
	var id string
	err := s.write.QueryRowContext(ctx, `
		UPDATE visitors SET name = $2, phone = $3, email = $4, language = $5, seen = $6 WHERE id = $1 RETURNING id`,
		text(v.ID), text(v.Name), text(v.Phone), text(v.Email), text(v.Language), ms(v.Seen)).Scan(&id)
	return orRefuse(err, visitorUnknown())
}

// SeeVisitors stores when visitors were seen last, all in one transaction.
func (s *Store) SeeVisitors(ctx context.Context, seen map[routing.VisitorID]time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for id, at := range seen {
			if _, err := tx.ExecContext(ctx, `UPDATE visitors SET seen = $2 WHERE id = $1 AND seen < $2`, text(id), ms(at)); err != nil {
				return err
			}
		}
		return nil
	})
}
