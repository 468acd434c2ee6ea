// Package demo is the world of "sufler demo": the program as it is, with people,
// telephones and a telephone network that are built in. Nothing here is a way
// round the real thing: the phones register, the network is behind a trunk, the
// stage is a supervised call like any other.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"slices"
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
	// LAN is the address of this machine that others may use, with passwords of
	// their own; not valid: this machine only.
	LAN      netip.Addr
	Data     string // folder; empty: a temporary one, thrown away at the end
	Language string // of the voices
	Log      *slog.Logger
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
	config.Files.Dir = o.Data
	if o.Data == "" {
		if config.Files.Dir, err = os.MkdirTemp("", "sufler-demo-"); err != nil {
			return err
		}
		d.remove = config.Files.Dir
	}
	if o.LAN.IsValid() {
		if err := openToLAN(&config, o.LAN); err != nil {
			return err
		}
	}
	for range tries {
		if err = d.serve(ctx, config, o, v); !isTaken(err) {
			return err
		}
		d.end(context.WithoutCancel(ctx))
	}
	return err
}

// serve starts everything on ports that are free now.
func (d *Demo) serve(ctx context.Context, config configs.Config, o Options, v voices) error {
	config.Trunks = slices.Clone(config.Trunks)
	if err := place(ctx, &config, o); err != nil {
		return err
	}
	client := newEar()
	d.Network = string(config.Trunks[0].Address)
	var err error
	if d.network, err = newNetwork(d.Network, v, client); err != nil {
		return err
	}
	var onStage *stage
	d.Server, err = server.New(ctx, config, server.Options{
		Log: o.Log, NewPasswords: true, Hosts: hostsOf(o.LAN), PasswordHint: hintOf(o.LAN),
		Demo: func(s *server.Server) api.Demo {
			onStage = newStage(s, o.Language, v, client)
			return onStage
		},
		Settings: furnish,
	})
	if err != nil {
		return err
	}
	if err := remember(ctx, d.Server, v, time.Now()); err != nil {
		return err
	}
	return d.people(ctx, onStage, v)
}

// people registers the built-in phones and sends the robots to work.
func (d *Demo) people(ctx context.Context, s *stage, v voices) error {
	server := d.Server.Phones.UDPAddr().String()
	for _, p := range []struct {
		extension   routing.Extension
		answerAfter time.Duration
		sound       func() mixer.Sound
	}{
		{"101", time.Second, talk(v.agent)},
		{"102", 1500 * time.Millisecond, talk(v.agent)},
		{"103", time.Second, talk(v.agent)},
		{agentPhone, time.Second, talk(v.agent)},
		{"201", time.Second, nil},
		{prompterP, 0, nil},
		{"901", time.Second, nil},
	} {
		r, err := newRobot(server, string(p.extension), phonePassword(&d.Server.Config, p.extension), p.answerAfter, p.sound)
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
	if boris, found := newChatter(d.Server, "boris"); found {
		d.running.Go(func() { boris.run(running) })
	}
	d.running.Go(func() {
		keepCalling(running, d.Server.Log, s.robots["103"], "103", phonePassword(&d.Server.Config, "103"), networkNumber(1), server, talk(v.agent))
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

// phonePassword is that of one of the demo's phones.
func phonePassword(c *configs.Config, extension routing.Extension) string {
	for _, p := range c.Phones {
		if p.Extension == string(extension) {
			return string(p.Password)
		}
	}
	return ""
}

// Close ends the robots, the program and the network, and throws temporary data away.
func (d *Demo) Close(ctx context.Context) {
	d.end(ctx)
	if d.remove != "" {
		_ = os.RemoveAll(d.remove)
	}
}

// end ends what serve has started.
func (d *Demo) end(ctx context.Context) {
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
	d.cancel, d.robots, d.Server, d.network = nil, nil, nil, nil
}
