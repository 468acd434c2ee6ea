package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// ms is a time as the tables keep it; the zero time is 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment reads a column of milliseconds into a time.
type moment struct{ to *time.Time }

func (m moment) Scan(from any) error {
	n, ok := from.(int64)
	if !ok {
		return fmt.Errorf("time: got %T, want int64", from)
	}
	*m.to = time.Time{}
	if n != 0 {
		*m.to = time.UnixMilli(n).UTC()
	}
	return nil
}

// text makes a string storable: PostgreSQL refuses NUL and what is not UTF-8,
// SQLite would cut at NUL in some functions. Both become U+FFFD.
func text[T ~string](v T) string {
	s := strings.ToValidUTF8(string(v), "\uFFFD")
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// jsonText makes JSON storable and readable as jsonb. What is no JSON is kept as
// a JSON string: a journal never refuses.
func jsonText(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "null"
	}
	raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	if !json.Valid(raw) {
		raw, _ = json.Marshal(string(raw)) // a string always has a JSON form
	}
	return withoutNUL(string(raw))
}

// withoutNUL replaces the escape of NUL, which PostgreSQL's jsonb refuses. An
// escaped backslash before "u0000" is text and stays.
func withoutNUL(s string) string {
	const escape, replacement = `\u0000`, `\ufffd`
	if !strings.Contains(s, escape) {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, escape) {
			out.WriteString(replacement)
			s = s[len(escape):]
			continue
		}
		out.WriteString(s[:2])
		s = s[2:]
	}
	out.WriteString(s)
	return out.String()
}
