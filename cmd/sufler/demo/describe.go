package demo

import (
	"fmt"
	"io"
	"net"
	"strings"

	"rsc.io/qr"

	"sufler/configs"
)

// Describe tells a newcomer where everything is.
func (d *Demo) Describe(w io.Writer) error {
	c := &d.Server.Config
	if c.HTTP.TLS.CertFile != "" {
		return d.describeLAN(w)
	}
	url := d.Server.URL()
	_, web, _ := net.SplitHostPort(string(c.HTTP.Listen))
	_, sound, _ := net.SplitHostPort(string(c.WebRTC.Listen))
	_, err := fmt.Fprintf(w, `
  Sufler demo: everything is on this machine, nothing leaves it.

  Open     %[1]s/         the stage: hear that the client does not hear the prompter

  shop     %[1]s/demo/    be the visitor: ask for a call back, or talk from the page
  desk     %[1]s/desk/    anna (operator), sofia (supervisor), adam (owner); password demo-NAME
  SIP      %[2]s, UDP and TCP; phones 101 anna, 201 sofia, 901 adam; password demo-NAME
%[6]s  metrics  %[1]s/metrics

  From another machine: ssh -L %[3]s:127.0.0.1:%[3]s -L %[4]s:127.0.0.1:%[4]s THIS-HOST,
  then open the same addresses there: the sound of pages goes the same way, by TCP.
  A telephone on your desk: sufler demo -lan.
  Ctrl-C ends it%[5]s.

`, url, d.Server.Phones.UDPAddr(), web, sound, d.farewell(), numbers)
	return err
}

const numbers = `  numbers  +420 777 000 001 speaks, 002 echoes, 003 busy, 004 never answers,
           005 answers after 5 s, 006 hangs up after 10 s, 007 declines
`

// describeLAN tells what to type on other machines and telephones. The passwords
// are shown here and nowhere else.
func (d *Demo) describeLAN(w io.Writer) error {
	c := &d.Server.Config
	print, err := fingerprint(c.HTTP.TLS)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(string(c.SIP.Listen))
	if err != nil {
		return err
	}
	uri := "sip:101@" + net.JoinHostPort(host, port)
	code, err := drawQR(uri)
	if err != nil {
		return err
	}
	url := d.Server.URL()
	_, err = fmt.Fprintf(w, `
  Sufler demo: open to the network of this machine until Ctrl-C.

  Open     %[1]s/         the stage: hear that the client does not hear the prompter

  shop     %[1]s/demo/    be the visitor: ask for a call back, or talk from the page
  desk     %[1]s/desk/    with the passwords below
%[2]s  metrics  %[1]s/metrics, for this machine only

  Browsers will warn: nobody vouches for the certificate, which they need for the
  microphone. Go on if it is this one:
  %[3]s

  In a telephone type in: server %[4]s, port %[5]s, transport UDP or TCP, and

%[6]s
  %[7]s as a picture, for telephones with a camera:

%[8]s
  The passwords are new at each start and are shown here only.
  Ctrl-C ends it%[9]s.

`, url, numbers, print, host, port, secrets(c), uri, code, d.farewell())
	return err
}

// secrets is the table of those who may log in from elsewhere.
func secrets(c *configs.Config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-8s %s\n", "user", "password")
	for _, p := range c.Phones {
		for _, o := range c.People.Operators {
			if o.Phone == p.Extension && !o.Robot {
				fmt.Fprintf(&b, "  %-8s %-16s telephone of %s\n", p.Extension, string(p.Password), o.Login)
				fmt.Fprintf(&b, "  %-8s %-16s desk, %s\n", o.Login, string(o.Password), o.Rank)
			}
		}
	}
	return b.String()
}

// quiet is the white border that readers want around a code, in modules.
const quiet = 2

// drawQR draws a code for a dark terminal: light where the code is light, two rows
// of it to a line.
func drawQR(text string) (string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return "", fmt.Errorf("picture of %s: %w", text, err)
	}
	var b strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		b.WriteString("  ")
		for x := -quiet; x < code.Size+quiet; x++ {
			b.WriteString(map[[2]bool]string{
				{false, false}: "█", {false, true}: "▀", {true, false}: "▄", {true, true}: " ",
			}[[2]bool{code.Black(x, y), code.Black(x, y+1)}])
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

func (d *Demo) farewell() string {
	if d.remove != "" {
		return " and throws its data away"
	}
	return "; its data stays in " + d.Server.Config.Files.Dir
}
