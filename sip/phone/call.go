package phone

import (
	"slices"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/sip"
)

// Stage is how far a call has come.
type Stage uint8

// The stages; zero is invalid on purpose.
const (
	Calling Stage = iota + 1 // dialled, or came in and was not decided about
	Ringing
	Talking
	Ended
)

func (s Stage) String() string {
	return [...]string{"invalid", "calling", "ringing", "talking", "ended"}[min(s, Ended)]
}

// State is a call as it stands.
type State struct {
	Stage Stage
	// Cause and Text say why it ended; Text is the far end's own words.
	Cause routing.Cause
	Text  string
	// Digits are the telephone keys that the far end has pressed.
	Digits string
	Counts Counts
}

// Call is one call of a phone, made or taken. Its methods may be used by several
// goroutines at any time; after the end they do nothing.
type Call struct {
	phone    *Phone
	incoming bool
	// number is ours when the call came in, the one dialled otherwise.
	number   string
	fromName string
	from     string
	rang     chan struct{}
	answered chan struct{}
	ended    chan struct{}

	mu        sync.Mutex
	leg       routing.Leg // nil until the stack has made it
	line      *line       // nil before there is sound
	stage     Stage
	cause     routing.Cause
	text      string
	counts    Counts // after the end
	sound     mixer.Sound
	echo      bool
	echoes    [][frameSize]int16
	ears      []*tone.Ear
	listeners []*listener
	recorder  *recorder
	recordErr error
	frame     [frameSize]int16 // of what is heard, being filled
	filled    int
	digits    []byte
	timers    []clock.Timer
	hangup    time.Duration
}

type listener struct{ hear func(frame []int16) }

// echoLimit bounds what an echo holds back, in frames of 20 ms.
const echoLimit = 25

func (p *Phone) newCall(number string, sound mixer.Sound, echo bool, hangup time.Duration) *Call {
	return &Call{
		phone: p, number: number, stage: Calling, sound: sound, echo: echo, hangup: hangup,
		rang: make(chan struct{}), answered: make(chan struct{}), ended: make(chan struct{}),
	}
}

// Number is the number of ours that was called, or the one that we dialled.
func (c *Call) Number() string { return c.number }

// From is what the caller says of himself; empty for a call that we made.
func (c *Call) From() (name, number string) { return c.fromName, c.from }

// Incoming reports whether somebody called us.
func (c *Call) Incoming() bool { return c.incoming }

// Rang is closed when the phone rings, ours or the far one.
func (c *Call) Rang() <-chan struct{} { return c.rang }

// Answered is closed when somebody has answered.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended is closed when the call is over and holds nothing any more.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// State returns the call as it stands.
func (c *Call) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := State{Stage: c.stage, Cause: c.cause, Text: c.text, Digits: string(c.digits), Counts: c.counts}
	if c.line != nil {
		s.Counts = c.line.total()
	}
	return s
}

// Answer picks up.
func (c *Call) Answer() { c.do(routing.Answer{Class: mixer.Outside}) }

// Refuse turns a call down that was not answered.
func (c *Call) Refuse(cause routing.Cause) { c.do(routing.Reject{Cause: cause}) }

// Hangup ends the call in whatever state it is.
func (c *Call) Hangup() { c.do(routing.Hangup{Cause: routing.HungUp}) }

// SendDigits presses telephone keys, 0-9, *, # and A-D (RFC 4733).
func (c *Call) SendDigits(digits string) { c.do(routing.SendDigits{Digits: digits}) }

func (c *Call) do(cmd routing.Command) {
	c.mu.Lock()
	leg := c.leg
	c.mu.Unlock()
	if leg != nil {
		leg.Do(cmd)
	}
}

// Play says a sound from now on instead of what was said before; nil is silence.
// When the sound is over, silence follows.
func (c *Call) Play(s mixer.Sound) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sound, c.echo = s, false
}

// Echo says what is heard, from now on.
func (c *Call) Echo() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sound, c.echo, c.echoes = nil, true, nil
}

// Ear listens for tones in Hz from now on.
func (c *Call) Ear(hz ...float64) *tone.Ear {
	e := tone.NewEar(hz...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ears = append(c.ears, e)
	return e
}

// Listen gives every frame of 20 ms that is heard from now on to hear, 160
// samples of 16 bit at 8 kHz. It must not block and must copy what it keeps. One
// frame that is under way may still come after stop has returned.
func (c *Call) Listen(hear func(frame []int16)) (stop func()) {
	l := &listener{hear}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners = append(c.listeners, l)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.listeners = slices.DeleteFunc(slices.Clone(c.listeners), func(other *listener) bool { return other == l })
	}
}

// Record writes what is heard from now on into a WAV file, complete when the
// call has ended. A second recording ends the first.
func (c *Call) Record(path string) error {
	r, err := newRecorder(path)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage == Ended {
		return r.close()
	}
	c.endRecordLocked()
	c.recorder = r
	return nil
}

// RecordErr tells after the end whether the recording is whole.
func (c *Call) RecordErr() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.recordErr
}

func (c *Call) endRecordLocked() {
	if c.recorder != nil {
		c.recordErr = c.recorder.close()
		c.recorder = nil
	}
}

// say is the line asking for the next frame to send.
func (c *Call) say(frame []int16) {
	c.mu.Lock()
	sound := c.sound
	if c.echo && len(c.echoes) > 0 {
		copy(frame, c.echoes[0][:])
		c.echoes = c.echoes[1:]
	}
	c.mu.Unlock()
	if sound != nil && !sound.Next(frame) {
		c.over(sound)
	}
}

// over ends a sound that is finished, unless another plays by now.
func (c *Call) over(s mixer.Sound) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sound == s {
		c.sound = nil
	}
}

// hear is the line giving what it hears.
func (c *Call) hear(samples []int16, lost int) {
	c.mu.Lock()
	ears := c.ears
	if c.recorder != nil {
		c.recorder.write(samples)
	}
	c.mu.Unlock()
	for _, e := range ears {
		if lost > 0 {
			e.Lose()
		}
		e.Hear(samples)
	}
	for len(samples) > 0 {
		n := copy(c.frame[c.filled:], samples)
		samples = samples[n:]
		if c.filled += n; c.filled == frameSize {
			c.filled = 0
			c.frameHeard()
		}
	}
}

func (c *Call) frameHeard() {
	c.mu.Lock()
	listeners := c.listeners
	if c.echo && len(c.echoes) < echoLimit {
		c.echoes = append(c.echoes, c.frame)
	}
	c.mu.Unlock()
	for _, l := range listeners {
		l.hear(c.frame[:])
	}
}

// key is the line telling of a telephone key.
func (c *Call) key(k byte) {
	c.mu.Lock()
	c.digits = append(c.digits, k)
	c.mu.Unlock()
}

// signal takes the events of the leg, in order.
func (c *Call) signal(s routing.Signal) {
	switch e := s.Event.(type) {
	case routing.Ringing:
		c.ringing()
	case routing.EarlyMedia:
		c.ringing()
		c.sounds(e.Port)
	case routing.Answered:
		c.sounds(e.Port)
		c.talking()
	case routing.PortChanged:
		c.sounds(e.Port)
	case routing.Ended:
		c.end(e)
	}
}

func (c *Call) ringing() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage == Calling {
		c.stage = Ringing
		close(c.rang)
	}
}

func (c *Call) sounds(port mixer.PortID) {
	l := c.phone.lines.find(port)
	if l == nil {
		return
	}
	c.mu.Lock()
	c.line = l
	c.mu.Unlock()
	l.start(c)
}

func (c *Call) talking() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage == Talking || c.stage == Ended {
		return
	}
	if c.stage == Calling {
		close(c.rang)
	}
	c.stage = Talking
	close(c.answered)
	if c.hangup > 0 {
		c.afterLocked(c.hangup, c.Hangup)
	}
}

// after does something in a while, unless the call has ended by then.
func (c *Call) after(d time.Duration, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.afterLocked(d, f)
}

func (c *Call) afterLocked(d time.Duration, f func()) {
	if c.stage != Ended {
		c.timers = append(c.timers, c.phone.clock.AfterFunc(d, f))
	}
}

func (c *Call) end(e routing.Ended) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage == Ended {
		return
	}
	c.stage, c.cause, c.text = Ended, e.Cause, e.Text
	if c.line != nil {
		c.counts, c.line = c.line.total(), nil
	}
	for _, t := range c.timers {
		t.Stop()
	}
	c.endRecordLocked()
	c.phone.forget(c)
	close(c.ended)
}

var _ sip.DigitSender = (*line)(nil)
