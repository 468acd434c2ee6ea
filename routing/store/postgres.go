package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// postgresWriters and postgresReaders are how many connections one process
	// holds at most: together they leave room for five processes under
	// PostgreSQL's own limit of 100.
	postgresWriters = 8
	postgresReaders = 8
	// postgresConnect is how long one connection may take to be made, unless the
	// address says connect_timeout.
	postgresConnect = 5 * time.Second
	// postgresIdle is how long a connection that nobody needs is kept.
	postgresIdle = 5 * time.Minute
)

// errAddress does not wrap what the driver says: that may quote the password.
var errAddress = errors.New("this is no address of PostgreSQL; write postgres://USER:PASSWORD@HOST:5432/DATABASE")

// openPostgres makes the pools and asks the server whether it is there.
func openPostgres(ctx context.Context, address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errAddress
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresConnect
	}
	config.RuntimeParams["application_name"] = "sufler"
	config.RuntimeParams["timezone"] = "UTC"
	reading := config.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	s := &Store{
		write:    postgresPool(config, postgresWriters),
		read:     postgresPool(reading, postgresReaders),
		postgres: true,
	}
	if err := s.checkPostgres(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("PostgreSQL at %s:%d: %w", config.Host, config.Port, plain(err)), s.Close())
	}
	return s, nil
}

// plain is the cause of a failed connection without the driver's account of every
// attempt, which takes several lines.
func plain(err error) error {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network
	}
	return err
}

// postgresPool keeps connections and, on each, its prepared statements. Every
// connection is asked whether it lives before it is used again: after a restart
// of PostgreSQL all that wait are dead, and a statement sent on one of them would
// fail with nobody knowing whether it was done.
func postgresPool(config *pgx.ConnConfig, size int) *sql.DB {
	db := stdlib.OpenDB(*config, stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return true }))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(postgresIdle)
	return db
}

func (s *Store) checkPostgres(ctx context.Context) error {
	var encoding string
	if err := s.write.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database is encoded in %s; make one with: createdb -E UTF8 -T template0 NAME", encoding)
	}
	return nil
}

// migrationLock is the advisory lock of those who change the tables: "sufler".
const migrationLock = 0x7375666c6572

// alone runs do while no other process migrates the same database. SQLite locks
// the file itself.
func (s *Store) alone(ctx context.Context, do func() error) (err error) {
	if !s.postgres {
		return do()
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return named(err)
	}
	// The lock belongs to the connection: it is given back even when the unlocking
	// cannot be sent.
	defer func() { err = errors.Join(err, named(conn.Close())) }()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		return named(err)
	}
	err = do()
	_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(migrationLock))
	return errors.Join(err, named(unlocked))
}
