package server

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sufler/mixer"
	"sufler/mixer/record"
	"sufler/routing"
)

// recordings are the folders with the sound of calls, and the files that are
// composed from them.
type recordings struct {
	done   string
	making sync.Mutex // one file is composed at a time
}

// open returns a call's recorded sound, nil when nothing was recorded.
func (r *recordings) open(id routing.CallID) (*record.Call, error) {
	c, err := record.Open(r.done, mixer.CallID(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return c, err
}

// made returns a composed file, composing it when it is not there.
func (r *recordings) made(c *record.Call, name string, compose func(io.Writer) error) (io.ReadSeekCloser, error) {
	r.making.Lock()
	defer r.making.Unlock()
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
