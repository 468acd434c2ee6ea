package store

import (
	"context"
	"encoding/json"

	"sufler/routing"
)

// Settings returns all settings by kind and id.
func (s *Store) Settings(ctx context.Context) ([]routing.Setting, error) {
	scan := func(row scanner) (one routing.Setting, err error) {
		var data string
		err = row.Scan(&one.Kind, &one.ID, &data, moment{&one.Changed})
		one.Data = json.RawMessage(data)
		return one, err
	}
	return all(ctx, s.read, scan, `SELECT kind, id, data, changed FROM settings ORDER BY kind, id`)
}

// AddSetting stores a setting unless there is one of that kind and id.
func (s *Store) AddSetting(ctx context.Context, one routing.Setting) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO settings (kind, id, data, changed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, id) DO NOTHING`,
		text(one.Kind), text(one.ID), jsonText(one.Data), ms(one.Changed))
	return named(err)
}

// PutSetting adds a setting or replaces it.
func (s *Store) PutSetting(ctx context.Context, one routing.Setting) error {
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO settings (kind, id, data, changed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data, changed = excluded.changed`,
		text(one.Kind), text(one.ID), jsonText(one.Data), ms(one.Changed))
	return named(err)
}

// DeleteSetting takes a setting away.
func (s *Store) DeleteSetting(ctx context.Context, kind, id string) error {
	_, err := s.write.ExecContext(ctx, `DELETE FROM settings WHERE kind = $1 AND id = $2`, text(kind), text(id))
	return named(err)
}
