// Package demo is the world of "sufler demo": the program as it is, with people,
// telephones and a telephone network that are built in. Nothing here is a way
// round the real thing: the phones register, the network is behind a trunk, the
// stage is a supervised call like any other.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"sufler/api"
	"sufler/cmd/sufler/server"
	"sufler/configs"
	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/phone"
)

// Options are the flags of the command.
type Options struct {
	HTTP, SIP string // addresses; empty: the usual ones, or the next free port
	Data      string // folder; empty: a temporary one, thrown away at the end
	Language  string // of the voices
	Log       *slog.Logger
}

// Demo is a running demo.
type Demo struct {
	Server  *server.Server
	Network string // where the built-in telephone network listens

	network *phone.Phone
	robots  []*robot
	running sync.WaitGroup
	cancel  context.CancelFunc
	remove  string // the temporary folder
}

// Start starts everything. Its owner ends it with Close.
func Start(ctx context.Context, o Options) (*Demo, error) {
	d := &Demo{}
	if err := d.start(ctx, o); err != nil {
		d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, o Options) error {
	config, err := configs.Parse("demo.yaml", configs.Demo)
	if err != nil {
		return err
	}
	v, err := loadVoices(o.Language)
	if err != nil {
		return err
	}
	if err := d.place(ctx, &config, o); err != nil {
		return err
	}
	client := newEar()
	d.Network = string(config.Trunks[0].Address)
	if d.network, err = newNetwork(d.Network, v, client); err != nil {
		return err
	}
	var onStage *stage
	d.Server, err = server.New(ctx, config, server.Options{Log: o.Log, Demo: func(s *server.Server) api.Demo {
		onStage = newStage(s, o.Language, v, client)
		return onStage
	}})
	if err != nil {
		return err
	}
	return d.people(ctx, onStage, v)
}

// place chooses folder and ports: those asked for, the usual ones, or the next free.
func (d *Demo) place(ctx context.Context, c *configs.Config, o Options) (err error) {
	c.Files.Dir = o.Data
	if o.Data == "" {
		if c.Files.Dir, err = os.MkdirTemp("", "sufler-demo-"); err != nil {
			return err
		}
		d.remove = c.Files.Dir
	}
	for _, a := range []struct {
		address     *configs.Address
		flag, asked string
	}{{&c.HTTP.Listen, "-http", o.HTTP}, {&c.HTTP.Admin, "", ""}, {&c.SIP.Listen, "-sip", o.SIP}, {&c.WebRTC.Listen, "", ""}, {&c.Trunks[0].Address, "", ""}} {
		if a.asked == "" {
			*a.address, err = nextFree(ctx, *a.address, taken(c))
		} else {
			*a.address, err = exactly(ctx, a.flag, a.asked)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exactly returns the address that a flag asked for; with port 0 a free one.
func exactly(ctx context.Context, flag, asked string) (configs.Address, error) {
	host, text, err := net.SplitHostPort(asked)
	if err != nil {
		return "", fmt.Errorf("%s %s: write an address like 127.0.0.1:8080", flag, asked)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return "", fmt.Errorf("%s %s: %q is not a port", flag, asked, text)
	}
	free, ok := isFree(ctx, host, port)
	if !ok {
		return "", fmt.Errorf("%s %s cannot be opened: it may be in use; without %[1]s the next free port is taken", flag, asked)
	}
	return free, nil
}

// taken are the ports that this configuration uses already.
func taken(c *configs.Config) map[configs.Address]int {
	used := make(map[configs.Address]int)
	for _, a := range []configs.Address{c.HTTP.Listen, c.HTTP.Admin, c.SIP.Listen, c.WebRTC.Listen, c.Trunks[0].Address} {
		used[a]++
	}
	return used
}

// nextFree returns the address with the first port from its own on that is free
// for TCP and UDP and that nothing else of the demo uses.
func nextFree(ctx context.Context, a configs.Address, used map[configs.Address]int) (configs.Address, error) {
	host, text, err := net.SplitHostPort(string(a))
	if err != nil {
		return "", err
	}
	first, err := strconv.Atoi(text)
	if err != nil {
		return "", err
	}
	for port := first; port < first+200; port++ {
		free, ok := isFree(ctx, host, port)
		if ok && (free == a || used[free] == 0) {
			return free, nil
		}
	}
	return "", fmt.Errorf("%s: this port and the 200 after it are in use", a)
}

func isFree(ctx context.Context, host string, port int) (configs.Address, bool) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return "", false
	}
	defer func() { _ = l.Close() }()
	address := l.Addr().String()
	u, err := lc.ListenPacket(ctx, "udp", address)
	if err != nil {
		return "", false
	}
	_ = u.Close()
	return configs.Address(address), true
}

// people registers the built-in phones and sends the robots to work.
func (d *Demo) people(ctx context.Context, s *stage, v voices) error {
	server := d.Server.Phones.UDPAddr().String()
	for _, p := range []struct {
		login       string
		extension   routing.Extension
		answerAfter time.Duration
		sound       func() mixer.Sound
	}{
		{"anna", "101", time.Second, talk(v.agent)},
		{"boris", "102", 1500 * time.Millisecond, talk(v.agent)},
		{"cyril", "103", time.Second, talk(v.agent)},
		{agentLogin, agentPhone, time.Second, talk(v.agent)},
		{"sofia", "201", time.Second, nil},
		{prompterLogin, prompterP, 0, nil},
		{"adam", "901", time.Second, nil},
	} {
		r, err := newRobot(server, string(p.extension), "demo-"+p.login, p.answerAfter, p.sound)
		if r != nil {
			d.robots = append(d.robots, r)
			s.robots[p.extension] = r
		}
		if err != nil {
			return err
		}
	}
	if err := d.registered(ctx); err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.cancel = cancel
	d.running.Go(func() { s.run(running) })
	d.running.Go(func() {
		keepCalling(running, d.Server.Log, s.robots["103"], "103", "demo-cyril", networkNumber(1), server, talk(v.agent))
	})
	return nil
}

// registered waits until every built-in phone can be rung.
func (d *Demo) registered(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		n := 0
		for _, p := range d.Server.Phones.Phones() {
			if p.Registered {
				n++
			}
		}
		if n == len(d.robots) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d built-in phones are registered", n, len(d.robots))
		}
	}
}

// Close ends the robots, the program and the network, and throws temporary data away.
func (d *Demo) Close(ctx context.Context) {
	if d.cancel != nil {
		d.cancel()
		d.running.Wait()
	}
	for _, r := range d.robots {
		r.phone.Close(ctx)
	}
	if d.Server != nil {
		d.Server.Close(ctx)
	}
	if d.network != nil {
		d.network.Close(ctx)
	}
	if d.remove != "" {
		_ = os.RemoveAll(d.remove)
	}
}
