package server

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"sufler/api"
	"sufler/internal/loop"
	"sufler/mixer"
	"sufler/mixer/record"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/session"
	"sufler/routing/store"
)

// rowLimit is how long the database may take for the row of one call.
const rowLimit = 10 * time.Second

// archive is what has been kept of calls: their rows and journals in the store,
// their sound in files. It writes the rows itself, as calls go on.
type archive struct {
	*store.Store
	done    string
	log     *slog.Logger
	writing *loop.Loop

	mu     sync.Mutex
	states map[routing.CallID]call.State // of calls whose row is not final
	making sync.Mutex                    // one file is composed at a time
}

func newArchive(s *Server) *archive {
	return &archive{
		Store: s.store, done: s.dir("files/calls"), log: s.Log, writing: loop.New(),
		states: make(map[routing.CallID]call.State),
	}
}

// watch writes a call's row when its state has changed; it does not block.
func (a *archive) watch(s call.Snapshot) {
	a.mu.Lock()
	changed := a.states[s.Call] != s.State
	if s.State == call.StateEnded {
		delete(a.states, s.Call)
	} else {
		a.states[s.Call] = s.State
	}
	a.mu.Unlock()
	if !changed {
		return
	}
	row := session.RowOf(s)
	a.writing.Send(func() {
		ctx, cancel := context.WithTimeout(context.Background(), rowLimit)
		defer cancel()
		if err := a.PutCall(ctx, row); err != nil {
			a.log.Error("the row of a call was not kept", slog.String("call", string(row.ID)), slog.Any("err", err))
		}
	})
}

// close waits until the last row is written.
func (a *archive) close() {
	a.writing.Close()
	<-a.writing.Done()
}

// open returns a call's recorded sound, nil when nothing was recorded.
func (a *archive) open(id routing.CallID) (*record.Call, error) {
	c, err := record.Open(a.done, mixer.CallID(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return c, err
}

// recorded returns a call's sound and the parties of whom there is a track,
// clients first and supervisors last; nil when nothing was recorded.
func (a *archive) recorded(ctx context.Context, id routing.CallID) (*record.Call, []session.Party, error) {
	c, err := a.open(id)
	if c == nil || err != nil {
		return nil, nil, err
	}
	entries, err := a.EntriesOfCall(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	tracks := c.Tracks()
	parties := slices.DeleteFunc(session.PartiesOf(entries), func(p session.Party) bool { return !slices.Contains(tracks, string(p.ID)) })
	return c, parties, nil
}

// hasClient reports whether there is a file that the client may have.
func hasClient(parties []session.Party) bool {
	return len(parties) > 0 && parties[0].Role == routing.Client
}

// Tracks implements api.Records.
func (a *archive) Tracks(ctx context.Context, id routing.CallID) ([]session.Track, error) {
	c, parties, err := a.recorded(ctx, id)
	if err != nil {
		return nil, err
	}
	tracks := make([]session.Track, len(parties))
	for i, p := range parties {
		tracks[i].Party = p
		if tracks[i].Peaks, err = c.Peaks(string(p.ID)); err != nil {
			return nil, err
		}
	}
	return tracks, nil
}

// Files implements api.Records.
func (a *archive) Files(ctx context.Context, id routing.CallID) ([]api.File, error) {
	c, parties, err := a.recorded(ctx, id)
	if len(parties) == 0 || err != nil {
		return nil, err
	}
	files := []api.File{{Name: api.TrainingFile, Bytes: c.Size(len(parties))}}
	if hasClient(parties) {
		files = append([]api.File{{Name: api.ClientFile, Bytes: c.Size(record.EarChannels)}}, files...)
	}
	return files, nil
}

// Open implements api.Records: the file is composed when it is asked for the
// first time.
func (a *archive) Open(ctx context.Context, id routing.CallID, name string) (io.ReadSeekCloser, error) {
	c, parties, err := a.recorded(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case name == api.ClientFile && hasClient(parties):
		return a.made(c, name, func(w io.Writer) error { return c.WriteEar(w, string(parties[0].ID)) })
	case name == api.TrainingFile && len(parties) > 0:
		names := make([]string, len(parties))
		for i, p := range parties {
			names[i] = string(p.ID)
		}
		return a.made(c, name, func(w io.Writer) error { return c.WriteTracks(w, names) })
	}
	return nil, routing.Refuse(routing.NotFound, "file_unknown")
}

// made returns a composed file, composing it when it is not there.
func (a *archive) made(c *record.Call, name string, compose func(io.Writer) error) (io.ReadSeekCloser, error) {
	a.making.Lock()
	defer a.making.Unlock()
	path := filepath.Join(c.Dir(), name)
	if f, err := os.Open(path); err == nil {
		return f, nil
	}
	partial, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(compose(partial), partial.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path+".part"))
	}
	if err := os.Rename(path+".part", path); err != nil {
		return nil, err
	}
	return os.Open(path)
}
