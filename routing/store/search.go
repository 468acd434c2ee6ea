package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"sufler/internal/fold"
	"sufler/routing"
)

// Calls returns at most limit calls that are wanted, newest first. Calls of the
// same millisecond are ordered by id, so that no page repeats or misses one.
func (s *Store) Calls(ctx context.Context, wanted routing.CallFilter, limit int) ([]routing.CallRow, error) {
	var w where
	if wanted.Before != "" {
		last, err := s.Call(ctx, wanted.Before)
		if err != nil {
			return nil, err
		}
		w.and("(started, id) < (?, ?)", ms(last.Started), text(last.ID))
	}
	w.between("started", wanted.From, wanted.To)
	w.ofKind(wanted)
	w.ofClient(wanted)
	if wanted.Within != nil {
		w.within(*wanted.Within)
	}
	return all(ctx, s.read, scanCall,
		`SELECT `+callColumns+` FROM calls`+w.text()+` ORDER BY started DESC, id DESC LIMIT `+w.arg(limit), w.args...)
}

// where collects conditions that must all hold.
type where struct {
	conditions []string
	args       []any
}

// and adds a condition; each ? stands for one of args.
func (w *where) and(condition string, args ...any) {
	w.conditions = append(w.conditions, w.filled(condition, args...))
}

// filled numbers the placeholders of a condition.
func (w *where) filled(condition string, args ...any) string {
	for _, arg := range args {
		condition = strings.Replace(condition, "?", w.arg(arg), 1)
	}
	return condition
}

func (w *where) arg(value any) string {
	w.args = append(w.args, value)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) text() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// between holds a column of time to a range; a zero end is open.
func (w *where) between(column string, from, to time.Time) {
	if !from.IsZero() {
		w.and(column+" >= ?", ms(from))
	}
	if !to.IsZero() {
		w.and(column+" < ?", ms(to))
	}
}

func (w *where) ofKind(wanted routing.CallFilter) {
	if wanted.Kind != 0 {
		w.and("kind = ?", wanted.Kind)
	}
	if wanted.Queue != "" {
		w.and("queue = ?", text(wanted.Queue))
	}
}

func (w *where) ofClient(wanted routing.CallFilter) {
	if wanted.Digits != "" {
		w.and(holds("digits"), part(wanted.Digits))
	}
	for _, word := range wanted.Words {
		w.any(w.filled(holds("client_folded"), part(word.Text)), in(w, "operator_id", word.Operators))
	}
}

func (w *where) within(scope routing.CallScope) {
	w.any(in(w, "operator_id", scope.Operators), in(w, "queue", scope.Queues))
}

// any adds alternatives; one that is empty cannot hold.
func (w *where) any(alternatives ...string) {
	var possible []string
	for _, a := range alternatives {
		if a != "" {
			possible = append(possible, a)
		}
	}
	if len(possible) == 0 {
		possible = []string{"1 = 0"}
	}
	w.conditions = append(w.conditions, "("+strings.Join(possible, " OR ")+")")
}

// in is the condition that a column has one of values, empty when there are none.
func in[T ~string](w *where, column string, values []T) string {
	if len(values) == 0 {
		return ""
	}
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = w.arg(text(v))
	}
	return column + " IN (" + strings.Join(places, ", ") + ")"
}

func holds(column string) string { return column + " LIKE ? ESCAPE '!'" }

// part is the pattern of LIKE for what holds a text.
func part(of string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text(of)) + "%"
}

// foldedAtOnce is how many rows one transaction folds.
const foldedAtOnce = 1000

// foldCalls makes the rows searchable that a release without search has written.
func (s *Store) foldCalls(ctx context.Context) error {
	for {
		var rows []routing.CallRow
		err := s.change(ctx, func(tx *sql.Tx) (err error) {
			rows, err = all(ctx, tx, scanCall, `SELECT `+callColumns+` FROM calls WHERE client_folded IS NULL LIMIT $1`, foldedAtOnce)
			for _, c := range rows {
				if _, err := tx.ExecContext(ctx, `UPDATE calls SET digits = $2, client_folded = $3 WHERE id = $1`,
					c.ID, fold.Digits(c.Number), fold.Text(c.ClientName)); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil || len(rows) < foldedAtOnce {
			return err
		}
	}
}
