package store

import (
	"context"
	"time"

	"sufler/routing"
)

const banColumns = `id, visitor_id, number, session_id, reason, author, decided, until, lifted_by, lifted`

func scanBan(row scanner) (b routing.Ban, err error) {
	err = row.Scan(&b.ID, &b.Visitor, &b.Number, &b.Session, &b.Reason, &b.By, moment{&b.At}, moment{&b.Until}, &b.LiftedBy, moment{&b.LiftedAt})
	return b, err
}

// AddBan stores a ban.
func (s *Store) AddBan(ctx context.Context, b routing.Ban) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO bans (`+banColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		text(b.ID), text(b.Visitor), text(b.Number), text(b.Session), text(b.Reason), text(b.By), ms(b.At), ms(b.Until), text(b.LiftedBy), ms(b.LiftedAt))
	return named(err)
}

// LiftBans ends the bans of a visitor that hold.
func (s *Store) LiftBans(ctx context.Context, visitor routing.VisitorID, by routing.OperatorID, at time.Time) (lifted int, err error) {
	result, err := s.write.ExecContext(ctx, `
		UPDATE bans SET lifted_by = $2, lifted = $3 WHERE visitor_id = $1 AND lifted = 0 AND (until = 0 OR until > $3)`,
		text(visitor), text(by), ms(at))
	if err != nil {
		return 0, named(err)
	}
	n, err := result.RowsAffected()
	return int(n), named(err)
}

// BansThatHold returns those that keep somebody out.
func (s *Store) BansThatHold(ctx context.Context, now time.Time) ([]routing.Ban, error) {
	return all(ctx, s.read, scanBan, `
		SELECT `+banColumns+` FROM bans WHERE lifted = 0 AND (until = 0 OR until > $1) ORDER BY decided DESC, id DESC`, ms(now))
}

// Bans returns all bans of a visitor.
func (s *Store) Bans(ctx context.Context, visitor routing.VisitorID) ([]routing.Ban, error) {
	return all(ctx, s.read, scanBan, `SELECT `+banColumns+` FROM bans WHERE visitor_id = $1 ORDER BY decided DESC, id DESC`, text(visitor))
}
