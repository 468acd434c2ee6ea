package record

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sufler/mixer"
	"sufler/mixer/tone"
)

// Call is the recorded sound of one ended call.
type Call struct {
	dir    string
	plans  []line
	names  []string
	first  uint64 // frame of the first plan
	frames int    // from the first plan to the end of the longest track
}

// Open reads what there is of a call in its folder below done. A call of which
// nothing was recorded is fs.ErrNotExist.
func Open(done string, call mixer.CallID) (*Call, error) {
	c := &Call{dir: filepath.Join(done, fileName(string(call)))}
	files, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, err
	}
	if c.plans, err = readPlans(c.dir); err != nil {
		return nil, err
	}
	if len(c.plans) > 0 {
		c.first = c.plans[0].Frame
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), trackSuffix); ok {
			c.names = append(c.names, name)
			last, err := lastFrame(filepath.Join(c.dir, f.Name()))
			if err != nil {
				return nil, err
			}
			if last >= c.first {
				c.frames = max(c.frames, int(last-c.first)+1)
			}
		}
	}
	return c, nil
}

// lastFrame reads the number of the last whole record of a track, 0 if it has none.
func lastFrame(path string) (uint64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	records := (info.Size() - int64(len(trackMagic))) / recordBytes
	if records <= 0 {
		return 0, nil
	}
	var number [8]byte
	if _, err := file.ReadAt(number[:], int64(len(trackMagic))+(records-1)*recordBytes); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(number[:]), nil
}

// Tracks are the names of the tracks there are.
func (c *Call) Tracks() []string { return slices.Clone(c.names) }

// Frames is the length of the call's sound, in frames of 20 ms.
func (c *Call) Frames() int { return c.frames }

// Dir is the folder in which the call's tracks lie.
func (c *Call) Dir() string { return c.dir }

// EarChannels is how many channels the file of an ear has.
const EarChannels = 2

// Size is the length in bytes of a file with so many channels.
func (c *Call) Size(channels int) int64 {
	return int64(len(tone.WAVHeader(channels, 0))) + int64(c.frames)*frameBytes*2*int64(channels)
}

// WriteEar writes the file of one party as WAV with two channels: left what it
// said while somebody was let hear it, right what it was let hear.
func (c *Call) WriteEar(w io.Writer, ear string) error {
	if !slices.Contains(c.names, ear) {
		return fmt.Errorf("recording: no track %q", ear)
	}
	return c.write(w, EarChannels, func(plan line, voices map[string][]int16, out [][]int32) {
		if plan.said(ear) {
			add(out[0], voices[ear])
		}
		for _, source := range plan.Hears[ear] {
			add(out[1], voices[source])
		}
	})
}

// WriteTracks writes one channel for each of the named tracks, whole: everything
// that the parties said, heard or not.
func (c *Call) WriteTracks(w io.Writer, names []string) error {
	return c.write(w, len(names), func(_ line, voices map[string][]int16, out [][]int32) {
		for i, name := range names {
			add(out[i], voices[name])
		}
	})
}

func add(sum []int32, samples []int16) {
	for i, s := range samples {
		sum[i] += int32(s)
	}
}

// write goes through the call frame by frame and lets mix fill the channels.
func (c *Call) write(w io.Writer, channels int, mix func(plan line, voices map[string][]int16, out [][]int32)) error {
	tracks, err := c.open()
	if err != nil {
		return err
	}
	defer func() {
		for _, t := range tracks {
			_ = t.file.Close()
		}
	}()
	buffered := bufio.NewWriterSize(w, 64<<10)
	if _, err := buffered.Write(tone.WAVHeader(channels, c.frames*frameBytes*2*channels)); err != nil {
		return err
	}
	plan := 0
	out, interleaved := make([][]int32, channels), make([]byte, 2*channels*frameBytes)
	for i := range out {
		out[i] = make([]int32, frameBytes)
	}
	voices := make(map[string][]int16, len(tracks))
	for n := range uint64(c.frames) {
		frame := c.first + n
		for plan+1 < len(c.plans) && c.plans[plan+1].Frame <= frame {
			plan++
		}
		for name, t := range tracks {
			if voices[name], err = t.at(frame); err != nil {
				return err
			}
		}
		for i := range out {
			clear(out[i])
		}
		if len(c.plans) > 0 {
			mix(c.plans[plan], voices, out)
		}
		interleave(interleaved, out)
		if _, err := buffered.Write(interleaved); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func interleave(to []byte, channels [][]int32) {
	for i, channel := range channels {
		for k, s := range channel {
			s = max(math.MinInt16, min(math.MaxInt16, s))
			binary.LittleEndian.PutUint16(to[2*(k*len(channels)+i):], uint16(int16(s)))
		}
	}
}

// Peaks is the highest sample of each 100 ms of a track, 0 to 255.
func (c *Call) Peaks(name string) ([]byte, error) {
	t, err := openTrack(filepath.Join(c.dir, fileName(name)+trackSuffix))
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.file.Close() }()
	peaks := make([]byte, (c.frames+4)/5)
	for n := range c.frames {
		samples, err := t.at(c.first + uint64(n))
		if err != nil {
			return nil, err
		}
		for _, s := range samples {
			peaks[n/5] = max(peaks[n/5], byte(min(255, max(int(s), -int(s))>>7)))
		}
	}
	return peaks, nil
}

func (c *Call) open() (map[string]*trackReader, error) {
	tracks := make(map[string]*trackReader, len(c.names))
	for _, name := range c.names {
		t, err := openTrack(filepath.Join(c.dir, name+trackSuffix))
		if err != nil {
			for _, opened := range tracks {
				_ = opened.file.Close()
			}
			return nil, err
		}
		tracks[name] = t
	}
	return tracks, nil
}

// trackReader reads a track in the order of frames.
type trackReader struct {
	file    *os.File
	r       *bufio.Reader
	frame   uint64 // of the record that is held
	held    bool
	over    bool
	samples [frameBytes]int16
}

func openTrack(path string) (*trackReader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &trackReader{file: file, r: bufio.NewReaderSize(file, 64<<10)}
	magic := make([]byte, len(trackMagic))
	if _, err := io.ReadFull(t.r, magic); err != nil || string(magic) != trackMagic {
		_ = file.Close()
		return nil, fmt.Errorf("recording: %s is no track", filepath.Base(path))
	}
	return t, nil
}

// at returns the samples of a frame, nil where the track has none.
func (t *trackReader) at(frame uint64) ([]int16, error) {
	for !t.over && (!t.held || t.frame < frame) {
		var record [recordBytes]byte
		_, err := io.ReadFull(t.r, record[:])
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			t.over, t.held = true, false
			return nil, nil
		case err != nil:
			return nil, err
		}
		t.frame, t.held = binary.LittleEndian.Uint64(record[:]), true
		lawOf(mixer.Codec(record[8])).Decode(t.samples[:], record[9:])
	}
	if !t.held || t.frame != frame {
		return nil, nil
	}
	return t.samples[:], nil
}
