package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

// ping is a good OPTIONS request; the messages of malformed are made of it.
func ping(transport, from string) string {
	return strings.Join([]string{
		"OPTIONS sip:house@127.0.0.1 SIP/2.0", "Via: SIP/2.0/" + transport + " " + from + ";branch=z9hG4bKgood;rport",
		"From: <sip:tester@127.0.0.1>;tag=1", "To: <sip:house@127.0.0.1>", "Call-ID: good@127.0.0.1", "CSeq: 1 OPTIONS",
		"Max-Forwards: 70", "Content-Length: 0", "", "",
	}, "\r\n")
}

// malformed are messages that no phone should send.
func malformed(transport, from string) map[string]string {
	good := ping(transport, from)
	with := func(old, text string) string { return strings.Replace(good, old, text, 1) }
	return map[string]string{
		"nothing":              "\r\n\r\n",
		"noise":                "\x00\xff\xfe\x80 no SIP at all \x01\x02\r\n\r\n",
		"HTTP":                 "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
		"half a line":          "INVITE sip:101@127.0.0.1 SIP/2",
		"no headers":           "INVITE sip:101@127.0.0.1 SIP/2.0\r\n\r\n",
		"no Call-ID":           with("Call-ID: good@127.0.0.1\r\n", ""),
		"no CSeq":              with("CSeq: 1 OPTIONS\r\n", ""),
		"no Via":               "OPTIONS" + with(good[:strings.Index(good, "From:")], " sip:house@127.0.0.1 SIP/2.0\r\n"),
		"another method":       with("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"),
		"a huge CSeq":          with("CSeq: 1 ", "CSeq: 99999999999999999999 "),
		"a negative length":    with("Content-Length: 0", "Content-Length: -1"),
		"a length too long":    with("Content-Length: 0", "Content-Length: 999999"),
		"a control in From":    with("tester@", "te\x00ster@"),
		"an open quote":        with("From: <", "From: \"<"),
		"an open bracket":      with("To: <sip:house@127.0.0.1>", "To: <sip:house@127.0.0.1"),
		"a header of 60 kB":    with("Max-Forwards: 70", "Max-Forwards: 70\r\nX-Long: "+strings.Repeat("x", 60000)),
		"a thousand Vias":      with("From:", strings.Repeat("Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n", 1000)+"From:"),
		"another version":      with("SIP/2.0\r\n", "SIP/9.0\r\n"),
		"a stray answer":       "SIP/2.0 200 OK\r\n" + good[strings.Index(good, "Via:"):],
		"a stray BYE":          strings.ReplaceAll(good, "OPTIONS", "BYE"),
		"a stray CANCEL":       strings.ReplaceAll(good, "OPTIONS", "CANCEL"),
		"an INVITE with noise": strings.Replace(strings.ReplaceAll(good, "OPTIONS", "INVITE"), "Content-Length: 0\r\n\r\n", "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=\x00\xff9", 1),
	}
}

// No row: the "Bad input".
func TestOutsideMalformedSIPLeavesNothingAndHarmsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t, plan{})
	base := h.figures(t)
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			for name, message := range malformed(strings.ToUpper(network), "127.0.0.1:9") {
				conn, err := net.Dial(network, h.sip)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if _, err := conn.Write([]byte(message)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				_ = conn.Close()
			}
			answers(t, network, h.sip)
		})
	}
	h.settles(t, base)
	now := h.figures(t)
	if now["sufler_sip_panics_total"] != 0 {
		t.Errorf("panics: got %v\n%s", now["sufler_sip_panics_total"], h.process.Log())
	}
}

// answers checks that a good request is answered still.
func answers(t *testing.T, network, server string) {
	t.Helper()
	conn, err := net.Dial(network, server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte(ping(strings.ToUpper(network), conn.LocalAddr().String()))); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 65536)
	n, err := conn.Read(buf)
	if err != nil || !strings.HasPrefix(string(buf[:n]), "SIP/2.0 200 ") {
		t.Errorf("OPTIONS over %s: got %q, %v, want 200", network, buf[:n], err)
	}
}
