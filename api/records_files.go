package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"sufler/routing"
	"sufler/routing/people"
)

type (
	fileIn struct {
		Call string `path:"call" maxLength:"64"`
		Name string `path:"name" enum:"client.wav,training.wav"`
	}

	// Downloaded is "record.downloaded", for supervisors only: somebody took a file
	// that holds what the prompter said.
	Downloaded struct {
		File string `json:"file"`
	}
)

// Kind is the fact's word.
func (Downloaded) Kind() string { return "record.downloaded" }

func (s *Server) filesOf(ctx context.Context, o routing.Operator, row routing.CallRow) ([]RecordFile, error) {
	there, err := s.opt.Records.Files(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	files := []RecordFile{}
	for _, f := range there {
		file := RecordFile{Name: f.Name, May: people.Can(o, fileAction(f.Name), s.objectOfRow(row)) == nil}
		if file.May { // the size of all tracks tells how many there are
			file.Bytes = f.Bytes
		}
		files = append(files, file)
	}
	return files, nil
}

// fileAction is the right that a file needs; what is not named needs one that
// nobody has.
func fileAction(name string) people.Action {
	switch name {
	case ClientFile:
		return people.RecordClientFile
	case TrainingFile:
		return people.RecordTrainingFile
	}
	return ""
}

// getRecordFile sends a file. A download of the file with the prompter in it is on
// disk in the journal before its first byte leaves.
func (s *Server) getRecordFile(ctx context.Context, in *fileIn) (*huma.StreamResponse, error) {
	o, row, err := s.rowWho(ctx, routing.CallID(in.Call), fileAction(in.Name))
	if err != nil {
		return nil, err
	}
	file, err := s.opt.Records.Open(ctx, row.ID, in.Name)
	if err != nil {
		return nil, err
	}
	if in.Name == TrainingFile {
		err = s.opt.Journal.Commit(ctx, row.Session, row.ID, string(o.ID), routing.SupervisorsOnly, Downloaded{File: in.Name})
		if err != nil {
			_ = file.Close() // it was only opened
			return nil, routing.Refuse(routing.Unavailable, "audit_unavailable")
		}
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		r, w := humachi.Unwrap(hctx)
		defer func() {
			if err := file.Close(); err != nil {
				s.opt.Log.Warn("record file not closed", slog.String("call", string(row.ID)), slog.Any("err", err))
			}
		}()
		w.Header().Set("Content-Type", "audio/wav")
		w.Header().Set("Content-Disposition", `attachment; filename="`+string(row.ID)+"-"+in.Name+`"`)
		http.ServeContent(w, r, "", time.Time{}, file)
	}}, nil
}
