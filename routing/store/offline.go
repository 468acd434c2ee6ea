package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sufler/routing"
)

const offlineColumns = `id, widget, queue, visitor_id, name, email, phone, body, page, language, origin, consent, created`

func scanOffline(row scanner) (r routing.OfflineRequest, err error) {
	err = row.Scan(&r.ID, &r.Widget, &r.Queue, &r.Visitor, &r.Name, &r.Email, &r.Phone, &r.Text, &r.Page, &r.Language, &r.Origin, &r.Consent,
		moment{&r.Created})
	return r, err
}

// AddOfflineRequest stores a request and what follows from it, or returns the one
// that the same origin left with the same key before.
func (s *Store) AddOfflineRequest(ctx context.Context, r routing.OfflineRequest, key string, missed routing.Missed, mail *routing.Mail) (
	stored routing.OfflineRequest, created bool, err error,
) {
	requestKey := sql.NullString{String: text(key), Valid: key != ""}
	err = s.change(ctx, func(tx *sql.Tx) error {
		stored, err = scanOffline(tx.QueryRowContext(ctx, `
			INSERT INTO offline_requests (request_key, `+offlineColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			ON CONFLICT (origin, request_key) DO NOTHING
			RETURNING `+offlineColumns,
			requestKey, text(r.ID), text(r.Widget), text(r.Queue), text(r.Visitor), text(r.Name), text(r.Email), text(r.Phone), text(r.Text), text(r.Page),
			text(r.Language), text(r.Origin), r.Consent, ms(r.Created)))
		created = err == nil
		switch {
		case errors.Is(err, sql.ErrNoRows):
			stored, err = scanOffline(tx.QueryRowContext(ctx,
				`SELECT `+offlineColumns+` FROM offline_requests WHERE origin = $1 AND request_key = $2`, text(r.Origin), requestKey))
			return err
		case err != nil:
			return err
		}
		return follow(ctx, tx, missed, mail)
	})
	return stored, created && err == nil, err
}

// follow stores what follows from a request.
func follow(ctx context.Context, tx *sql.Tx, missed routing.Missed, mail *routing.Mail) error {
	if _, err := addMissed(ctx, tx, missed); err != nil || mail == nil {
		return err
	}
	_, err := addMail(ctx, tx, *mail)
	return err
}

// OfflineRequestByKey returns what an origin left with a key before.
func (s *Store) OfflineRequestByKey(ctx context.Context, origin, key string) (r routing.OfflineRequest, found bool, err error) {
	if key == "" {
		return r, false, nil
	}
	r, err = scanOffline(s.read.QueryRowContext(ctx,
		`SELECT `+offlineColumns+` FROM offline_requests WHERE origin = $1 AND request_key = $2`, text(origin), text(key)))
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, named(err)
}

// CountOfflineRequests counts those of an origin since a time.
func (s *Store) CountOfflineRequests(ctx context.Context, origin string, since time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM offline_requests WHERE origin = $1 AND created >= $2`, text(origin), ms(since)).Scan(&n)
	return n, named(err)
}
