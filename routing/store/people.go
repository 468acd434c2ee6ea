package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"sufler/routing"
)

const operatorColumns = `id, login, name, public_name, rank, phone, active, desk_only, robot, password_hash, language, answer_on,
	chat_limit, preview, description`

func scanOperator(row scanner) (o routing.Operator, err error) {
	err = row.Scan(&o.ID, &o.Login, &o.Name, &o.PublicName, &o.Rank, &o.Phone, &o.Active, &o.DeskOnly, &o.Robot, &o.PasswordHash, &o.Language,
		&o.AnswerOn, &o.ChatLimit, &o.Preview, &o.Description)
	return o, err
}

// folded is a login without case. It is folded here because SQLite's lower()
// knows ASCII only.
func folded(login string) string { return strings.ToLower(text(login)) }

// AddOperator stores a new operator.
func (s *Store) AddOperator(ctx context.Context, o routing.Operator) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, `
			INSERT INTO operators (login_folded, `+operatorColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
			ON CONFLICT (login_folded) DO NOTHING
			RETURNING id`,
			folded(o.Login), text(o.ID), text(o.Login), text(o.Name), text(o.PublicName), o.Rank, text(o.Phone),
			o.Active, o.DeskOnly, o.Robot, text(o.PasswordHash), text(o.Language), o.AnswerOn,
			o.ChatLimit, o.Preview, text(o.Description)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return loginTaken(o)
		}
		if err != nil {
			return err
		}
		return putGroups(ctx, tx, o)
	})
}

// UpdateOperator replaces everything but the id.
func (s *Store) UpdateOperator(ctx context.Context, o routing.Operator) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var other string
		err := tx.QueryRowContext(ctx, `SELECT id FROM operators WHERE login_folded = $1 AND id <> $2`, folded(o.Login), text(o.ID)).Scan(&other)
		if err == nil {
			return loginTaken(o)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = tx.QueryRowContext(ctx, `
			UPDATE operators SET login_folded = $2, login = $3, name = $4, public_name = $5, rank = $6, phone = $7,
				active = $8, desk_only = $9, robot = $10, password_hash = $11, language = $12, answer_on = $13,
				chat_limit = $14, preview = $15, description = $16
			WHERE id = $1
			RETURNING id`,
			text(o.ID), folded(o.Login), text(o.Login), text(o.Name), text(o.PublicName), o.Rank, text(o.Phone),
			o.Active, o.DeskOnly, o.Robot, text(o.PasswordHash), text(o.Language), o.AnswerOn,
			o.ChatLimit, o.Preview, text(o.Description)).Scan(&other)
		if isTaken(err) { // by another writer, since it was looked for
			return loginTaken(o)
		}
		if errors.Is(err, sql.ErrNoRows) {
			return operatorUnknown()
		}
		if err != nil {
			return err
		}
		return putGroups(ctx, tx, o)
	})
}

func loginTaken(o routing.Operator) *routing.Error {
	return routing.Refuse(routing.Conflict, "login_taken", "login", o.Login)
}

func operatorUnknown() *routing.Error { return routing.Refuse(routing.NotFound, "operator_unknown") }

func putGroups(ctx context.Context, tx *sql.Tx, o routing.Operator) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM operator_groups WHERE operator_id = $1`, text(o.ID)); err != nil {
		return err
	}
	for i, g := range o.Groups {
		if _, err := tx.ExecContext(ctx, `INSERT INTO operator_groups (operator_id, place, name) VALUES ($1, $2, $3)`, text(o.ID), i, text(g)); err != nil {
			return err
		}
	}
	return nil
}

// Operators returns all operators by login.
func (s *Store) Operators(ctx context.Context) ([]routing.Operator, error) {
	operators, err := all(ctx, s.read, scanOperator, `SELECT `+operatorColumns+` FROM operators ORDER BY login_folded`)
	if err != nil {
		return nil, err
	}
	groups, err := s.groupsOf(ctx, "")
	for i := range operators {
		operators[i].Groups = groups[operators[i].ID]
	}
	return operators, err
}

// OperatorByLogin returns the operator with a login, in whatever case it is written.
func (s *Store) OperatorByLogin(ctx context.Context, login string) (routing.Operator, error) {
	o, err := scanOperator(s.read.QueryRowContext(ctx, `SELECT `+operatorColumns+` FROM operators WHERE login_folded = $1`, folded(login)))
	if err != nil {
		return o, orRefuse(err, operatorUnknown())
	}
	groups, err := s.groupsOf(ctx, o.ID)
	o.Groups = groups[o.ID]
	return o, err
}

// groupsOf returns the groups of one operator, or of all for an empty id.
func (s *Store) groupsOf(ctx context.Context, id routing.OperatorID) (map[routing.OperatorID][]routing.GroupName, error) {
	type membership struct {
		operator routing.OperatorID
		group    routing.GroupName
	}
	scan := func(row scanner) (m membership, err error) {
		err = row.Scan(&m.operator, &m.group)
		return m, err
	}
	list, err := all(ctx, s.read, scan,
		`SELECT operator_id, name FROM operator_groups WHERE $1 = '' OR operator_id = $1 ORDER BY operator_id, place`, text(id))
	groups := make(map[routing.OperatorID][]routing.GroupName)
	for _, m := range list {
		groups[m.operator] = append(groups[m.operator], m.group)
	}
	return groups, err
}

// AddGroup stores a group's name.
func (s *Store) AddGroup(ctx context.Context, name routing.GroupName) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO staff_groups (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, text(name))
	return named(err)
}

// DeleteGroup takes a group's name away.
func (s *Store) DeleteGroup(ctx context.Context, name routing.GroupName) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM staff_groups WHERE name = $1`, text(name))
	return named(err)
}

// Groups returns all groups by name.
func (s *Store) Groups(ctx context.Context) ([]routing.GroupName, error) {
	scan := func(row scanner) (g routing.GroupName, err error) { return g, row.Scan(&g) }
	return all(ctx, s.read, scan, `SELECT name FROM staff_groups ORDER BY name`)
}

// PutPhone adds a phone's account, or replaces it when the extension is known.
func (s *Store) PutPhone(ctx context.Context, p routing.Phone) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO phones (extension, name, ha1_md5, ha1_sha256) VALUES ($1, $2, $3, $4)
		ON CONFLICT (extension) DO UPDATE SET name = excluded.name, ha1_md5 = excluded.ha1_md5, ha1_sha256 = excluded.ha1_sha256`,
		text(p.Extension), text(p.Name), text(p.HA1MD5), text(p.HA1SHA256))
	return named(err)
}

// Phones returns all phones' accounts by extension.
func (s *Store) Phones(ctx context.Context) ([]routing.Phone, error) {
	scan := func(row scanner) (p routing.Phone, err error) {
		err = row.Scan(&p.Extension, &p.Name, &p.HA1MD5, &p.HA1SHA256)
		return p, err
	}
	return all(ctx, s.read, scan, `SELECT extension, name, ha1_md5, ha1_sha256 FROM phones ORDER BY extension`)
}

// AddDeskSession stores a login.
func (s *Store) AddDeskSession(ctx context.Context, d routing.DeskSession) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO desk_sessions (token_hash, operator_id, created, expires) VALUES ($1, $2, $3, $4)`,
		text(d.TokenHash), text(d.Operator), ms(d.Created), ms(d.Expires))
	return named(err)
}

// DeskSession returns the login of a token, expired or not.
func (s *Store) DeskSession(ctx context.Context, tokenHash string) (d routing.DeskSession, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT token_hash, operator_id, created, expires FROM desk_sessions WHERE token_hash = $1`, text(tokenHash)).
		Scan(&d.TokenHash, &d.Operator, moment{&d.Created}, moment{&d.Expires})
	return d, orRefuse(err, routing.Refuse(routing.Unauthorised, "login_needed"))
}

// DeleteDeskSession ends one login.
func (s *Store) DeleteDeskSession(ctx context.Context, tokenHash string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM desk_sessions WHERE token_hash = $1`, text(tokenHash))
	return named(err)
}

// DeleteDeskSessionsOf ends every login of an operator.
func (s *Store) DeleteDeskSessionsOf(ctx context.Context, operator routing.OperatorID) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM desk_sessions WHERE operator_id = $1`, text(operator))
	return named(err)
}

// DeleteExpiredDeskSessions forgets the logins that expired before now.
func (s *Store) DeleteExpiredDeskSessions(ctx context.Context, now time.Time) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM desk_sessions WHERE expires < $1`, ms(now))
	return named(err)
}
