package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date, each step in a transaction. Steps only
// add: the program one version older must run on the newer tables.
func (s *Store) migrate(ctx context.Context, log *slog.Logger) error {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	dialect := goose.DialectSQLite3
	if s.postgres {
		dialect = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, s.write, steps)
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	var done []*goose.MigrationResult
	err = s.alone(ctx, func() error {
		if done, err = provider.Up(ctx); err != nil {
			return err
		}
		return s.foldCalls(ctx)
	})
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	for _, step := range done {
		log.Info("database migrated", slog.Int64("version", step.Source.Version), slog.Duration("took", step.Duration))
	}
	return nil
}
