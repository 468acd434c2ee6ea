package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sufler/routing"
)

// spool is a file of entries, one JSON object a line, synced at each append.
// What was handed over is forgotten only when all is: a crash in between hands
// over again, which the store takes as the same.
type spool struct {
	file *os.File
	read int64 // handed over up to here
	size int64 // written up to here
}

// openSpool opens or makes the file and cuts off the line that a crash left
// without its end.
func openSpool(path string) (*spool, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("journal: spool: %w", err)
	}
	s := &spool{file: file}
	if err := errors.Join(s.cutTorn(), syncFolder(filepath.Dir(path))); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: spool: %w", err), file.Close())
	}
	return s, nil
}

// cutTorn ends the file behind its last whole line.
func (s *spool) cutTorn() error {
	lines := bufio.NewReader(s.file)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return s.file.Truncate(s.size)
		}
		if err != nil {
			return err
		}
		s.size += int64(len(line))
	}
}

// syncFolder makes the file's name itself outlive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (s *spool) empty() bool { return s.read == s.size }

// append writes entries and returns when they are on disk. With an error none of
// them is there.
func (s *spool) append(entries []routing.Entry) error {
	var lines bytes.Buffer
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("journal: spool: %w", err)
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	_, err := s.file.WriteAt(lines.Bytes(), s.size)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("journal: spool: %w", err), s.file.Truncate(s.size))
	}
	s.size += int64(lines.Len())
	return nil
}

// next returns at most so many entries that were not handed over, where they end,
// and how many lines between were no entries.
func (s *spool) next(most int) (entries []routing.Entry, end int64, torn int, err error) {
	end = s.read
	lines := bufio.NewReader(io.NewSectionReader(s.file, s.read, s.size-s.read))
	for len(entries) < most && end < s.size {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil, s.read, 0, fmt.Errorf("journal: spool: %w", err)
		}
		end += int64(len(line))
		var e routing.Entry
		if json.Unmarshal(line, &e) != nil || e.ID == "" {
			torn++
			continue
		}
		entries = append(entries, e)
	}
	return entries, end, torn, nil
}

// advance forgets what was handed over.
func (s *spool) advance(end int64) error {
	s.read = end
	if !s.empty() {
		return nil
	}
	if err := s.file.Truncate(0); err != nil {
		return fmt.Errorf("journal: spool: %w", err)
	}
	s.read, s.size = 0, 0
	return nil
}

func (s *spool) close() error { return s.file.Close() }
