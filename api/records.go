package api

import (
	"context"
	"encoding/json"
	"net/http"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/records"
)

type (
	recordIn struct {
		Call string `path:"call" maxLength:"64"`
	}
	recordOut struct{ Body Record }

	// RecordRow is a call in the list of records.
	RecordRow struct {
		Call       routing.CallID    `json:"call"`
		Kind       string            `json:"kind"`
		StartedAt  string            `json:"started_at"`
		TalkedMS   int64             `json:"talked_ms"`
		Number     string            `json:"number"`
		ClientName string            `json:"client_name"`
		Operator   string            `json:"operator" doc:"The name."`
		Queue      routing.QueueName `json:"queue"`
		Cause      string            `json:"cause"`
	}

	// Record is all that is kept of a call, as its reader may know it.
	Record struct {
		Row       RecordRow       `json:"row"`
		WaitedMS  int64           `json:"waited_ms"`
		Tracks    []RecordTrack   `json:"tracks"`
		Intervals []Interval      `json:"intervals" doc:"One after another, counted from the beginning of the sound."`
		Guard     Guard           `json:"guard"`
		Files     []RecordFile    `json:"files"`
		Comments  []RecordComment `json:"comments"`
		Facts     []RecordFact    `json:"facts"`
	}

	// RecordTrack is how loud one party was.
	RecordTrack struct {
		Party routing.PartyID `json:"party"`
		Role  string          `json:"role"`
		Name  string          `json:"name"`
		Peaks []int           `json:"peaks" doc:"The highest sample of each 100 ms, 255 is full scale."`
	}

	// Interval is a time in which one mode held.
	Interval struct {
		Mode   string `json:"mode" enum:"waiting,talk,away,listen,whisper,barge"`
		FromMS int64  `json:"from_ms"`
		ToMS   int64  `json:"to_ms"`
		By     string `json:"by" doc:"The supervisor's name; of away that of who was lost."`
	}

	// RecordFile is a file that can be had.
	RecordFile struct {
		Name  string `json:"name"`
		Bytes int64  `json:"bytes"`
		May   bool   `json:"may"`
	}

	// RecordComment is what a supervisor wrote.
	RecordComment struct {
		By        string `json:"by" doc:"The name."`
		Text      string `json:"text"`
		ChangedAt string `json:"changed_at"`
	}

	// RecordFact is an entry of the journal.
	RecordFact struct {
		At   string          `json:"at"`
		Kind string          `json:"kind"`
		By   string          `json:"by"`
		Data json.RawMessage `json:"data"`
	}
)

func (s *Server) recordRoutes() {
	route(s, may(people.RecordRead), "list-records", http.MethodGet, "/records", "Calls, the newest first", http.StatusOK, s.listRecords)
	route(s, may(people.RecordExport), "export-records", http.MethodGet, "/records/export", "Every call that fits, as a file", http.StatusOK, s.exportRecords)
	route(s, may(people.RecordRead), "get-record", http.MethodGet, "/records/{call}", "All that is kept of a call", http.StatusOK, s.getRecord)
	route(s, may(people.RecordRead), "get-record-file", http.MethodGet, "/records/{call}/files/{name}", "A file of a record, whole or in ranges", http.StatusOK, s.getRecordFile)
}

func (s *Server) rowObject(row routing.CallRow) RecordRow {
	o := RecordRow{
		Call: row.ID, Kind: row.Kind.String(), StartedAt: live.Stamp(row.Started), Number: row.Number, ClientName: row.ClientName,
		Operator: s.nameOf(row.Operator), Queue: row.Queue, Cause: row.Cause,
	}
	if !row.Talked.IsZero() && !row.Ended.IsZero() {
		o.TalkedMS = row.Ended.Sub(row.Talked).Milliseconds()
	}
	return o
}

func (s *Server) nameOf(id routing.OperatorID) string {
	o, _ := s.opt.People.Operator(id)
	return o.Name
}

func (s *Server) getRecord(ctx context.Context, in *recordIn) (*recordOut, error) {
	o, row, err := s.rowWho(ctx, routing.CallID(in.Call), people.RecordRead)
	if err != nil {
		return nil, err
	}
	out := &recordOut{}
	if out.Body, err = s.recordFor(ctx, row, s.audienceIn(o, s.objectOfRow(row))); err != nil {
		return nil, err
	}
	out.Body.Files, err = s.filesOf(ctx, o, row)
	return out, err
}

// audienceIn is the innermost audience of a call's entries that somebody belongs to.
func (s *Server) audienceIn(o routing.Operator, object people.Object) routing.Audience {
	if s.seesSupervisionIn(o, object) {
		return routing.SupervisorsOnly
	}
	return routing.StaffOnly
}

func (s *Server) recordFor(ctx context.Context, row routing.CallRow, reader routing.Audience) (Record, error) {
	entries, err := s.opt.Records.EntriesSince(ctx, row.Session, 0)
	if err != nil {
		return Record{}, err
	}
	comments, err := s.opt.Records.Comments(ctx, row.ID)
	if err != nil {
		return Record{}, err
	}
	tracks, err := s.opt.Records.Tracks(ctx, row.ID)
	if err != nil {
		return Record{}, err
	}
	return s.recordObject(records.RecordOf(row, entries, comments, tracks, reader)), nil
}

func (s *Server) recordObject(r records.Record) Record {
	o := Record{
		Row: s.rowObject(r.Row), WaitedMS: r.Waited.Milliseconds(), Guard: Guard(r.Guard), Comments: s.commentObjects(r.Comments),
		Tracks: []RecordTrack{}, Intervals: []Interval{}, Facts: []RecordFact{},
	}
	for _, t := range r.Tracks {
		o.Tracks = append(o.Tracks, RecordTrack{Party: t.Party.ID, Role: t.Party.Role.String(), Name: t.Party.Name, Peaks: numbers(t.Peaks)})
	}
	for _, i := range r.Intervals {
		o.Intervals = append(o.Intervals, Interval{Mode: i.Mode, FromMS: i.From.Milliseconds(), ToMS: i.To.Milliseconds(), By: i.By})
	}
	for _, f := range r.Facts {
		o.Facts = append(o.Facts, RecordFact{At: live.Stamp(f.At), Kind: f.Kind, By: f.By, Data: f.Data})
	}
	return o
}

// numbers are bytes that JSON shows as a list, not as base64.
func numbers(bytes []byte) []int {
	list := make([]int, len(bytes))
	for i, b := range bytes {
		list[i] = int(b)
	}
	return list
}

func (s *Server) commentObjects(written []routing.Comment) []RecordComment {
	comments := []RecordComment{}
	for _, c := range written {
		if c.Text != "" {
			comments = append(comments, RecordComment{By: s.nameOf(c.By), Text: c.Text, ChangedAt: live.Stamp(c.Changed)})
		}
	}
	return comments
}
