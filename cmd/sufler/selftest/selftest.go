// Package selftest calls three built-in telephones through the real stack, lets
// each speak a tone of its own in every mode of supervision, and tells who heard
// whom. What it runs is the program itself on ports of its own.
package selftest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"sufler/cmd/sufler/server"
	"sufler/configs"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/sip/phone"
)

const (
	agentPhone, supervisorPhone = "101", "201"
	clientNumber                = "+420777000001"
	secret                      = "selftest-only"
	// settle is how much is heard after a change before it counts: what was on its
	// way through jitter buffers belongs to the mode before.
	settle = 400 * time.Millisecond
	// windows is how many seconds each ear listens in each mode.
	windows = 3
	limit   = 15 * time.Second
)

// Options are the flags of the command.
type Options struct {
	Log *slog.Logger
}

// Run makes the calls and writes the table. It returns how often somebody heard
// what they must not (leaks) and did not hear what they must (deaf).
func Run(ctx context.Context, o Options, out io.Writer) (leaks, deaf int, err error) {
	t := &test{out: out}
	defer func() { t.close(context.WithoutCancel(ctx)) }()
	if err := t.start(ctx, o.Log); err != nil {
		return 0, 0, err
	}
	if err := t.dial(ctx); err != nil {
		return 0, 0, err
	}
	fmt.Fprintf(out, "%-24s %-12s %-28s %s\n", "mode", "ear", "hears", "")
	for _, step := range steps {
		if err := t.take(ctx, step); err != nil {
			return t.leaks, t.deaf, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	t.verdict()
	return t.leaks, t.deaf, nil
}

// step is one mode, reached from the one before it without a new call.
type step struct {
	name string
	mode routing.Mode // 0: nobody supervises
	// hears says whose tone each ear must hear: c client, a agent, s supervisor.
	client, agent, supervisor string
}

// The last steps come back from barge, when the client has heard the supervisor.
var steps = []step{
	{"talk", 0, "a", "c", ""},
	{"listen", routing.Listen, "a", "c", "ca"},
	{"whisper", routing.Whisper, "a", "cs", "ca"},
	{"barge", routing.Barge, "as", "cs", "ca"},
	{"whisper after barge", routing.Whisper, "a", "cs", "ca"},
	{"listen after whisper", routing.Listen, "a", "c", "ca"},
	{"supervisor gone", 0, "a", "c", ""},
}

var letters = []byte("cas")

// test is one run.
type test struct {
	out     io.Writer
	dir     string
	server  *server.Server
	network *phone.Phone
	phones  map[string]*phone.Phone
	calls   map[string]*phone.Call // by whose ear: client, agent, supervisor
	joined  chan *phone.Call       // calls that the supervisor's phone gets
	answers chan *phone.Call       // calls that the client gets
	call    *call.Call
	leaks   int
	deaf    int
	ears    int
}

func (t *test) start(ctx context.Context, log *slog.Logger) (err error) {
	t.phones, t.calls = make(map[string]*phone.Phone), make(map[string]*phone.Call)
	t.joined, t.answers = make(chan *phone.Call, 4), make(chan *phone.Call, 4)
	if t.dir, err = os.MkdirTemp("", "sufler-selftest-"); err != nil {
		return err
	}
	if t.network, err = phone.New(phone.Options{Name: "Sufler selftest client"}); err != nil {
		return err
	}
	t.network.Serve(clientNumber, phone.Behaviour{Sound: sine(tone.ClientHz, -20), Called: func(c *phone.Call) { t.answers <- c }})
	config, err := configs.Parse("selftest.yaml", fmt.Appendf(nil, configuration, t.dir, t.network.Addr(), secret))
	if err != nil {
		return err
	}
	if t.server, err = server.New(ctx, config, server.Options{Log: log}); err != nil {
		return err
	}
	for _, extension := range []string{agentPhone, supervisorPhone} {
		if err := t.register(ctx, extension); err != nil {
			return err
		}
	}
	return nil
}

const configuration = `
http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}
sip: {listen: "127.0.0.1:0"}
webrtc: {listen: "127.0.0.1:0"}
files: {dir: %q}
trunks: [{name: client, address: %q}]
phones: [{extension: "101", password: %[3]s}, {extension: "201", password: %[3]s}]
callbacks: {allow: ["+420"]}
people:
  groups: [all]
  operators:
    - {login: agent, rank: operator, groups: [all], phone: "101", available: phone, password: %[3]s}
    - {login: supervisor, rank: supervisor, groups: [all], phone: "201", available: phone, password: %[3]s}
`

func (t *test) register(ctx context.Context, extension string) error {
	p, err := phone.New(phone.Options{Name: "Sufler selftest"})
	if err != nil {
		return err
	}
	t.phones[extension] = p
	// The supervisor is loud wherever the client must not hear it.
	p.Serve(extension, phone.Behaviour{Sound: sine(tone.SupervisorHz, -8), Called: func(c *phone.Call) { t.joined <- c }})
	return p.Register(phone.Account{Server: t.server.Phones.UDPAddr().String(), User: extension, Password: secret})
}

// dial lets the agent's phone call the client's.
func (t *test) dial(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := until(ctx, "the phones are registered", t.registered); err != nil {
		return err
	}
	c, err := t.phones[agentPhone].Call(phone.Dial{
		To: clientNumber, Server: t.server.Phones.UDPAddr().String(), User: agentPhone, Password: secret, Sound: sine(tone.AgentHz, -20)(),
	})
	if err != nil {
		return err
	}
	t.calls["agent"] = c
	select {
	case t.calls["client"] = <-t.answers:
	case <-c.Ended():
		return fmt.Errorf("the call from %s to %s ended: %s", agentPhone, clientNumber, c.State().Text)
	case <-ctx.Done():
		return fmt.Errorf("the call from %s to %s was not answered", agentPhone, clientNumber)
	}
	return until(ctx, "both talk", func() bool {
		for _, s := range t.server.Calls.Running() {
			if s.State == call.StateTalking {
				t.call, err = t.server.Calls.Find(s.Call)
				return err == nil
			}
		}
		return false
	})
}

func (t *test) registered() bool {
	n := 0
	for _, p := range t.server.Phones.Phones() {
		if p.Registered {
			n++
		}
	}
	return n == len(t.phones)
}

// take goes to a step's mode and listens at every ear.
func (t *test) take(ctx context.Context, s step) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := t.change(ctx, s.mode); err != nil {
		return err
	}
	if err := t.listen(ctx, settle); err != nil {
		return err
	}
	ears := make(map[string]*tone.Ear, len(t.calls))
	for who, c := range t.calls {
		ears[who] = c.Ear(tone.ClientHz, tone.AgentHz, tone.SupervisorHz)
	}
	err := until(ctx, "every ear has heard enough", func() bool {
		for _, e := range ears {
			if len(e.Windows()) < windows {
				return false
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	for _, who := range []string{"client", "agent", "supervisor"} {
		if e := ears[who]; e != nil {
			t.judge(s, who, e.Windows())
		}
	}
	return nil
}

// listen lets so much sound arrive at the agent's ear.
func (t *test) listen(ctx context.Context, d time.Duration) error {
	heard := make(chan struct{}, 1)
	frames := int(d / (20 * time.Millisecond))
	stop := t.calls["agent"].Listen(func([]int16) {
		if frames--; frames == 0 {
			heard <- struct{}{}
		}
	})
	defer stop()
	select {
	case <-heard:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("nothing arrives at phone %s", agentPhone)
	}
}

func (t *test) change(ctx context.Context, mode routing.Mode) error {
	supervisor, _ := t.server.People.ByLogin("supervisor")
	switch {
	case mode == 0 && t.calls["supervisor"] == nil:
		return nil
	case mode == 0:
		delete(t.calls, "supervisor")
		return t.call.Unsupervise(ctx, supervisor.ID)
	case t.calls["supervisor"] != nil:
		return t.call.SetMode(ctx, supervisor.ID, mode)
	}
	if err := t.call.Supervise(ctx, supervisor, mode); err != nil {
		return err
	}
	select {
	case t.calls["supervisor"] = <-t.joined:
	case <-ctx.Done():
		return fmt.Errorf("phone %s did not ring", supervisorPhone)
	}
	return until(ctx, "the mode holds", func() bool {
		p, ok := t.call.Snapshot().Party(routing.Supervisor)
		return ok && p.State == call.OnLine && p.Mode == mode
	})
}

func (t *test) close(ctx context.Context) {
	for _, p := range t.phones {
		p.Close(ctx)
	}
	if t.server != nil {
		t.server.Close(ctx)
	}
	if t.network != nil {
		t.network.Close(ctx)
	}
	_ = os.RemoveAll(t.dir)
}

// until polls a condition; what says it in words for the error.
func until(ctx context.Context, what string, condition func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain until %s", what)
		}
	}
	return nil
}
