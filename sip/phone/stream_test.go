package phone

import (
	"fmt"
	"strings"
	"testing"

	pionrtp "github.com/pion/rtp"
)

// order plays sequence numbers into a stream; "." is a tick. It returns what came
// out, with "-n" before a packet that n others are missing before.
func order(script string) (got string, s *stream) {
	var out []string
	s = &stream{deliver: func(p *pionrtp.Packet, lost int) {
		if lost > 0 {
			out = append(out, fmt.Sprint(-lost))
		}
		out = append(out, fmt.Sprint(p.SequenceNumber))
	}}
	for word := range strings.FieldsSeq(script) {
		if word == "." {
			s.tick()
			continue
		}
		var n uint16
		_, _ = fmt.Sscan(word, &n)
		s.push(pionrtp.Packet{Header: pionrtp.Header{SequenceNumber: n}})
	}
	return strings.Join(out, " "), s
}

func TestAStreamIsPutInOrderAndItsLossesCounted(t *testing.T) {
	for _, c := range []struct {
		name, script, want string
		lost, late         int
	}{
		{"in order", "5 6 7", "5 6 7", 0, 0},
		{"two swapped", "5 7 6 8", "5 6 7 8", 0, 0},
		{"around the end of the numbers", "65534 65535 1 0 2", "65534 65535 0 1 2", 0, 0},
		{"one missing", "5 7 8 9 10 11", "5 -1 7 8 9 10 11", 1, 0},
		{"one missing, then silence", "5 7 . . . . . .", "5 -1 7", 1, 0},
		{"not yet given up", "5 7 . . . . .", "5", 0, 0},
		{"two holes", "5 7 9 10 11 12", "5 -1 7 -1 9 10 11 12", 2, 0},
		{"a burst of losses", "5 40 41 42 43", "5 -34 40 41 42 43", 34, 0},
		{"twice", "5 5 6 6", "5 6", 0, 2},
		{"twice while it waits", "5 7 7 6", "5 6 7", 0, 1},
		{"too late", "5 7 8 9 10 6", "5 -1 7 8 9 10", 1, 1},
		{"begins anew", "5 6 30000 30001", "5 6 30000 30001", 0, 0},
	} {
		got, s := order(c.script)
		if got != c.want || s.lost != c.lost || s.late != c.late {
			t.Errorf("%s: got %q, lost %d, late %d; want %q, %d, %d", c.name, got, s.lost, s.late, c.want, c.lost, c.late)
		}
	}
}

func TestKeysArePlayedAfterRFC4733(t *testing.T) {
	var d dialling
	d.press("1x#")
	var k pressed
	type sent struct {
		start  uint32
		marker bool
		end    bool
		length int
	}
	var got []sent
	for frame := range 40 {
		payload, start, marker, ok := d.next(uint32(frame) * frameSize)
		if !ok {
			continue
		}
		got = append(got, sent{start, marker, payload[1]&0x80 != 0, int(payload[2])<<8 | int(payload[3])})
		k.read(&pionrtp.Packet{Header: pionrtp.Header{Timestamp: start}, Payload: payload[:]})
	}
	if string(k.keys) != "1#" {
		t.Errorf("read back: got %q, want 1#", k.keys)
	}
	if len(got) != 16 {
		t.Fatalf("packets: got %d, want 8 for each key", len(got))
	}
	for i, s := range got[:8] {
		want := sent{0, i == 0, i >= 5, min(i+1, 5) * 160}
		if s != want {
			t.Errorf("packet %d: got %+v, want %+v", i, s, want)
		}
	}
	if pause := got[8].start/frameSize - 7; pause < 3 {
		t.Errorf("pause between keys: got %d frames, want 3 or more", pause)
	}
}
