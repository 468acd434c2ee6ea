package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"

	"sufler/cmd/sufler/server"
	"sufler/configs"
)

func checkCommand(_ context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("sufler check", flag.ContinueOnError)
	flags.SetOutput(errOut)
	path := flags.String("config", "sufler.yaml", "the configuration `FILE`")
	reference := flags.Bool("reference", false, "print the commented reference of all keys and end")
	if code, ok := parse(flags, args); !ok {
		return code
	}
	if *reference {
		_, _ = out.Write(configs.Reference)
		return 0
	}
	config, ok := loadConfig(*path, errOut)
	if !ok {
		return 1
	}
	tellWarnings(config, errOut)
	fmt.Fprintf(out, "%s: %s\n", *path, verdict(config))
	tellAddresses(config, out)
	return 0
}

func verdict(c configs.Config) string {
	if n := len(c.Warnings()); n > 0 {
		return fmt.Sprintf("can be used; %d warnings above", n)
	}
	return "no problem found"
}

// tellAddresses says what browsers and telephones will be told, and where mail goes.
func tellAddresses(c configs.Config, out io.Writer) {
	page := string(c.PublicURL)
	if page == "" {
		page = "http://" + seen(c.HTTP.Listen, "")
		if c.HTTP.TLS.CertFile != "" {
			page = "https://" + seen(c.HTTP.Listen, "")
		}
	}
	fmt.Fprintf(out, "browsers    open %s/ and send sound to %s (UDP and TCP)\n", page, seen(c.WebRTC.Listen, c.WebRTC.ExternalAddress))
	fmt.Fprintf(out, "telephones  register at %s (UDP and TCP) and send sound to %s, ports %s (UDP)\n",
		seen(c.SIP.Listen, c.SIP.ExternalAddress), cmp.Or(c.RTP.ExternalAddress, own(c.SIP.Listen.Host())), c.RTP.Ports)
	if c.Mail.Server == "" {
		fmt.Fprintln(out, "mail        is not set up, so nothing is mailed; name a server in mail.server")
		return
	}
	fmt.Fprintf(out, "mail        goes out by %s from %s\n", c.Mail.Server, c.Mail.From)
}

// seen is an address as the outside sees it.
func seen(listen configs.Address, external string) string {
	_, port, err := net.SplitHostPort(string(listen))
	if err != nil {
		return string(listen)
	}
	return net.JoinHostPort(cmp.Or(external, own(listen.Host())), port)
}

// own is a host, or an address of this machine where all of them are meant.
func own(host string) string {
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		return server.OwnAddress().String()
	}
	return host
}

func tellWarnings(c configs.Config, errOut io.Writer) {
	if len(c.Warnings()) > 0 {
		fmt.Fprintln(errOut, c.Warnings())
	}
}

// loadConfig reads a file and tells its problems to the administrator.
func loadConfig(path string, errOut io.Writer) (configs.Config, bool) {
	c, err := configs.Load(path)
	if err == nil {
		return c, true
	}
	fmt.Fprintln(errOut, err)
	if problems, ok := errors.AsType[configs.Problems](err); ok && problems.Mistakes() > 1 {
		fmt.Fprintf(errOut, "%d problems\n", problems.Mistakes())
	}
	return configs.Config{}, false
}
