package server

import (
	"context"
	"io"
	"slices"

	"sufler/api"
	"sufler/mixer/record"
	"sufler/routing"
	"sufler/routing/records"
	"sufler/routing/store"
)

// archive is what has been kept of calls: their rows and journals in the store,
// their sound in files.
type archive struct {
	*store.Store
	recordings recordings
}

// recorded returns a call's sound and the parties of whom there is a track,
// clients first and supervisors last; nil when nothing was recorded.
func (a *archive) recorded(ctx context.Context, id routing.CallID) (*record.Call, []records.Party, error) {
	c, err := a.recordings.open(id)
	if c == nil || err != nil {
		return nil, nil, err
	}
	entries, err := a.EntriesOfCall(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	tracks := c.Tracks()
	parties := slices.DeleteFunc(records.PartiesOf(entries), func(p records.Party) bool { return !slices.Contains(tracks, string(p.ID)) })
	return c, parties, nil
}

// hasClient reports whether there is a file that the client may have.
func hasClient(parties []records.Party) bool {
	return len(parties) > 0 && parties[0].Role == routing.Client
}

// Tracks implements api.Records.
func (a *archive) Tracks(ctx context.Context, id routing.CallID) ([]records.Track, error) {
	c, parties, err := a.recorded(ctx, id)
	if err != nil {
		return nil, err
	}
	tracks := make([]records.Track, len(parties))
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
		return a.recordings.made(c, name, func(w io.Writer) error { return c.WriteEar(w, string(parties[0].ID)) })
	case name == api.TrainingFile && len(parties) > 0:
		names := make([]string, len(parties))
		for i, p := range parties {
			names[i] = string(p.ID)
		}
		return a.recordings.made(c, name, func(w io.Writer) error { return c.WriteTracks(w, names) })
	}
	return nil, routing.Refuse(routing.NotFound, "file_unknown")
}
