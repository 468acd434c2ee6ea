package tone

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"time"

	"sufler/mixer/codec"
)

// hear plays sounds together through G.711, twice as between two phones and a
// mix, and returns what an ear for the three tones says.
func hear(t *testing.T, law *codec.Law, seconds int, sounds ...interface{ Next([]int16) bool }) []Window {
	t.Helper()
	e := NewEar(ClientHz, AgentHz, SupervisorHz)
	for range seconds * 50 {
		sum := make([]int16, 160)
		for _, s := range sounds {
			frame := make([]int16, 160)
			s.Next(frame)
			passThrough(law, frame)
			for i := range sum {
				sum[i] += frame[i]
			}
		}
		passThrough(law, sum)
		e.Hear(sum)
	}
	return e.Windows()
}

func passThrough(law *codec.Law, frame []int16) {
	b := make([]byte, len(frame))
	law.Encode(b, frame)
	law.Decode(frame, b)
}

func TestAnAbsentToneIsAbsentBesideTwoLoudOnes(t *testing.T) {
	for name, law := range map[string]*codec.Law{"mu-law": codec.MuLaw, "a-law": codec.ALaw} {
		w := hear(t, law, 5, NewSine(ClientHz, -20), NewSine(AgentHz, -20))
		if !Present(w, 0) || !Present(w, 1) {
			t.Errorf("%s: the two speakers are not heard: %v", name, w)
		}
		if !Absent(w, 2) {
			t.Errorf("%s: a supervisor is heard who does not speak: %v", name, w)
		}
	}
}

func TestOneLeakedFrameIsHeard(t *testing.T) {
	e := NewEar(ClientHz, AgentHz, SupervisorHz)
	agent, supervisor := NewSine(AgentHz, -20), NewSine(SupervisorHz, -8)
	for i := range 50 * 4 {
		frame, loud := make([]int16, 160), make([]int16, 160)
		agent.Next(frame)
		supervisor.Next(loud)
		if i == 120 {
			for k := range frame {
				frame[k] += loud[k]
			}
		}
		e.Hear(frame)
	}
	if w := e.Windows(); Absent(w, 2) {
		t.Errorf("one frame of 20 ms leaked and was not noticed: %v", w)
	}
}

func TestLevelsAreWhatWasAsked(t *testing.T) {
	for _, want := range []float64{-8, -20, -35, -50} {
		w := hear(t, codec.MuLaw, 1, NewSine(AgentHz, want))
		if got := w[0].Levels[1]; math.Abs(got-want) > 0.5 {
			t.Errorf("got %.1f dBFS, want %.1f", got, want)
		}
	}
}

func TestWindowsWithLossesProveAbsenceOnly(t *testing.T) {
	lost := []Window{{Levels: []float64{-90}, Lost: true}, {Levels: []float64{-20}}}
	if !Present(lost, 0) {
		t.Error("a window with losses was held against the speaker")
	}
	if Absent(lost, 0) {
		t.Error("a heard tone counts as absent")
	}
	if Present(lost[:1], 0) || Present(nil, 0) || Absent(nil, 0) {
		t.Error("something was proved by nothing")
	}
}

func TestCadenceSoundsAndPauses(t *testing.T) {
	c := Ringback("CZ")
	loud := 0
	for range 50 * 10 { // two rounds of 5 s
		frame := make([]int16, 160)
		c.Next(frame)
		if RMS(frame) > -40 {
			loud++
		}
	}
	if loud != 100 {
		t.Errorf("got %d loud frames in 10 s, want 100", loud)
	}
}

func TestClipEndsOrLoops(t *testing.T) {
	payload := make([]byte, 240)
	codec.MuLaw.Encode(payload, slices.Repeat([]int16{1000}, 240))
	frame := make([]int16, 160)
	once := NewClip(codec.MuLaw, payload, false)
	if !once.Next(frame) || once.Next(frame) || frame[79] == 0 || frame[80] != 0 {
		t.Error("a clip of a frame and a half does not end in the second frame")
	}
	again := NewClip(codec.MuLaw, payload, true)
	for range 10 {
		if !again.Next(frame) || slices.Contains(frame, 0) {
			t.Fatal("a looped clip has ended or paused")
		}
	}
	if NewClip(codec.MuLaw, nil, true).Next(frame) {
		t.Error("an empty clip goes on for ever")
	}
}

func TestWAVComesBackAsItWas(t *testing.T) {
	want := make([]int16, 1000)
	NewSine(AgentHz, -10).Next(want)
	var b bytes.Buffer
	if err := WriteWAV(&b, 1, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadWAV(&b)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %d samples, %v", len(got), err)
	}
	for _, bad := range [][]byte{nil, []byte("RIFFxxxxWAVE"), append([]byte("RIFFxxxxWAVEfmt \x10\x00\x00\x00"), make([]byte, 16)...), WAVHeader(2, 0)} {
		if _, err := ReadWAV(bytes.NewReader(bad)); err == nil {
			t.Errorf("%q was read as WAV", bad)
		}
	}
}

func TestSamplesOfADuration(t *testing.T) {
	if got := samples(330 * time.Millisecond); got != 2640 {
		t.Errorf("got %d, want 2640", got)
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add(WAVHeader(1, 4))
	f.Fuzz(func(t *testing.T, data []byte) {
		samples, err := ReadWAV(bytes.NewReader(data))
		if err == nil && len(samples) > len(data)/2 {
			t.Errorf("got %d samples of %d bytes", len(samples), len(data))
		}
	})
}

func TestALeakIsHeardWhereverInAPieceItFalls(t *testing.T) {
	for at := Rate; at < Rate+2*piece; at += 20 {
		sound, leak := make([]int16, 3*Rate), make([]int16, 160)
		NewSine(SupervisorHz, -8).Next(leak)
		copy(sound[at:], leak)
		e := NewEar(SupervisorHz)
		e.Hear(sound)
		loudest := floor
		for _, w := range e.Windows() {
			loudest = max(loudest, w.Levels[0])
		}
		if loudest < -48 { // one leaked frame stands well above the limit of -60
			t.Errorf("a frame leaked at sample %d: got %.1f dBFS, want above -48", at, loudest)
		}
	}
}

func TestTheLastPartOfASecondIsJudgedToo(t *testing.T) {
	sound := make([]int16, Rate+160)
	NewSine(SupervisorHz, -8).Next(sound[Rate:])
	e := NewEar(SupervisorHz)
	e.Hear(sound)
	e.Finish()
	w := e.Windows()
	if len(w) != 2 || !w[1].Lost {
		t.Fatalf("got %v, want two windows, the second not whole", w)
	}
	if Absent(w, 0) {
		t.Errorf("a frame that leaked at the very end was not noticed: %v", w)
	}
	e.Finish()
	if got := len(e.Windows()); got != 2 {
		t.Errorf("finished twice: got %d windows, want 2", got)
	}
}
