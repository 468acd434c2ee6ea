package peers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	postgresUser     = "postgres"
	postgresPassword = "only for tests" //nolint:gosec // of a server that lives as long as the tests
	postgresPatience = 60 * time.Second
	// postgresFarewell is how long a fast shutdown may take.
	postgresFarewell = 20 * time.Second
)

// Postgres is a PostgreSQL of its caller's own, on 127.0.0.1, with its data in a
// temporary folder.
type Postgres struct {
	dir     string
	port    int
	made    atomic.Int64
	process *Process
}

// StartPostgres makes the data and starts the server; it returns when the server
// takes connections. Its owner ends it with Close.
func StartPostgres(ctx context.Context) (*Postgres, error) {
	ctx, cancel := context.WithTimeout(ctx, postgresPatience)
	defer cancel()
	port, err := FreePort(1)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sufler-postgres-")
	if err != nil {
		return nil, fmt.Errorf("peers: postgres: %w", err)
	}
	p := &Postgres{dir: dir, port: port}
	if err := p.initialise(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.Start(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

// initialise writes the data of an empty server. The order of words is that of
// Czech, as on many a server: whoever counts on the order of bytes finds out.
func (p *Postgres) initialise(ctx context.Context) error {
	if err := p.give(p.dir); err != nil {
		return err
	}
	password := filepath.Join(p.dir, "password")
	if err := os.WriteFile(password, []byte(postgresPassword), 0o600); err != nil {
		return fmt.Errorf("peers: postgres: %w", err)
	}
	if err := p.give(password); err != nil {
		return err
	}
	made, err := Start(Command{Program: "initdb", Dir: p.dir, As: postgresAs(), Args: []string{
		"-D", filepath.Join(p.dir, "data"), "-U", postgresUser, "-A", "scram-sha-256", "--pwfile", password,
		"-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=cs",
	}})
	if err != nil {
		return err
	}
	defer made.Stop()
	if code, err := made.Wait(ctx); err != nil || code != 0 {
		return fmt.Errorf("peers: initdb: exit code %d, %w\n%s", code, err, made.Log())
	}
	return nil
}

// Start starts the server again after Stop.
func (p *Postgres) Start(ctx context.Context) error {
	process, err := Start(Command{Program: "postgres", Dir: p.dir, As: postgresAs(), Args: []string{
		"-D", filepath.Join(p.dir, "data"), "-p", strconv.Itoa(p.port), "-h", "127.0.0.1", "-k", "",
	}})
	if err != nil {
		return err
	}
	p.process = process
	err = Until(ctx, "PostgreSQL takes connections", func() bool {
		conn, err := pgx.Connect(ctx, p.address(postgresUser))
		if err != nil {
			return process.ended()
		}
		return conn.Close(ctx) == nil
	})
	if err == nil && process.ended() {
		err = errors.New("it has ended")
	}
	if err != nil {
		process.Stop()
		return fmt.Errorf("peers: postgres: %w\n%s", err, process.Log())
	}
	return nil
}

// Stop ends the server at once, cutting every connection; Start continues it.
func (p *Postgres) Stop() {
	// PostgreSQL's "fast shutdown": SIGTERM would wait for those who are connected.
	_ = syscall.Kill(p.process.PID(), syscall.SIGINT)
	timer := time.NewTimer(postgresFarewell)
	defer timer.Stop()
	select {
	case <-p.process.Done():
	case <-timer.C:
	}
	p.process.Stop()
}

// Close ends the server and forgets its data.
func (p *Postgres) Close() error {
	p.Stop()
	return os.RemoveAll(p.dir)
}

// NewDatabase makes an empty database and returns its address.
func (p *Postgres) NewDatabase(ctx context.Context) (string, error) {
	conn, err := pgx.Connect(ctx, p.address(postgresUser))
	if err != nil {
		return "", fmt.Errorf("peers: postgres: %w", err)
	}
	name := "test" + strconv.FormatInt(p.made.Add(1), 10)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return "", fmt.Errorf("peers: postgres: %w", err)
	}
	return p.address(name), nil
}

func (p *Postgres) address(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(postgresUser, postgresPassword), Host: "127.0.0.1:" + strconv.Itoa(p.port), Path: database}
	return u.String()
}

// postgresAs is the user that the server runs as: PostgreSQL refuses to be root.
func postgresAs() string {
	if os.Geteuid() == 0 {
		return postgresUser
	}
	return ""
}

// give hands a file of ours to the user that the server runs as.
func (p *Postgres) give(path string) error {
	if postgresAs() == "" {
		return nil
	}
	who, err := credential(postgresAs())
	if err != nil {
		return err
	}
	if err := os.Chown(path, int(who.Uid), int(who.Gid)); err != nil {
		return fmt.Errorf("peers: postgres: %w", err)
	}
	return nil
}

// findPostgres finds a program of PostgreSQL where Debian puts those that are not
// for everybody, the newest first.
func findPostgres(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob(filepath.Join("/usr/lib/postgresql/*/bin", name)) // the pattern is good
	if len(found) == 0 {
		return "", &MissingError{name, packages[name]}
	}
	return slices.Max(found), nil
}

// SharedPostgres is one server for many tests, started by the first that needs
// it. The zero value is ready.
type SharedPostgres struct {
	mu     sync.Mutex
	server *Postgres
	err    error
}

// NewDatabase makes an empty database and returns its address.
func (s *SharedPostgres) NewDatabase(ctx context.Context) (string, error) {
	s.mu.Lock()
	if s.server == nil && s.err == nil {
		s.server, s.err = StartPostgres(context.WithoutCancel(ctx))
	}
	server, err := s.server, s.err
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return server.NewDatabase(ctx)
}

// Close ends the server, if anybody needed it.
func (s *SharedPostgres) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}
