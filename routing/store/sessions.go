package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sufler/internal/fold"
	"sufler/routing"
)

const sessionColumns = `id, visitor_id, number, channel, widget_id, queue, language, state, outcome, operator_id, first, for_id, for_groups, from_id, handed,
	name, phone, email, entry_url, entry_title, referrer, browser, os, params, tags, notes, parts, call_id, requested, accepted, ended, closed`

func scanSession(row scanner) (s routing.Session, err error) {
	err = row.Scan(&s.ID, &s.Visitor, &s.Number, &s.Channel, &s.Widget, &s.Queue, &s.Language, &s.State, &s.Outcome, &s.Operator, &s.First, &s.For,
		list{&s.Groups}, &s.From, &s.Handed, &s.Name, &s.Phone, &s.Email, &s.EntryURL, &s.EntryTitle, &s.Referrer, &s.Browser, &s.OS,
		list{&s.Params}, list{&s.Tags}, list{&s.Notes}, parts{&s.Parts}, &s.Call,
		moment{&s.Requested}, moment{&s.Accepted}, moment{&s.Ended}, moment{&s.Closed})
	return s, err
}

// sessionValues are those of sessionColumns.
func sessionValues(s routing.Session) []any {
	return []any{
		text(s.ID), text(s.Visitor), s.Number, s.Channel, text(s.Widget), text(s.Queue), text(s.Language), s.State, s.Outcome, text(s.Operator), s.First, text(s.For),
		listText(s.Groups), text(s.From), text(s.Handed), text(s.Name), text(s.Phone), text(s.Email), text(s.EntryURL), text(s.EntryTitle), text(s.Referrer),
		text(s.Browser), text(s.OS), listText(s.Params), listText(s.Tags), listText(s.Notes), partsText(s.Parts), text(s.Call),
		ms(s.Requested), ms(s.Accepted), ms(s.Ended), ms(s.Closed),
	}
}

// AddSession stores a new session, or returns the one that the same visitor asked
// for with the same key before.
func (s *Store) AddSession(ctx context.Context, one routing.Session, key string) (stored routing.Session, created bool, err error) {
	requestKey := sql.NullString{String: text(key), Valid: key != ""}
	err = s.change(ctx, func(tx *sql.Tx) error {
		stored, err = scanSession(tx.QueryRowContext(ctx, `
			INSERT INTO sessions (`+sessionColumns+`, searched, request_key) VALUES (`+places(34)+`)
			ON CONFLICT (visitor_id, request_key) DO NOTHING
			RETURNING `+sessionColumns, append(sessionValues(one), searched(one), requestKey)...))
		created = err == nil
		switch {
		case created:
			return putSearched(ctx, tx, one)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		stored, err = scanSession(tx.QueryRowContext(ctx,
			`SELECT `+sessionColumns+` FROM sessions WHERE visitor_id = $1 AND request_key = $2`, text(one.Visitor), requestKey))
		return err
	})
	return stored, created && err == nil, err
}

// PutSession replaces everything of a session but the key that it was asked by.
func (s *Store) PutSession(ctx context.Context, one routing.Session) error {
	columns := strings.Split(strings.Join(strings.Fields(sessionColumns), ""), ",")
	replace := make([]string, 0, len(columns))
	for _, c := range append(columns[1:], "searched") {
		replace = append(replace, c+" = excluded."+c)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO sessions (`+sessionColumns+`, searched) VALUES (`+places(33)+`)
			ON CONFLICT (id) DO UPDATE SET `+strings.Join(replace, ", "), append(sessionValues(one), searched(one))...)
		if err != nil {
			return err
		}
		return putSearched(ctx, tx, one)
	})
}

// putSearched writes what a session is found by beside its row.
func putSearched(ctx context.Context, tx *sql.Tx, one routing.Session) error {
	for _, table := range []string{"session_tags", "session_parts"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE session_id = $1`, text(one.ID)); err != nil {
			return err
		}
	}
	for _, tag := range one.Tags {
		if _, err := tx.ExecContext(ctx, `INSERT INTO session_tags (session_id, tag) VALUES ($1, $2) ON CONFLICT (tag, session_id) DO NOTHING`,
			text(one.ID), text(tag)); err != nil {
			return err
		}
	}
	for i, p := range one.Parts {
		if _, err := tx.ExecContext(ctx, `INSERT INTO session_parts (session_id, place, operator_id, result) VALUES ($1, $2, $3, $4)`,
			text(one.ID), i, text(p.Operator), text(p.Result)); err != nil {
			return err
		}
	}
	return nil
}

// searched is what words are looked for in. The phone is there as it is written and
// as digits.
func searched(s routing.Session) string {
	all := append([]string{s.Name, s.Phone, fold.Digits(s.Phone), s.Email}, s.Notes...)
	for _, p := range s.Parts {
		all = append(all, p.Note)
	}
	return fold.Text(text(strings.Join(all, "\n")))
}

// Session returns one session.
func (s *Store) Session(ctx context.Context, id routing.SessionID) (routing.Session, error) {
	one, err := scanSession(s.read.QueryRowContext(ctx, `SELECT `+sessionColumns+` FROM sessions WHERE id = $1`, text(id)))
	return one, orRefuse(err, routing.Refuse(routing.NotFound, "session_unknown"))
}

// OpenSessions returns those that are not closed, the oldest first.
func (s *Store) OpenSessions(ctx context.Context) ([]routing.Session, error) {
	return all(ctx, s.read, scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE closed = 0 ORDER BY requested, id`)
}

// CountSessions counts those of a visitor before a time.
func (s *Store) CountSessions(ctx context.Context, visitor routing.VisitorID, before time.Time) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM sessions WHERE visitor_id = $1 AND requested < $2`, text(visitor), ms(before)).Scan(&n)
	return n, named(err)
}

// Sessions returns at most limit sessions that are wanted, newest first.
func (s *Store) Sessions(ctx context.Context, wanted routing.SessionFilter, limit int) ([]routing.Session, error) {
	var w where
	if wanted.Before != "" {
		last, err := s.Session(ctx, wanted.Before)
		if err != nil {
			return nil, err
		}
		w.and("(requested, id) < (?, ?)", ms(last.Requested), text(last.ID))
	}
	w.ofSession(wanted)
	if wanted.Within != nil {
		w.any(partOf(&w, wanted.Within.Operators...), in(&w, "queue", wanted.Within.Queues))
	}
	return all(ctx, s.read, scanSession,
		`SELECT `+sessionColumns+` FROM sessions`+w.text()+` ORDER BY requested DESC, id DESC LIMIT `+w.arg(limit), w.args...)
}

func (w *where) ofSession(wanted routing.SessionFilter) {
	w.between("requested", wanted.From, wanted.To)
	if !wanted.OpenSince.IsZero() {
		w.and("(closed = 0 OR closed >= ?)", ms(wanted.OpenSince))
	}
	if wanted.Visitor != "" {
		w.and("visitor_id = ?", text(wanted.Visitor))
	}
	if wanted.Operator != "" {
		w.any(partOf(w, wanted.Operator))
	}
	if wanted.Tag != "" {
		w.and("id IN (SELECT session_id FROM session_tags WHERE tag = ?)", text(wanted.Tag))
	}
	if wanted.Result != "" {
		w.and("id IN (SELECT session_id FROM session_parts WHERE result = ?)", text(wanted.Result))
	}
	if wanted.Channel != 0 {
		w.and("channel = ?", wanted.Channel)
	}
	if wanted.Queue != "" {
		w.and("queue = ?", text(wanted.Queue))
	}
	for _, word := range wanted.Words {
		w.and(holds("searched"), part(word))
	}
}

// partOf is the condition that one of the operators had a part in a session.
func partOf(w *where, operators ...routing.OperatorID) string {
	if len(operators) == 0 {
		return ""
	}
	return "id IN (SELECT session_id FROM session_parts WHERE " + in(w, "operator_id", operators) + ")"
}

// places are so many placeholders.
func places(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(all, ", ")
}

// list reads a column of JSON into a slice or map; what is empty is nil.
type list struct{ to any }

func (l list) Scan(from any) error {
	switch v := from.(type) {
	case string:
		return json.Unmarshal([]byte(v), l.to)
	case []byte:
		return json.Unmarshal(v, l.to)
	}
	return fmt.Errorf("list: got %T, want text", from)
}

func listText[T []routing.GroupName | []string | map[string]string](v T) string {
	if len(v) == 0 {
		return "null"
	}
	raw, _ := json.Marshal(v) // texts always have a JSON form
	return jsonText(raw)
}

// storedPart is a part as its column keeps it: times as everywhere here.
type storedPart struct {
	Operator routing.OperatorID `json:"operator"`
	Accepted int64              `json:"accepted"`
	Left     int64              `json:"left"`
	Done     int64              `json:"done"`
	Result   string             `json:"result"`
	Note     string             `json:"note"`
}

func partsText(of []routing.SessionPart) string {
	stored := make([]storedPart, len(of))
	for i, p := range of {
		stored[i] = storedPart{p.Operator, ms(p.Accepted), ms(p.Left), ms(p.Done), p.Result, p.Note}
	}
	raw, _ := json.Marshal(stored) // as above
	return jsonText(raw)
}

// parts reads the column of parts.
type parts struct{ to *[]routing.SessionPart }

func (p parts) Scan(from any) error {
	var stored []storedPart
	if err := (list{&stored}).Scan(from); err != nil {
		return err
	}
	*p.to = nil
	for _, one := range stored {
		var read routing.SessionPart
		read.Operator, read.Result, read.Note = one.Operator, one.Result, one.Note
		for to, from := range map[*time.Time]int64{&read.Accepted: one.Accepted, &read.Left: one.Left, &read.Done: one.Done} {
			if err := (moment{to}).Scan(from); err != nil {
				return err
			}
		}
		*p.to = append(*p.to, read)
	}
	return nil
}
