package selftest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"sufler/cmd/sufler/server"
	"sufler/configs"
	"sufler/mixer"
	"sufler/mixer/tone"
	"sufler/sip/phone"
)

// secret is everybody's password; nobody but the test reaches the server.
const secret = "selftest-only"

// house is the program on ports of its own, with a client's telephone network
// outside it and one telephone for every line of ours.
type house struct {
	dir     string
	server  *server.Server
	network *phone.Phone
	phones  []*phone.Phone
	rung    map[string]chan *phone.Call // by number or extension: calls that came there
}

func newHouse(ctx context.Context, log *slog.Logger, trios []*trio) (_ *house, err error) {
	h := &house{rung: make(map[string]chan *phone.Call)}
	defer func() {
		if err != nil {
			h.close(context.WithoutCancel(ctx))
		}
	}()
	if h.dir, err = os.MkdirTemp("", "sufler-selftest-"); err != nil {
		return h, err
	}
	if h.network, err = phone.New(phone.Options{Name: "Sufler selftest client"}); err != nil {
		return h, err
	}
	config, err := configs.Parse("selftest.yaml", []byte(h.configuration(trios)))
	if err != nil {
		return h, err
	}
	if h.server, err = server.New(ctx, config, server.Options{Log: log}); err != nil {
		return h, err
	}
	for _, t := range trios {
		h.serve(h.network, t.number, tone.ClientHz, -20)
		for _, who := range []role{agent, supervisor} {
			if t.devices[who] == byPhone {
				if err := h.register(t.extension(who), tones[who], levels[who]); err != nil {
					return h, err
				}
			}
		}
	}
	return h, until(ctx, "the telephones are registered", h.registered)
}

// configuration gives each trio a queue, an agent and a supervisor of its own.
func (h *house) configuration(trios []*trio) string {
	var phones, queues, groups, operators []string
	for _, t := range trios {
		queues = append(queues, fmt.Sprintf("{name: %s, groups: [%s]}", t.name, t.name))
		groups = append(groups, t.name)
		for _, who := range []role{agent, supervisor} {
			phones = append(phones, fmt.Sprintf("{extension: %q, password: %s}", t.extension(who), secret))
			operators = append(operators, fmt.Sprintf("{login: %s, rank: %s, groups: [%s], phone: %q, answer_on: %s, password: %s}",
				t.login(who), ranks[who], t.name, t.extension(who), t.devices[who], secret))
		}
	}
	list := func(lines []string) string { return "[" + strings.Join(lines, ", ") + "]" }
	return fmt.Sprintf(`
http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}
sip: {listen: "127.0.0.1:0"}
webrtc: {listen: "127.0.0.1:0"}
files: {dir: %q}
trunks: [{name: client, address: %q}]
phones: %s
callbacks: {allow: ["+420"], per_browser_hour: 100, queues: %s}
people: {groups: %s, operators: %s}
`, h.dir, h.network.Addr(), list(phones), list(queues), list(groups), list(operators))
}

// serve lets a telephone pick up by itself and say its tone.
func (h *house) serve(p *phone.Phone, number string, hz, dbfs float64) {
	came := make(chan *phone.Call, 4)
	h.rung[number] = came
	p.Serve(number, phone.Behaviour{
		Sound: func() mixer.Sound { return tone.NewSine(hz, dbfs) }, Called: func(c *phone.Call) { came <- c },
	})
}

func (h *house) register(extension string, hz, dbfs float64) error {
	p, err := phone.New(phone.Options{Name: "Sufler selftest"})
	if err != nil {
		return err
	}
	h.phones = append(h.phones, p)
	h.serve(p, extension, hz, dbfs)
	return p.Register(phone.Account{Server: h.server.Phones.UDPAddr().String(), User: extension, Password: secret})
}

func (h *house) registered() bool {
	n := 0
	for _, p := range h.server.Phones.Phones() {
		if p.Registered {
			n++
		}
	}
	return n == len(h.phones)
}

// ring waits for the call that comes to a telephone.
func (h *house) ring(ctx context.Context, number string) (*phone.Call, error) {
	select {
	case c := <-h.rung[number]:
		return c, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("telephone %s did not ring", number)
	}
}

func (h *house) close(ctx context.Context) {
	for _, p := range h.phones {
		_ = p.Close(ctx)
	}
	if h.server != nil {
		h.server.Close(ctx)
	}
	if h.network != nil {
		_ = h.network.Close(ctx)
	}
	if h.dir != "" {
		_ = os.RemoveAll(h.dir)
	}
}
