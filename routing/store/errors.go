package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sufler/routing"
)

// named leaves refusals as they are, refuses with "store_unavailable" when the
// database is not there, and says where other errors come from.
func named(err error) error {
	if err == nil {
		return nil
	}
	if _, refused := errors.AsType[*routing.Error](err); refused {
		return err
	}
	err = fmt.Errorf("store: %w", err)
	if isAway(err) {
		return &routing.Error{Kind: routing.Unavailable, Code: "store_unavailable", Err: err}
	}
	return err
}

// orRefuse turns "no row" into a refusal.
func orRefuse(err error, refusal *routing.Error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return refusal
	}
	return named(err)
}

// isAway reports whether the database cannot work now, whoever asks for whatever.
func isAway(err error) bool {
	if code, ok := postgresCode(err); ok {
		// PostgreSQL's appendix A: connection exception, insufficient resources,
		// operator intervention, and a standby that only reads.
		class := code[:2]
		return class == "08" || class == "53" || strings.HasPrefix(code, "57P") || code == "25006"
	}
	if code, ok := sqliteCode(err); ok {
		return slices.Contains([]int{sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}, code&0xff)
	}
	if _, unreached := errors.AsType[*pgconn.ConnectError](err); unreached {
		return true
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed)
}

// isTaken reports whether a row with the same unique value is there.
func isTaken(err error) bool {
	if code, ok := postgresCode(err); ok {
		return code == "23505"
	}
	code, ok := sqliteCode(err)
	return ok && (code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// isCrossed reports whether a transaction met another and may be tried again.
func isCrossed(err error) bool {
	code, ok := postgresCode(err)
	return ok && (code == "40001" || code == "40P01") // serialization_failure, deadlock_detected
}

func postgresCode(err error) (string, bool) {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(refused.Code) < 2 {
		return "", false
	}
	return refused.Code, true
}

func sqliteCode(err error) (int, bool) {
	refused, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return 0, false
	}
	return refused.Code(), true
}
