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

const mailColumns = `id, recipient, recipient_name, reply_to, reply_to_name, subject, body, session_id,
	state, due, attempt, answer, epoch, holder, leased, created, failed, ended`

func scanMail(row scanner) (m routing.Mail, err error) {
	err = row.Scan(&m.ID, &m.To, &m.ToName, &m.ReplyTo, &m.ReplyToName, &m.Subject, &m.Text, &m.Session,
		&m.State, moment{&m.Due}, &m.Attempt, &m.Answer, &m.Epoch, &m.Holder, moment{&m.Leased},
		moment{&m.Created}, moment{&m.FailedAt}, moment{&m.EndedAt})
	return m, err
}

// rowReader is what *sql.DB and *sql.Tx share for reading one row.
type rowReader interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// AddMail adds a mail that waits, once.
func (s *Store) AddMail(ctx context.Context, m routing.Mail) (added bool, err error) {
	added, err = addMail(ctx, s.write, m)
	return added, named(err)
}

func addMail(ctx context.Context, db rowReader, m routing.Mail) (added bool, err error) {
	var id string
	err = db.QueryRowContext(ctx, `
		INSERT INTO mails (`+mailColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO NOTHING
		RETURNING id`,
		text(m.ID), text(m.To), text(m.ToName), text(m.ReplyTo), text(m.ReplyToName), text(m.Subject), text(m.Text), text(m.Session),
		m.State, ms(m.Due), m.Attempt, text(m.Answer), m.Epoch, text(m.Holder), ms(m.Leased), ms(m.Created), ms(m.FailedAt), ms(m.EndedAt)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// ClaimMails makes holder the owner of mails that are due. The conditions stand
// twice: of two that claim at once on PostgreSQL, the second has waited for the row
// and looks at it again.
func (s *Store) ClaimMails(ctx context.Context, holder string, now, until time.Time, limit int) (claimed []routing.Mail, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		claimed, err = all(ctx, tx, scanMail, `
			UPDATE mails SET holder = $1, epoch = epoch + 1, attempt = attempt + 1, leased = $2
			WHERE state = $3 AND due <= $4 AND leased <= $4 AND id IN (
				SELECT id FROM mails WHERE state = $3 AND due <= $4 AND leased <= $4 ORDER BY due, id LIMIT $5)
			RETURNING `+mailColumns,
			text(holder), ms(until), routing.MailWaiting, ms(now), limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(claimed, func(a, b routing.Mail) int { // RETURNING has no order
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	return claimed, nil
}

// SaveMail stores how a mail stands for the one who holds it, and lets it go.
func (s *Store) SaveMail(ctx context.Context, m routing.Mail) error {
	var id string
	err := s.write.QueryRowContext(ctx, `
		UPDATE mails SET body = $4, state = $5, due = $6, answer = $7, failed = $8, ended = $9, leased = 0
		WHERE id = $1 AND epoch = $2 AND holder = $3
		RETURNING id`,
		text(m.ID), m.Epoch, text(m.Holder), text(m.Text), m.State, ms(m.Due), text(m.Answer), ms(m.FailedAt), ms(m.EndedAt)).Scan(&id)
	return orRefuse(err, routing.Refuse(routing.Conflict, "mail_fenced"))
}

// Mail returns one mail.
func (s *Store) Mail(ctx context.Context, id routing.MailID) (routing.Mail, error) {
	m, err := scanMail(s.read.QueryRowContext(ctx, `SELECT `+mailColumns+` FROM mails WHERE id = $1`, text(id)))
	return m, orRefuse(err, routing.Refuse(routing.NotFound, "mail_unknown"))
}

// MailSummary counts what waits and finds what failed and what was sent last.
func (s *Store) MailSummary(ctx context.Context) (sum routing.MailSummary, err error) {
	var next, sent sql.NullInt64
	err = s.read.QueryRowContext(ctx, `
		SELECT count(*), min(CASE WHEN leased > due THEN leased ELSE due END) FROM mails WHERE state = $1`, routing.MailWaiting).
		Scan(&sum.Waiting, &next)
	if err != nil {
		return sum, named(err)
	}
	err = s.read.QueryRowContext(ctx, `SELECT max(ended) FROM mails WHERE ended <> 0 AND state = $1`, routing.MailSent).Scan(&sent)
	if err != nil {
		return sum, named(err)
	}
	sum.Next, sum.LastSent = timeOf(next), timeOf(sent)
	sum.LastFailed, err = scanMail(s.read.QueryRowContext(ctx,
		`SELECT `+mailColumns+` FROM mails WHERE failed <> 0 ORDER BY failed DESC, id DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return sum, nil
	}
	sum.LastFailed.Text = ""
	return sum, named(err)
}

// timeOf is a time that a query may have none of.
func timeOf(n sql.NullInt64) time.Time {
	if !n.Valid || n.Int64 == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// ForgetMails deletes what ended before a time.
func (s *Store) ForgetMails(ctx context.Context, before time.Time) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM mails WHERE ended <> 0 AND ended < $1`, ms(before))
	return named(err)
}
