package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"sufler/routing"
)

const missedColumns = `id, reason, channel, queue, session_id, visitor_id, name, phone, email, body, page, language, happened, done, done_by`

func scanMissed(row scanner) (m routing.Missed, err error) {
	err = row.Scan(&m.ID, &m.Reason, &m.Channel, &m.Queue, &m.Session, &m.Visitor, &m.Name, &m.Phone, &m.Email, &m.Text, &m.Page, &m.Language,
		moment{&m.At}, moment{&m.DoneAt}, &m.DoneBy)
	return m, err
}

// foldedMail is an address without case, by which somebody is known again.
func foldedMail(address string) string { return strings.ToLower(text(address)) }

// AddMissed stores who was missed, once.
func (s *Store) AddMissed(ctx context.Context, m routing.Missed) (added bool, err error) {
	added, err = addMissed(ctx, s.write, m)
	return added, named(err)
}

func addMissed(ctx context.Context, db rowReader, m routing.Missed) (added bool, err error) {
	var id string
	err = db.QueryRowContext(ctx, `
		INSERT INTO missed (email_folded, `+missedColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (id) DO NOTHING
		RETURNING id`,
		foldedMail(m.Email), text(m.ID), m.Reason, m.Channel, text(m.Queue), text(m.Session), text(m.Visitor), text(m.Name), text(m.Phone), text(m.Email),
		text(m.Text), text(m.Page), text(m.Language), ms(m.At), ms(m.DoneAt), text(m.DoneBy)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// MissedByID returns one of the missed.
func (s *Store) MissedByID(ctx context.Context, id routing.MissedID) (routing.Missed, error) {
	m, err := scanMissed(s.read.QueryRowContext(ctx, `SELECT `+missedColumns+` FROM missed WHERE id = $1`, text(id)))
	return m, orRefuse(err, missedUnknown())
}

func missedUnknown() *routing.Error { return routing.Refuse(routing.NotFound, "missed_unknown") }

// Missed returns at most limit of those that are wanted, newest first.
func (s *Store) Missed(ctx context.Context, wanted routing.MissedFilter, limit int) ([]routing.Missed, error) {
	w := ofMissed(wanted)
	if wanted.Before != "" {
		last, err := s.MissedByID(ctx, wanted.Before)
		if err != nil {
			return nil, err
		}
		w.and("(happened, id) < (?, ?)", ms(last.At), text(last.ID))
	}
	return all(ctx, s.read, scanMissed,
		`SELECT `+missedColumns+` FROM missed`+w.text()+` ORDER BY happened DESC, id DESC LIMIT `+w.arg(limit), w.args...)
}

// CountMissed counts those that are wanted, whatever Before says.
func (s *Store) CountMissed(ctx context.Context, wanted routing.MissedFilter) (n int, err error) {
	w := ofMissed(wanted)
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM missed`+w.text(), w.args...).Scan(&n)
	return n, named(err)
}

func ofMissed(wanted routing.MissedFilter) *where {
	w := &where{}
	if !wanted.Everywhere {
		w.any(in(w, "queue", wanted.Queues))
	}
	if wanted.Open {
		w.and("done = 0")
	}
	if !wanted.Since.IsZero() {
		w.and("happened >= ?", ms(wanted.Since))
	}
	return w
}

// EndMissed says who has seen to it, if nobody has before.
func (s *Store) EndMissed(ctx context.Context, id routing.MissedID, by routing.OperatorID, at time.Time) (m routing.Missed, ended bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		m, err = scanMissed(tx.QueryRowContext(ctx,
			`UPDATE missed SET done = $2, done_by = $3 WHERE id = $1 AND done = 0 RETURNING `+missedColumns, text(id), ms(at), text(by)))
		ended = err == nil
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		m, err = scanMissed(tx.QueryRowContext(ctx, `SELECT `+missedColumns+` FROM missed WHERE id = $1`, text(id)))
		return orRefuse(err, missedUnknown())
	})
	return m, ended && err == nil, err
}

// SettleMissed ends what is open of a person.
func (s *Store) SettleMissed(ctx context.Context, who routing.Contact, at time.Time) (settled []routing.Missed, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		settled, err = all(ctx, tx, scanMissed, `
			UPDATE missed SET done = $1
			WHERE done = 0 AND happened <= $1
				AND (visitor_id = $2 AND $2 <> '' OR phone = $3 AND $3 <> '' OR email_folded = $4 AND $4 <> '')
			RETURNING `+missedColumns,
			ms(at), text(who.Visitor), text(who.Phone), foldedMail(who.Email))
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(settled, func(a, b routing.Missed) int { // RETURNING has no order
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return settled, nil
}
