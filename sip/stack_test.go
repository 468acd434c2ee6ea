package sip

import (
	"testing"

	"sufler/mixer"
	"sufler/routing"
)

func TestTwoStacksCallAndHangUp(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			a, b := newHouse(t, open), newHouse(t, open)
			addr := b.UDPAddr()
			if transport == "tcp" {
				addr = b.TCPAddr()
			}
			r := &tape{}
			leg, err := a.Call(CallSpec{
				Target: Target{URI: "sip:200@" + addr.String(), Transport: transport},
				Class:  mixer.Outside, FromName: "Jan Novák", FromUser: "+420777000001",
			}, r.sink)
			if err != nil {
				t.Fatal(err)
			}
			in := b.desk.call(t, 0)
			if in.in.FromName != "Jan Novák" || in.in.FromNumber != "+420777000001" || in.in.To != "200" {
				t.Errorf("got %+v", in.in)
			}
			in.in.Leg.Do(routing.Ring{})
			await[routing.Ringing](t, r)
			in.in.Leg.Do(routing.Answer{Class: mixer.Staff})
			await[routing.Answered](t, r)
			await[routing.Answered](t, &in.tape)
			leg.Do(routing.Hangup{})
			await[routing.Ended](t, r)
			await[routing.Ended](t, &in.tape)
			if got, want := r.names(), "ringing answered ended:hung_up"; got != want {
				t.Errorf("caller: got %s, want %s", got, want)
			}
			if got, want := in.names(), "answered ended:hung_up"; got != want {
				t.Errorf("called: got %s, want %s", got, want)
			}
		})
	}
}
