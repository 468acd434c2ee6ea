package main

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// varying is what differs between two talks in any case, each with what stands for it.
var varying = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "ID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`), "TIME"},
	{regexp.MustCompile(`(?m)^(Date|Content-Length|Sec-Websocket-Accept|Set-Cookie): .*$`), "$1: X"},
	{regexp.MustCompile(`"(token)":"[^"]*"`), `"$1":"X"`},
	{regexp.MustCompile(`"(seq|id|wait_ms|waited_ms|talked_ms|from_ms|to_ms|frame)":\d+`), `"$1":N`},
	{regexp.MustCompile(`"(peaks)":\[[^\]]*\]`), `"$1":[]`},
	{regexp.MustCompile(`"(outside|granted|stopped|bytes)":[1-9]\d*`), `"$1":N`},
	{regexp.MustCompile(`"(dbfs|peak_dbfs|frames)":-?[\d.]+`), `"$1":N`},
	// SDP, also inside JSON, where a line ends in \r.
	{regexp.MustCompile(`o=- \d+ \d+`), "o=- N N"},
	{regexp.MustCompile(`a=(ice-ufrag|ice-pwd|fingerprint|msid|ssrc|msid-semantic):[^\\\r\n]*`), "a=$1:X"},
	{regexp.MustCompile(`a=candidate:(\S+) (\d) (udp|tcp) (\d+) (\S+) \d+`), "a=candidate:F $2 $3 P $5 PORT"},
	{regexp.MustCompile(`m=audio \d+`), "m=audio PORT"},
	{regexp.MustCompile(`a=rtcp:\d+`), "a=rtcp:PORT"},
	// SIP.
	{regexp.MustCompile(`branch=[^;\s]+`), "branch=X"},
	{regexp.MustCompile(`tag=[^;\s>]+`), "tag=X"},
	{regexp.MustCompile(`(?m)^Call-ID: .*$`), "Call-ID: X"},
	{regexp.MustCompile(`(?m)^CSeq: \d+`), "CSeq: N"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`rport=\d+`), "rport=PORT"},
}

func unvaried(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.instead)
	}
	return text
}

// between is a colleague in the moment in which a call has ended and the session has
// not, or the other way round: which is told first hangs on chance.
var between = regexp.MustCompile(`"kind":"member.changed".*("status":"busy".*"chosen":"online".*"call":null|"wrap_up_since":"TIME".*"call":\{).*"supervised_by":null`)

// alike makes what pages were sent comparable: a line for each header, answer and
// event. Their order is left out, since a leg and a talk change in goroutines of
// their own, and so is what is told for each moment anew.
func alike(sent []byte) (lines []string) {
	text := strings.NewReplacer("\r\n", "\n", "},{", "},\n{", ":[{", ":[\n{").Replace(string(sent))
	for line := range strings.Lines(unvaried(text)) {
		if line = strings.TrimRight(strings.TrimSpace(line), ",]}"); line != "" && !between.MatchString(line) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}

// meters are the kinds of meters among what a page was sent, each once, and rest is
// everything else: there are as many as a talk is long.
func meters(sent []byte) (kinds []string, rest []byte) {
	for line := range bytes.Lines(sent) {
		if bytes.Contains(line, []byte(`"kind":"call.metered"`)) {
			kinds = append(kinds, unvaried(string(line)))
			continue
		}
		rest = append(rest, line...)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), rest
}

// dialog is the SIP of the call, without what was sent twice, keeps the line open
// or belongs to a registration.
func dialog(messages []string) (lines []string) {
	seen := map[string]bool{}
	call := ""
	for _, m := range messages {
		id := regexp.MustCompile(`(?m)^Call-ID: (.*)\r$`).FindStringSubmatch(m)
		if call == "" && strings.HasPrefix(m, "INVITE ") && id != nil {
			call = id[1]
		}
		if id == nil || id[1] != call || seen[m] {
			continue
		}
		seen[m] = true
		lines = append(lines, unvaried(strings.ReplaceAll(m, "\r\n", "\n")))
	}
	return lines
}

// No row: what makes two talks comparable leaves every word that tells.
func TestWhatIsMadeAlikeStillDiffersWhereItTells(t *testing.T) {
	plain := `{"seq":7,"kind":"talk.changed","data":{"id":"01990000-0000-7000-8000-000000000001","state":"talking","operator":"Anna"}}`
	for _, told := range []string{
		strings.Replace(plain, `"Anna"`, `"Anna","supervised":true`, 1), plain + "\n" + plain, strings.Replace(plain, "talking", "whispered", 1),
	} {
		if slices.Equal(alike([]byte(plain)), alike([]byte(told))) {
			t.Errorf("%s is taken for %s", told, plain)
		}
	}
	if got := missing(alike([]byte(plain)), alike([]byte(strings.Replace(plain, `"seq":7`, `"seq":8`, 1)))); got != nil {
		t.Errorf("another number of the event makes a difference: %q", got)
	}
	if guard := `"guard":{"outside":812,"granted":0,"stopped":0}`; unvaried(guard) == unvaried(strings.Replace(guard, `"granted":0`, `"granted":50`, 1)) {
		t.Error("frames that were granted make no difference")
	}
}
