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
	plans  map[uint64]line // by epoch
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
	if c.plans, c.first, err = readPlans(c.dir); err != nil {
		return nil, err
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
	return c.write(w, EarChannels, func(voices map[string]voice, out [][]int32) {
		for name, v := range voices {
			switch plan := c.plans[v.epoch]; { // a plan that was not written down lets nobody hear
			case name == ear && plan.said(ear):
				add(out[0], v.samples)
			case slices.Contains(plan.Hears[ear], name):
				add(out[1], v.samples)
			}
		}
	})
}

// WriteTracks writes one channel for each of the named tracks, whole: everything
// that the parties said, heard or not.
func (c *Call) WriteTracks(w io.Writer, names []string) error {
	return c.write(w, len(names), func(voices map[string]voice, out [][]int32) {
		for i, name := range names {
			add(out[i], voices[name].samples)
		}
	})
}

func add(sum []int32, samples []int16) {
	for i, s := range samples {
		sum[i] += int32(s)
	}
}

// write goes through the call frame by frame and lets mix fill the channels.
func (c *Call) write(w io.Writer, channels int, mix func(voices map[string]voice, out [][]int32)) error {
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
	out, interleaved := make([][]int32, channels), make([]byte, 2*channels*frameBytes)
	for i := range out {
		out[i] = make([]int32, frameBytes)
	}
	voices := make(map[string]voice, len(tracks))
	for n := range uint64(c.frames) {
		frame := c.first + n
		for name, t := range tracks {
			if voices[name], err = t.at(frame); err != nil {
				return err
			}
		}
		for i := range out {
			clear(out[i])
		}
		mix(voices, out)
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
		v, err := t.at(c.first + uint64(n))
		if err != nil {
			return nil, err
		}
		for _, s := range v.samples {
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

// voice is what one track has of a frame, and under which plan it was said.
type voice struct {
	samples []int16 // nil where the track has none
	epoch   uint64
}

// trackReader reads a track in the order of frames.
type trackReader struct {
	file    *os.File
	r       *bufio.Reader
	frame   uint64 // of the record that is held
	epoch   uint64
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

// at returns what the track has of a frame.
func (t *trackReader) at(frame uint64) (voice, error) {
	for !t.over && (!t.held || t.frame < frame) {
		var record [recordBytes]byte
		_, err := io.ReadFull(t.r, record[:])
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			t.over, t.held = true, false
			return voice{}, nil
		case err != nil:
			return voice{}, err
		}
		t.frame, t.held = binary.LittleEndian.Uint64(record[:]), true
		t.epoch = binary.LittleEndian.Uint64(record[8:])
		lawOf(mixer.Codec(record[16])).Decode(t.samples[:], record[17:])
	}
	if !t.held || t.frame != frame {
		return voice{}, nil
	}
	return voice{t.samples[:], t.epoch}, nil
}
