package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"sufler/configs"
	"sufler/routing/journal"
	"sufler/routing/store"
)

// OpenStore opens the database that the configuration names.
func OpenStore(ctx context.Context, c *configs.Config, log *slog.Logger) (*store.Store, error) {
	address, err := c.ReadSecret(c.Database.URL, c.Database.URLFile)
	if err != nil {
		return nil, fmt.Errorf("%s: database.url_file: %w", c.Where("database.url_file"), err)
	}
	opened, err := store.Open(ctx, store.Options{Folder: c.Files.Dir, URL: address, Log: log})
	if err != nil {
		return nil, unkept(c, err)
	}
	return opened, nil
}

// Database is where everything but sound is kept.
func (s *Server) Database() *store.Store { return s.store }

func (s *Server) startStore(ctx context.Context) error {
	var err error
	if s.store, err = OpenStore(ctx, &s.Config, s.Log); err != nil {
		return err
	}
	s.atClose(func(context.Context) {
		if err := s.store.Close(); err != nil {
			s.Log.Error("the database was not closed well", slog.Any("err", err))
		}
	})
	if err := os.MkdirAll(s.dir("spool"), 0o700); err != nil {
		return err
	}
	s.journal, err = journal.Open(journal.Options{Store: s.store, Spool: s.dir("spool/journal"), Clock: s.clock, Log: s.Log})
	if err != nil {
		return err
	}
	s.atClose(s.journal.Close)
	return nil
}

// unkept says at which key the trouble with the database is. No error of the
// store holds the address, which has the password in it.
func unkept(c *configs.Config, err error) error {
	database := c.Database
	key := "database.url"
	switch {
	case errors.Is(err, store.ErrFolder) || database.URL == "" && database.URLFile == "":
		return fmt.Errorf("%s: %w", c.Where("files.dir"), err)
	case database.URLFile != "":
		key = "database.url_file"
	}
	return fmt.Errorf("%s: %s: %w", c.Where(key), key, err)
}
