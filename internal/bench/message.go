package main

import (
	"fmt"
	"net"
	"strings"
)

// message is a SIP message as text; enough for a load generator that knows its
// peer (RFC 3261 section 7).
type message struct {
	start   string
	headers [][2]string
	body    string
}

func parse(data []byte) (message, bool) {
	head, body, _ := strings.Cut(string(data), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := message{start: lines[0], body: body}
	for _, line := range lines[1:] {
		name, value, found := strings.Cut(line, ":")
		if !found {
			return m, false
		}
		m.headers = append(m.headers, [2]string{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
	}
	return m, m.get("call-id") != ""
}

func (m message) get(name string) string {
	for _, h := range m.headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// status is the code of a response, 0 of a request.
func (m message) status() int {
	var code int
	if _, err := fmt.Sscanf(m.start, "SIP/2.0 %d", &code); err != nil {
		return 0
	}
	return code
}

func (m message) method() string {
	if m.status() != 0 {
		_, method, _ := strings.Cut(m.get("cseq"), " ")
		return method
	}
	method, _, _ := strings.Cut(m.start, " ")
	return method
}

// response answers a request with its Via, From, Call-ID and CSeq (RFC 3261
// section 8.2.6.2).
func (m message) response(status, tag, extra, body string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	for _, h := range m.headers {
		switch h[0] {
		case "via", "from", "call-id", "cseq", "record-route":
			fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
		case "to":
			to := h[1]
			if !strings.Contains(to, ";tag=") && tag != "" {
				to += ";tag=" + tag
			}
			fmt.Fprintf(&b, "To: %s\r\n", to)
		}
	}
	fmt.Fprintf(&b, "%sContent-Length: %d\r\n\r\n%s", extra, len(body), body)
	return b.String()
}

// description is an SDP body with one line of PCMU (RFC 8866).
func description(port int) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n", port)
}

// mediaAddress is where an SDP body wants its sound.
func mediaAddress(body string) (*net.UDPAddr, bool) {
	var host string
	var port int
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			host = rest
		}
		if rest, ok := strings.CutPrefix(line, "m=audio "); ok {
			_, _ = fmt.Sscanf(rest, "%d", &port)
		}
	}
	ip := net.ParseIP(host)
	return &net.UDPAddr{IP: ip, Port: port}, ip != nil && port != 0
}

// uriOf returns what stands between < and >.
func uriOf(header string) string {
	_, rest, found := strings.Cut(header, "<")
	if !found {
		return header
	}
	uri, _, _ := strings.Cut(rest, ">")
	return uri
}
