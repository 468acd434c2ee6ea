package api

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
)

const (
	// exportPage is how many rows are in memory at once.
	exportPage = 500
	// auditSession is the journal's session of what belongs to no visit.
	auditSession routing.SessionID = "audit"
)

type (
	exportIn struct {
		RecordFilter
		Format string `query:"format" enum:"csv,json" default:"csv"`
	}

	// Exported is "record.exported", for supervisors only: somebody took a list of
	// calls, by these filters.
	Exported struct {
		Format   string `json:"format"`
		Number   string `json:"number,omitempty"`
		Text     string `json:"text,omitempty"`
		From     string `json:"from,omitempty"`
		To       string `json:"to,omitempty"`
		CallKind string `json:"kind,omitempty"`
		Queue    string `json:"queue,omitempty"`
	}
)

// Kind is the fact's word.
func (Exported) Kind() string { return "record.exported" }

// exportRecords sends every call that fits. Who took what is on disk in the
// journal before the first byte leaves.
func (s *Server) exportRecords(ctx context.Context, in *exportIn) (*huma.StreamResponse, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	wanted, possible := s.wanted(o, people.RecordExport, &in.RecordFilter)
	next := func(ctx context.Context) (rows []routing.CallRow, err error) {
		if possible {
			rows, err = s.opt.Records.Calls(ctx, wanted, exportPage)
		}
		if len(rows) > 0 {
			wanted.Before = rows[len(rows)-1].ID
		}
		possible = len(rows) == exportPage
		return rows, err
	}
	first, err := next(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.opt.Journal.Commit(ctx, auditSession, "", string(o.ID), routing.SupervisorsOnly, in.fact()); err != nil {
		return nil, routing.Refuse(routing.Unavailable, "audit_unavailable")
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		_, w := humachi.Unwrap(hctx)
		// A long list takes longer than a request may; it ends when nobody reads it.
		if err := s.export(context.WithoutCancel(ctx), w, in.Format, first, next); err != nil {
			s.opt.Log.Warn("an export was cut off", slog.String("operator", string(o.ID)), slog.Any("err", err))
			panic(http.ErrAbortHandler) // or the reader would take the part for the whole
		}
	}}, nil
}

func (in *exportIn) fact() Exported {
	return Exported{Format: in.Format, Number: in.Number, Text: in.Text, From: stampOf(in.From), To: stampOf(in.To), CallKind: in.Kind, Queue: in.Queue}
}

func stampOf(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return live.Stamp(at)
}

// export writes rows, page by page, and tells what they are.
func (s *Server) export(ctx context.Context, w http.ResponseWriter, format string, rows []routing.CallRow, next func(context.Context) ([]routing.CallRow, error)) error {
	var sheet sheet = newCSV(w)
	kind := "text/csv; charset=utf-8; header=present" // RFC 4180 section 3
	if format == "json" {
		sheet, kind = &jsonSheet{w: w}, "application/json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="records-%s.%s"`, s.opt.Clock.Now().UTC().Format(time.DateOnly), format))
	for len(rows) > 0 {
		for _, row := range rows {
			if err := sheet.row(s.rowObject(row)); err != nil {
				return err
			}
		}
		var err error
		if rows, err = next(ctx); err != nil {
			return err
		}
	}
	return sheet.end()
}

// sheet is a file of rows that is being written.
type sheet interface {
	row(RecordRow) error
	end() error
}

// csvSheet is RFC 4180 with a header line, in UTF-8 with the mark at its beginning
// without which spreadsheets read another encoding.
type csvSheet struct{ out *csv.Writer }

func newCSV(w io.Writer) *csvSheet {
	out := csv.NewWriter(&marked{to: w})
	out.UseCRLF = true
	_ = out.Write([]string{"call", "kind", "started_at", "talked_s", "number", "client_name", "operator", "queue", "cause"}) // Flush tells
	return &csvSheet{out}
}

func (c *csvSheet) row(r RecordRow) error {
	cells := []string{
		string(r.Call), r.Kind, r.StartedAt, strconv.FormatFloat(float64(r.TalkedMS)/1000, 'f', 1, 64),
		r.Number, r.ClientName, r.Operator, string(r.Queue), r.Cause,
	}
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return c.out.Write(cells)
}

func (c *csvSheet) end() error {
	c.out.Flush()
	return c.out.Error()
}

// harmless keeps a spreadsheet from taking what a visitor has typed for a formula:
// the apostrophe makes it a text.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// marked writes the byte order mark before the first byte.
type marked struct {
	to   io.Writer
	done bool
}

func (m *marked) Write(p []byte) (int, error) {
	if !m.done {
		m.done = true
		if _, err := io.WriteString(m.to, "\uFEFF"); err != nil {
			return 0, err
		}
	}
	return m.to.Write(p)
}

// jsonSheet is {"records": [...]}, a row a line.
type jsonSheet struct {
	w     io.Writer
	begun bool
}

func (j *jsonSheet) row(r RecordRow) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := j.begin(",\n"); err != nil {
		return err
	}
	_, err = j.w.Write(data)
	return err
}

// begin writes what stands before a row, or before the end.
func (j *jsonSheet) begin(between string) error {
	if !j.begun {
		j.begun, between = true, "{\"records\": [\n"
	}
	_, err := io.WriteString(j.w, between)
	return err
}

func (j *jsonSheet) end() error {
	if err := j.begin(""); err != nil {
		return err
	}
	_, err := io.WriteString(j.w, "\n]}\n")
	return err
}
