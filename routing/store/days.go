package store

import (
	"context"
	"time"

	"sufler/routing"
)

const spanColumns = `id, operator_id, kind, began, ended`

func scanSpan(row scanner) (s routing.Span, err error) {
	err = row.Scan(&s.ID, &s.Operator, &s.Kind, moment{&s.Began}, moment{&s.Ended})
	return s, err
}

// PutSpan stores a part of somebody's day, or replaces it.
func (s *Store) PutSpan(ctx context.Context, one routing.Span) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO spans (`+spanColumns+`) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET operator_id = $2, kind = $3, began = $4, ended = $5`,
		text(one.ID), text(one.Operator), one.Kind, ms(one.Began), ms(one.Ended))
	return named(err)
}

// Spans returns those of an operator since a time, oldest first.
func (s *Store) Spans(ctx context.Context, of routing.OperatorID, since time.Time) ([]routing.Span, error) {
	return all(ctx, s.read, scanSpan,
		`SELECT `+spanColumns+` FROM spans WHERE operator_id = $1 AND (began >= $2 OR ended = 0 OR ended > $2) ORDER BY began, id`, text(of), ms(since))
}

// EndSpans ends what lasts.
func (s *Store) EndSpans(ctx context.Context, at time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE spans SET ended = CASE WHEN began > $1 THEN began ELSE $1 END WHERE ended = 0`, ms(at))
	return named(err)
}
