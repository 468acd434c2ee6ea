package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/sip"
	"sufler/sip/phone"
)

// phoneFlags are what "sufler phone" was asked to do.
type phoneFlags struct {
	server, transport, listen string
	user, password, name      string
	register                  bool
	call                      string
	wait, answer, duration    time.Duration
	play                      string
	hz                        float64
	record, digits            string
	levels, trace             bool

	said []int16 // what -play has read
}

// phoneCommand is a telephone on the command line: for an administrator who
// wants to know whether a phone would work, and for tests.
func phoneCommand(ctx context.Context, args []string, out, errOut io.Writer) int {
	f, err := parsePhoneFlags(args, errOut)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(errOut, "sufler phone: %v\n", err)
		return 2
	}
	if err := runPhone(ctx, f, &narrator{out: out, begun: time.Now()}); err != nil {
		fmt.Fprintf(errOut, "sufler phone: %v\n", err)
		return 1
	}
	return 0
}

func parsePhoneFlags(args []string, errOut io.Writer) (*phoneFlags, error) {
	f := &phoneFlags{}
	set := flag.NewFlagSet("sufler phone", flag.ContinueOnError)
	set.SetOutput(errOut)
	set.StringVar(&f.server, "server", "127.0.0.1:5060", "`ADDRESS` where to register and whom to ask for numbers")
	set.StringVar(&f.transport, "transport", "udp", "`KIND`: udp or tcp")
	set.StringVar(&f.listen, "listen", "0.0.0.0:0", "this phone's own SIP `ADDRESS`")
	set.StringVar(&f.user, "user", "101", "this phone's `EXTENSION`")
	set.StringVar(&f.password, "password", "", "its SIP `PASSWORD`")
	set.StringVar(&f.name, "name", "", "the `NAME` that a called phone shows")
	set.BoolVar(&f.register, "register", false, "register, so that others can call")
	set.StringVar(&f.call, "call", "", "call this `NUMBER`, or this whole address (sip:102@192.0.2.1)")
	set.DurationVar(&f.wait, "wait", 0, "without -call: wait so `LONG` for a call; 0 waits for ever when registered")
	set.DurationVar(&f.answer, "answer", 0, "ring so `LONG` before answering")
	set.DurationVar(&f.duration, "duration", 10*time.Second, "hang up so `LONG` after the answer; 0 leaves that to the other")
	set.StringVar(&f.play, "play", "", "say this WAV `FILE` (8 kHz, 16 bit, mono)")
	set.Float64Var(&f.hz, "tone", 0, "say a tone of so many `HZ` at -20 dBFS")
	set.StringVar(&f.record, "record", "", "write what is heard into this WAV `FILE`")
	set.StringVar(&f.digits, "digits", "", "press these `KEYS` after the answer")
	set.BoolVar(&f.levels, "levels", false, "print each second how loud the tones of client, agent and supervisor are")
	set.BoolVar(&f.trace, "trace", false, "print every SIP message that comes and goes, over UDP only")
	if err := set.Parse(args); err != nil {
		return nil, err
	}
	return f, f.check(set.Args())
}

func (f *phoneFlags) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is not understood; see sufler phone -h", rest[0])
	case f.call == "" && !f.register && f.wait == 0:
		return errors.New("nothing to do; give -call NUMBER, -register or -wait DURATION")
	case f.play != "" && f.hz != 0:
		return errors.New("-play and -tone both say something; give one of them")
	case f.transport != "udp" && f.transport != "tcp":
		return fmt.Errorf("-transport %q: use udp or tcp", f.transport)
	case f.trace && f.transport == "tcp":
		return errors.New("-trace sees UDP alone; leave -transport tcp out")
	}
	if f.play == "" {
		return nil
	}
	file, err := os.Open(f.play)
	if err != nil {
		return fmt.Errorf("-play: %w", err)
	}
	defer func() { _ = file.Close() }()
	if f.said, err = tone.ReadWAV(file); err != nil {
		return fmt.Errorf("-play %s: %w", f.play, err)
	}
	return nil
}

func (f *phoneFlags) sound() mixer.Sound {
	switch {
	case f.hz != 0:
		return tone.NewSine(f.hz, -20)
	case f.said != nil:
		return tone.NewSamples(f.said, false)
	}
	return nil
}

func runPhone(ctx context.Context, f *phoneFlags, n *narrator) (err error) {
	opt := phone.Options{UDP: f.listen}
	if f.transport == "tcp" {
		opt = phone.Options{TCP: f.listen}
	}
	if f.trace {
		opt.Trace = n.trace
	}
	p, err := phone.New(opt)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, p.Close(closing))
	}()
	n.say("this phone listens at %s", p.Addr())
	calls := make(chan *phone.Call, 16)
	if f.call == "" {
		p.Serve("", f.behaviour(calls))
	}
	if f.register {
		if err := register(ctx, p, f, n); err != nil {
			return err
		}
	}
	if f.call != "" {
		return callOut(ctx, p, f, n)
	}
	return awaitCall(ctx, f, n, calls)
}

// behaviour takes one call; a second one finds the phone busy with the first.
func (f *phoneFlags) behaviour(calls chan<- *phone.Call) phone.Behaviour {
	return phone.Behaviour{
		AnswerAfter: f.answer, HangupAfter: f.duration, Sound: f.sound,
		Called: func(c *phone.Call) {
			select {
			case calls <- c:
			default:
			}
		},
	}
}

func register(ctx context.Context, p *phone.Phone, f *phoneFlags, n *narrator) error {
	states := make(chan sip.RegistrationState, 1)
	err := p.Register(phone.Account{
		Server: f.server, Transport: f.transport, User: f.user, Password: f.password,
		Changed: func(s sip.RegistrationState) {
			n.say("%s at %s as %s: %s", map[bool]string{true: "registered", false: "not registered"}[s.Registered], f.server, f.user, s.Text)
			select {
			case states <- s:
			default:
			}
		},
	})
	if err != nil {
		return err
	}
	select {
	case s := <-states:
		if !s.Registered {
			return fmt.Errorf("%s was not registered at %s: %s", f.user, f.server, s.Text)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("interrupted while registering at %s", f.server)
	}
}

func callOut(ctx context.Context, p *phone.Phone, f *phoneFlags, n *narrator) error {
	n.say("calling %s", f.call)
	var ear *tone.Ear
	var recordErr error
	c, err := p.Call(phone.Dial{
		To: f.call, Server: f.server, Transport: f.transport, User: f.user, Name: f.name, Password: f.password,
		Sound: f.sound(), HangupAfter: f.duration, Made: func(c *phone.Call) { ear, recordErr = f.prepare(c) },
	})
	if err != nil {
		return err
	}
	if recordErr != nil {
		c.Hangup()
		<-c.Ended()
		return recordErr
	}
	return f.follow(ctx, n, c, ear)
}

func awaitCall(ctx context.Context, f *phoneFlags, n *narrator, calls <-chan *phone.Call) error {
	var late <-chan time.Time
	if f.wait > 0 {
		timer := time.NewTimer(f.wait)
		defer timer.Stop()
		late = timer.C
	}
	n.say("waiting for a call")
	select {
	case c := <-calls:
		name, number := c.From()
		n.say("call from %s to %s", strings.TrimSpace(name+" "+number), c.Number())
		ear, err := f.prepare(c)
		if err != nil {
			return err
		}
		return f.follow(ctx, n, c, ear)
	case <-late:
		return fmt.Errorf("nobody has called for %s", f.wait)
	case <-ctx.Done():
		return nil
	}
}

// prepare sets up what listens.
func (f *phoneFlags) prepare(c *phone.Call) (*tone.Ear, error) {
	ear := c.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	if f.record == "" {
		return ear, nil
	}
	return ear, c.Record(f.record)
}

// follow tells what becomes of a call until it has ended.
func (f *phoneFlags) follow(ctx context.Context, n *narrator, c *phone.Call, ear *tone.Ear) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	rang, answered, interrupted := c.Rang(), c.Answered(), ctx.Done()
	told := progress{}
	for {
		select {
		case <-rang:
			n.say("ringing")
			rang = nil
		case <-answered:
			n.say("answered")
			answered = nil
			c.SendDigits(f.digits)
		case <-ticker.C:
			told.tell(n, f.levels, ear, c.State())
		case <-interrupted:
			c.Hangup()
			interrupted = nil
		case <-c.Ended():
			told.tell(n, f.levels, ear, c.State())
			return ended(n, c)
		}
	}
}

// progress is how much of a call has been told.
type progress struct{ windows, digits int }

func (p *progress) tell(n *narrator, levels bool, ear *tone.Ear, s phone.State) {
	if len(s.Digits) > p.digits {
		n.say("keys heard: %s", s.Digits[p.digits:])
		p.digits = len(s.Digits)
	}
	windows := ear.Windows()
	if !levels {
		return
	}
	for _, w := range windows[p.windows:] {
		lost := ""
		if w.Lost {
			lost = ", packets were lost"
		}
		n.say("heard: client %.0f Hz %.1f dBFS, agent %.0f Hz %.1f dBFS, supervisor %.0f Hz %.1f dBFS%s",
			tone.ClientHz, w.Levels[0], tone.AgentHz, w.Levels[1], tone.SupervisorHz, w.Levels[2], lost)
	}
	p.windows = len(windows)
}

// ended tells how a call ended; a call that nobody answered has failed.
func ended(n *narrator, c *phone.Call) error {
	s := c.State()
	reason := strings.ReplaceAll(s.Cause.String(), "_", " ")
	if s.Text != "" {
		reason += " (" + s.Text + ")"
	}
	n.say("ended: %s; packets received %d, lost %d, late %d, sent %d", reason, s.Counts.Received, s.Counts.Lost, s.Counts.Late, s.Counts.Sent)
	select {
	case <-c.Answered():
		return c.RecordErr()
	default:
		return fmt.Errorf("there was no conversation: %s", reason)
	}
}

// narrator writes what happens, one line each, with the seconds since the start.
type narrator struct {
	begun time.Time

	mu  sync.Mutex
	out io.Writer
}

func (n *narrator) say(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fmt.Fprintf(n.out, "%8.3f s  %s\n", time.Since(n.begun).Seconds(), fmt.Sprintf(format, args...))
}

// trace shows a SIP message as it is, each line indented.
func (n *narrator) trace(m sip.Traced) {
	way := "from"
	if m.Out {
		way = "to"
	}
	text := strings.ReplaceAll(strings.TrimSpace(string(m.Data)), "\r\n", "\n")
	n.say("SIP %s %s:\n            %s", way, m.Peer, strings.ReplaceAll(text, "\n", "\n            "))
}
