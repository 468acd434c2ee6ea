package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"sufler/routing/journal"
	"sufler/routing/store"
)

func (s *Server) startStore(ctx context.Context) error {
	database := s.Config.Database
	address, err := s.Config.ReadSecret(database.URL, database.URLFile)
	if err != nil {
		return fmt.Errorf("%s: database.url_file: %w", s.Config.Where("database.url_file"), err)
	}
	if s.store, err = store.Open(ctx, store.Options{Folder: s.Config.Files.Dir, URL: address, Log: s.Log}); err != nil {
		return s.unkept(err)
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
func (s *Server) unkept(err error) error {
	database := s.Config.Database
	key := "database.url"
	switch {
	case errors.Is(err, store.ErrFolder) || database.URL == "" && database.URLFile == "":
		return fmt.Errorf("%s: %w", s.Config.Where("files.dir"), err)
	case database.URLFile != "":
		key = "database.url_file"
	}
	return fmt.Errorf("%s: %s: %w", s.Config.Where(key), key, err)
}
