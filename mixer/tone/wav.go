package tone

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// wavHeader is the length of the header that WriteWAV makes.
const wavHeader = 44

// WriteWAV writes samples of 8 kHz and 16 bit with the given number of
// interleaved channels as a RIFF WAVE file (Microsoft, Multimedia Programming
// Interface and Data Specifications 1.0).
func WriteWAV(w io.Writer, channels int, samples []int16) error {
	if _, err := w.Write(WAVHeader(channels, len(samples)*2)); err != nil {
		return err
	}
	return binary.Write(w, binary.LittleEndian, samples)
}

// WAVHeader is the header of a WAVE file with so many bytes of samples.
func WAVHeader(channels, bytesOfSamples int) []byte {
	h := make([]byte, 0, wavHeader)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(wavHeader-8+bytesOfSamples))
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1) // PCM
	h = binary.LittleEndian.AppendUint16(h, uint16(channels))
	h = binary.LittleEndian.AppendUint32(h, Rate)
	h = binary.LittleEndian.AppendUint32(h, uint32(Rate*2*channels))
	h = binary.LittleEndian.AppendUint16(h, uint16(2*channels))
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, uint32(bytesOfSamples))
}

// ReadWAV reads a WAVE file of 8 kHz, 16 bit, one channel.
func ReadWAV(r io.Reader) ([]int16, error) {
	data, err := io.ReadAll(io.LimitReader(r, 256<<20))
	if err != nil {
		return nil, err
	}
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return nil, errors.New("no WAV file")
	}
	sound, err := chunks(data[12:])
	if err != nil {
		return nil, err
	}
	samples := make([]int16, len(sound)/2)
	err = binary.Read(bytes.NewReader(sound), binary.LittleEndian, samples)
	return samples, err
}

// chunks finds the samples and checks their format on the way.
func chunks(rest []byte) ([]byte, error) {
	for len(rest) >= 8 {
		name, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		// A file whose writer was killed says 0 or too much: take what there is.
		size = min(size, len(body))
		switch {
		case name == "fmt " && size >= 16:
			format, channels := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:])
			rate, bits := binary.LittleEndian.Uint32(body[4:]), binary.LittleEndian.Uint16(body[14:])
			if format != 1 || channels != 1 || rate != Rate || bits != 16 {
				return nil, fmt.Errorf("WAV with format %d, %d channels, %d Hz, %d bit; convert it to PCM, 1 channel, 8000 Hz, 16 bit", format, channels, rate, bits)
			}
		case name == "data":
			return body[:size], nil
		}
		rest = body[min(size+size%2, len(body)):]
	}
	return nil, errors.New("WAV without samples")
}
