package demo

import (
	"fmt"
	"io"
	"net"
)

// Describe tells a newcomer where everything is.
func (d *Demo) Describe(w io.Writer) {
	url := d.Server.URL()
	_, web, _ := net.SplitHostPort(string(d.Server.Config.HTTP.Listen))
	_, sound, _ := net.SplitHostPort(string(d.Server.Config.WebRTC.Listen))
	fmt.Fprintf(w, `
  Sufler demo: everything is on this machine, nothing leaves it.

  Open     %[1]s/         the stage: hear that the client does not hear the prompter

  shop     %[1]s/demo/    be the visitor: ask for a call back, or talk from the page
  desk     %[1]s/desk/    anna (operator), sofia (supervisor), adam (owner); password demo-NAME
  SIP      %[2]s, UDP and TCP; phones 101 anna, 201 sofia, 901 adam; password demo-NAME
  numbers  +420 777 000 001 speaks, 002 echoes, 003 busy, 004 never answers,
           005 answers after 5 s, 006 hangs up after 10 s, 007 declines
  metrics  %[1]s/metrics

  From another machine: ssh -L %[3]s:127.0.0.1:%[3]s -L %[4]s:127.0.0.1:%[4]s THIS-HOST,
  then open the same addresses there: the sound of pages goes the same way, by TCP.
  Ctrl-C ends it%[5]s.

`, url, d.Server.Phones.UDPAddr(), web, sound, d.farewell())
}

func (d *Demo) farewell() string {
	if d.remove != "" {
		return " and throws its data away"
	}
	return "; its data stays in " + d.Server.Config.Files.Dir
}
