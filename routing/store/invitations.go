package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sufler/routing"
)

const invitationColumns = `id, code, token_hash, operator_id, queue, once, created, code_expires, expires, uses, visitor_id, ended`

func scanInvitation(row scanner) (i routing.Invitation, err error) {
	err = row.Scan(&i.ID, &i.Code, &i.TokenHash, &i.By, &i.Queue, &i.Once, moment{&i.Created}, moment{&i.CodeExpires}, moment{&i.Expires},
		&i.Uses, &i.Visitor, moment{&i.Ended})
	return i, err
}

// AddInvitation stores a new invitation. A code that is over goes to the new one.
func (s *Store) AddInvitation(ctx context.Context, i routing.Invitation) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE invitations SET code = '' WHERE code = $1 AND (ended <> 0 OR code_expires <= $2)`,
			text(i.Code), ms(i.Created)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO invitations (`+invitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			text(i.ID), text(i.Code), text(i.TokenHash), text(i.By), text(i.Queue), i.Once, ms(i.Created), ms(i.CodeExpires), ms(i.Expires),
			i.Uses, text(i.Visitor), ms(i.Ended))
		if isTaken(err) {
			return routing.Refuse(routing.Conflict, "code_taken")
		}
		return err
	})
}

// TakeInvitationByCode uses the invitation with a code.
func (s *Store) TakeInvitationByCode(ctx context.Context, code string, visitor routing.VisitorID, now time.Time) (routing.Invitation, error) {
	if code == "" { // of all whose code went to others
		return routing.Invitation{}, routing.Refuse(routing.NotFound, "invitation_wrong")
	}
	return s.takeInvitation(ctx, "code", "code_expires", text(code), visitor, now)
}

// TakeInvitationByToken uses the invitation with the token of a link.
func (s *Store) TakeInvitationByToken(ctx context.Context, tokenHash string, visitor routing.VisitorID, now time.Time) (routing.Invitation, error) {
	return s.takeInvitation(ctx, "token_hash", "expires", text(tokenHash), visitor, now)
}

func (s *Store) takeInvitation(ctx context.Context, column, until, value string, visitor routing.VisitorID, now time.Time) (taken routing.Invitation, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		taken, err = scanInvitation(tx.QueryRowContext(ctx, `
			UPDATE invitations SET uses = uses + 1, visitor_id = $2, ended = CASE WHEN once AND ended = 0 THEN $3 ELSE ended END
			WHERE `+column+` = $1 AND `+until+` > $3 AND (ended = 0 OR once AND uses > 0 AND visitor_id = $2)
			RETURNING `+invitationColumns, value, text(visitor), ms(now)))
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var id string
		err := tx.QueryRowContext(ctx, `SELECT id FROM invitations WHERE `+column+` = $1`, value).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return routing.Refuse(routing.NotFound, "invitation_wrong")
		}
		if err != nil {
			return err
		}
		return routing.Refuse(routing.Gone, "invitation_old")
	})
	return taken, err
}

// Invitations returns the open ones of an operator.
func (s *Store) Invitations(ctx context.Context, by routing.OperatorID, now time.Time) ([]routing.Invitation, error) {
	return all(ctx, s.read, scanInvitation, `
		SELECT `+invitationColumns+` FROM invitations WHERE operator_id = $1 AND ended = 0 AND expires > $2 ORDER BY created DESC, id DESC`,
		text(by), ms(now))
}

// EndInvitation takes one back.
func (s *Store) EndInvitation(ctx context.Context, id routing.InvitationID, by routing.OperatorID, now time.Time) error {
	var ended string
	err := s.write.QueryRowContext(ctx, `
		UPDATE invitations SET ended = $3, visitor_id = '' WHERE id = $1 AND operator_id = $2 AND ended = 0 AND expires > $3 RETURNING id`,
		text(id), text(by), ms(now)).Scan(&ended)
	return orRefuse(err, routing.Refuse(routing.NotFound, "invitation_unknown"))
}

// DeleteInvitations forgets what is long over.
func (s *Store) DeleteInvitations(ctx context.Context, before time.Time) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM invitations WHERE expires < $1 OR ended <> 0 AND ended < $1`, ms(before))
	return named(err)
}
