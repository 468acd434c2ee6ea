package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	pionrtcp "github.com/pion/rtcp"
	pionrtp "github.com/pion/rtp"

	webpage "sufler/cmd/sufler/page"
	"sufler/sip"
)

// tap keeps what the server sends over the network to one person's sound, and the
// SIP of their telephone. The zero value and nil may be used; nil keeps nothing.
type tap struct {
	mu        sync.Mutex
	datagrams [][]byte // STUN, DTLS, and headers of RTP
	reports   [][]byte // RTCP, decrypted
	messages  []string // SIP that came
	sdp       []string // offers of the browser's, and the server's answers
}

// rtpHeader is how long a header without extensions and sources is.
const rtpHeader = 12

// kind of a datagram (RFC 7983 section 7, RFC 5761 section 4).
func kindOf(b []byte) string {
	switch {
	case len(b) < 2:
		return "short"
	case b[0] < 4:
		return "STUN"
	case b[0] >= 20 && b[0] < 64:
		return "DTLS"
	case b[0] < 128 || b[0] >= 192:
		return "strange"
	case b[1] >= 192 && b[1] <= 223:
		return "RTCP"
	}
	return "RTP"
}

// datagram keeps the header of sound and all of everything else. SRTCP is noise,
// and its packets come to report.
func (s *tap) datagram(b []byte) {
	if s == nil {
		return
	}
	switch kindOf(b) {
	case "RTP":
		var h pionrtp.Header
		n, err := h.Unmarshal(b)
		if err != nil {
			n = len(b)
		}
		b = b[:n]
	case "RTCP":
		b = b[:min(len(b), 8)] // the rest is encrypted (RFC 3711 section 3.4)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.datagrams = append(s.datagrams, bytes.Clone(b))
}

func (s *tap) report(b []byte) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, bytes.Clone(b))
}

// wire takes what comes to a telephone, where nothing is encrypted.
func (s *tap) wire(b []byte) {
	s.datagram(b)
	if kindOf(b) == "RTCP" {
		s.report(b)
	}
}

func (s *tap) message(m sip.Traced) {
	if m.Out {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, string(m.Data))
}

// line keeps the offers and answers of a browser's line.
func (s *tap) line(l webpage.Line) webpage.Line {
	if s == nil {
		return l
	}
	return tappedLine{l, s}
}

type tappedLine struct {
	webpage.Line
	tap *tap
}

func (l tappedLine) Offer(ctx context.Context) (string, error) {
	offer, err := l.Line.Offer(ctx)
	l.tap.keepSDP(offer)
	return offer, err
}

func (l tappedLine) Accept(answer string) error {
	l.tap.keepSDP(answer)
	return l.Line.Accept(answer)
}

func (s *tap) keepSDP(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sdp = append(s.sdp, text)
}

// sent is all of it by its kind, to be searched.
func (s *tap) sent() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string][]byte{
		"datagrams": bytes.Join(s.datagrams, []byte("\n")), "RTCP": bytes.Join(s.reports, []byte("\n")),
		"SIP": []byte(strings.Join(s.messages, "\n")), "SDP": []byte(strings.Join(s.sdp, "\n")),
	}
}

// has counts the datagrams of a kind.
func (s *tap) has(kind string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.datagrams {
		if kindOf(b) == kind {
			n++
		}
	}
	return n
}

// shapes are the kinds of datagrams and reports that came, each once: what does
// not hang on chance and on how long a talk took. Streams are numbered.
func (s *tap) shapes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, b := range s.datagrams {
		switch kindOf(b) {
		case "STUN":
			all = append(all, fmt.Sprintf("STUN % x, %d bytes", b[:2], len(b)))
		case "RTP":
			all = append(all, headerShape(b))
		case "DTLS":
			all = append(all, "DTLS")
		case "RTCP":
		default:
			all = append(all, fmt.Sprintf("%s % x", kindOf(b), b))
		}
	}
	for _, b := range s.reports {
		all = append(all, reportShapes(b)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// headerShape leaves out what counts on: sequence number, timestamp, and the marker.
func headerShape(b []byte) string {
	return fmt.Sprintf("RTP % x type %d, %d bytes of header", b[0], b[1]&127, len(b))
}

func reportShapes(b []byte) (all []string) {
	packets, err := pionrtcp.Unmarshal(b)
	if err != nil {
		return []string{fmt.Sprintf("RTCP %v: % x", err, b)}
	}
	for _, packet := range packets {
		shape := fmt.Sprintf("%T", packet)
		switch p := packet.(type) {
		case *pionrtcp.SourceDescription:
			for _, c := range p.Chunks {
				for _, item := range c.Items {
					shape += fmt.Sprintf(" item %s of %d", item.Type, len(item.Text))
				}
			}
		case *pionrtcp.Goodbye:
			shape += fmt.Sprintf(" of %d %q", len(p.Sources), p.Reason)
		}
		all = append(all, shape)
	}
	return all
}

// sources counts the streams of sound that came.
func (s *tap) sources() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	ssrcs := map[string]bool{}
	for _, b := range s.datagrams {
		if kindOf(b) == "RTP" && len(b) >= rtpHeader {
			ssrcs[string(b[8:12])] = true
		}
	}
	return len(ssrcs)
}
