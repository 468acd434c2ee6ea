package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"sufler/routing"
)

const entryColumns = `id, session_id, seq, call_id, happened, kind, author, audience, data`

func scanEntry(row scanner) (e routing.Entry, err error) {
	var data string
	err = row.Scan(&e.ID, &e.Session, &e.Seq, &e.Call, moment{&e.At}, &e.Kind, &e.By, &e.Audience, &data)
	e.Data = []byte(data)
	return e, err
}

// AppendEntries stores entries in order, all or none, and returns them as stored.
// Sequences are given under the lock of the session's row, so that they have no
// gaps whoever writes.
func (s *Store) AppendEntries(ctx context.Context, entries []routing.Entry) (stored []routing.Entry, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i] = storable(entries[i])
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		a := appender{tx: tx, last: make(map[routing.SessionID]uint64)}
		stored, err = a.append(ctx, entries)
		return err
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// EntriesSince returns a session's entries after a sequence, in order.
func (s *Store) EntriesSince(ctx context.Context, session routing.SessionID, since uint64) ([]routing.Entry, error) {
	return all(ctx, s.read, scanEntry,
		`SELECT `+entryColumns+` FROM entries WHERE session_id = $1 AND seq > $2 ORDER BY seq`, text(session), since)
}

// EntriesOfCall returns a call's entries in order.
func (s *Store) EntriesOfCall(ctx context.Context, call routing.CallID) ([]routing.Entry, error) {
	if call == "" {
		return nil, nil
	}
	return all(ctx, s.read, scanEntry,
		`SELECT `+entryColumns+` FROM entries WHERE call_id = $1 ORDER BY session_id, seq`, text(call))
}

// appender is one transaction that appends.
type appender struct {
	tx   *sql.Tx
	last map[routing.SessionID]uint64 // the last sequence of each session it touches
}

func (a *appender) append(ctx context.Context, entries []routing.Entry) (_ []routing.Entry, err error) {
	if err := a.lockSessions(ctx, entries); err != nil {
		return nil, err
	}
	insert, err := a.tx.PrepareContext(ctx, `
		INSERT INTO entries (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (id) DO NOTHING`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	stored := make([]routing.Entry, len(entries))
	for i, e := range entries {
		if stored[i], err = a.one(ctx, insert, e); err != nil {
			return nil, err
		}
	}
	return stored, a.saveSessions(ctx)
}

// lockSessions takes the rows in the order of their ids: two writers that took
// them in different orders would wait for each other for ever.
func (a *appender) lockSessions(ctx context.Context, entries []routing.Entry) error {
	for _, session := range sessionsOf(entries) {
		var last uint64
		err := a.tx.QueryRowContext(ctx, `
			INSERT INTO journals (session_id, last_seq) VALUES ($1, 0)
			ON CONFLICT (session_id) DO UPDATE SET last_seq = journals.last_seq
			RETURNING last_seq`, session).Scan(&last)
		if err != nil {
			return err
		}
		a.last[session] = last
	}
	return nil
}

// one inserts an entry, or reads how it was stored before.
func (a *appender) one(ctx context.Context, insert *sql.Stmt, e routing.Entry) (routing.Entry, error) {
	e.Seq = a.last[e.Session] + 1
	result, err := insert.ExecContext(ctx, e.ID, e.Session, e.Seq, e.Call, ms(e.At), e.Kind, e.By, e.Audience, string(e.Data))
	if err != nil {
		return e, err
	}
	inserted, err := result.RowsAffected()
	if err != nil {
		return e, err
	}
	if inserted == 0 {
		return scanEntry(a.tx.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM entries WHERE id = $1`, e.ID))
	}
	a.last[e.Session] = e.Seq
	return e, nil
}

// storable is an entry as the tables keep it.
func storable(e routing.Entry) routing.Entry {
	e.ID, e.Session, e.Call = routing.FactID(text(e.ID)), routing.SessionID(text(e.Session)), routing.CallID(text(e.Call))
	e.Kind, e.By, e.Data = text(e.Kind), text(e.By), json.RawMessage(jsonText(e.Data))
	_ = moment{&e.At}.Scan(ms(e.At)) // an int64 is always a moment
	return e
}

func (a *appender) saveSessions(ctx context.Context) error {
	for session, last := range a.last {
		if _, err := a.tx.ExecContext(ctx, `UPDATE journals SET last_seq = $2 WHERE session_id = $1`, session, last); err != nil {
			return err
		}
	}
	return nil
}

// sessionsOf returns the sessions of entries, each once, in order.
func sessionsOf(entries []routing.Entry) []routing.SessionID {
	sessions := make([]routing.SessionID, 0, len(entries))
	for _, e := range entries {
		sessions = append(sessions, e.Session)
	}
	slices.Sort(sessions)
	return slices.Compact(sessions)
}
