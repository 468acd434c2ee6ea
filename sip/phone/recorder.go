package phone

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"sufler/mixer/tone"
)

// recorder writes what a phone hears into a WAV file. A file whose writer was
// killed says in its header that it is empty; players that mind can be told better.
type recorder struct {
	file    *os.File
	out     *bufio.Writer
	samples int
	err     error // the first one
}

func newRecorder(path string) (*recorder, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("phone: record: %w", err)
	}
	r := &recorder{file: f, out: bufio.NewWriter(f)}
	_, r.err = r.out.Write(tone.WAVHeader(1, 0))
	return r, nil
}

func (r *recorder) write(samples []int16) {
	if r.err == nil {
		r.err = binary.Write(r.out, binary.LittleEndian, samples)
		r.samples += len(samples)
	}
}

// close writes the length into the header.
func (r *recorder) close() error {
	err := r.err
	if err == nil {
		err = r.out.Flush()
	}
	if err == nil {
		_, err = r.file.WriteAt(tone.WAVHeader(1, 2*r.samples), 0)
	}
	if err = errors.Join(err, r.file.Close()); err != nil {
		return fmt.Errorf("phone: record: %w", err)
	}
	return nil
}
