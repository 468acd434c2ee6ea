package record

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sufler/mixer"
	"sufler/mixer/tone"
)

// speaker is the wire of a party who says a tone, one packet in each frame.
type speaker struct {
	says  *tone.Sine
	codec mixer.Codec
	sent  bool // in this frame
	n     int
}

func (s *speaker) Recv(p *mixer.Packet) bool {
	if s.sent {
		s.sent = false
		return false
	}
	s.sent = true
	var samples [160]int16
	s.says.Next(samples[:])
	*p = mixer.Packet{SSRC: 1, Sequence: uint16(s.n), Timestamp: uint32(160 * s.n), Len: 160}
	lawOf(s.codec).Encode(p.Buf[:], samples[:])
	s.n++
	return true
}
func (s *speaker) Send(*mixer.Packet) bool { return true }
func (s *speaker) Flush()                  {}
func (s *speaker) Ready() int              { return -1 }
func (s *speaker) Report(*mixer.Stats)     {}
func (s *speaker) Close()                  {}

// stage steps a sound plane through a script by frames, with a recorder at it.
type stage struct {
	*testing.T
	plane *mixer.Plane
	epoch uint64
}

// play does the script, step by step at its frame, and returns the recorded call.
func play(t *testing.T, frames int, script map[int]func(*stage)) *Call {
	t.Helper()
	dir := t.TempDir()
	w, err := NewWriter(Options{Spool: filepath.Join(dir, "spool"), Done: filepath.Join(dir, "done")})
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{T: t}
	at, begun, over := 0, make(chan struct{}), make(chan struct{})
	s.plane = mixer.NewPlane(mixer.Options{Record: w, Pace: func(until time.Time, _ <-chan struct{}) (time.Time, bool) {
		<-begun
		if step := script[at]; step != nil && at > 0 {
			step(s)
		}
		if at++; at > frames {
			close(over)
			return until, false
		}
		return until, true
	}})
	script[0](s)
	close(begun)
	<-over
	s.plane.Close()
	w.Close()
	call, err := Open(filepath.Join(dir, "done"), "call")
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// attach opens the port of a party who says a tone from now on.
func (s *stage) attach(class mixer.Class, codec mixer.Codec, hz float64) mixer.PortID {
	port := s.plane.NewPortID()
	err := s.plane.Attach(mixer.Attachment{
		Port: port, Class: class, Codec: codec, Unwatched: true, Wire: &speaker{says: tone.NewSine(hz, -20), codec: codec},
	})
	if err != nil {
		s.Error(err)
	}
	return port
}

// talk lets two hear each other and captures both.
func (s *stage) talk(client, agent mixer.PortID, name string) {
	s.apply([]mixer.Track{{Port: client, Name: "client"}, {Port: agent, Name: name}}, row(client, agent), row(agent, client))
}

func (s *stage) apply(tracks []mixer.Track, rows ...mixer.Row) {
	s.epoch++
	s.plane.Apply(mixer.Plan{Call: "call", Epoch: s.epoch, Rows: rows, Tracks: tracks})
}

// earOf is what the file of an ear has in each second: said/heard.
func earOf(t *testing.T, call *Call, ear string) string {
	t.Helper()
	var file bytes.Buffer
	if err := call.WriteEar(&file, ear); err != nil {
		t.Fatal(err)
	}
	channels := channelsOf(t, file.Bytes())
	said, heard := tonesOf(channels[0]), tonesOf(channels[1])
	var words []string
	for i := range said {
		words = append(words, said[i]+"/"+heard[i])
	}
	return strings.Join(words, " ")
}

// A page that was reloaded comes back at another port and with another codec: its
// track goes on, with a gap, and everything after it is in time.
func TestATrackGoesOnAtAnotherPort(t *testing.T) {
	var client, agent mixer.PortID
	call := play(t, 400, map[int]func(*stage){
		0: func(s *stage) {
			client, agent = s.attach(mixer.Outside, mixer.PCMU, tone.ClientHz), s.attach(mixer.Staff, mixer.PCMA, tone.AgentHz)
			s.talk(client, agent, "agent")
		},
		150: func(s *stage) { s.plane.Detach(client) },
		250: func(s *stage) {
			client = s.attach(mixer.Outside, mixer.PCMA, tone.ClientHz)
			s.talk(client, agent, "agent")
		},
	})
	if got, want := earOf(t, call, "client"), "C/A C/A C/A /A /A C/A C/A C/A"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if tracks := call.Tracks(); len(tracks) != 2 {
		t.Errorf("got tracks %v, want one for each party", tracks)
	}
	peaks, err := call.Peaks("client")
	if err != nil {
		t.Fatal(err)
	}
	for i, peak := range peaks {
		if gap := i > 30 && i < 49; gap != (peak < 5) && i != 30 && i != 49 && i != 50 {
			t.Errorf("got a peak of %d after %d00 ms", peak, i)
		}
	}
}

// The agent was lost for good: the client hears music and then the next agent,
// and the file is silent meanwhile.
func TestTheClientsFileStaysInTimeWhenAnotherAgentGoesOn(t *testing.T) {
	var client, agent, music mixer.PortID
	call := play(t, 450, map[int]func(*stage){
		0: func(s *stage) {
			client, agent = s.attach(mixer.Outside, mixer.PCMU, tone.ClientHz), s.attach(mixer.Staff, mixer.PCMU, tone.AgentHz)
			s.talk(client, agent, "anna")
		},
		100: func(s *stage) { // held, then given up
			music = s.plane.NewPortID()
			if err := s.plane.Attach(mixer.Attachment{Port: music, Class: mixer.Source, Sound: tone.Music()}); err != nil {
				s.Error(err)
			}
			s.apply([]mixer.Track{{Port: client, Name: "client"}, {Port: agent, Name: "anna"}}, row(client, music), row(agent))
		},
		200: func(s *stage) {
			s.apply(nil, row(client, music))
			s.plane.Detach(agent)
		},
		300: func(s *stage) {
			s.talk(client, s.attach(mixer.Staff, mixer.PCMU, tone.AgentHz), "boris")
			s.plane.Detach(music)
		},
	})
	if got, want := earOf(t, call, "client"), "C/A C/A / / / / C/A C/A C/A"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := earOf(t, call, "boris"), "/ / / / / / A/C A/C A/C"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
