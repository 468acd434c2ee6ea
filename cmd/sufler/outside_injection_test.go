package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"sufler/mixer/tone"
)

// No row: the "Bad input": nothing typed on a page reaches a SIP header.
func TestOutsideWhatIsTypedAsANameIsNeverMoreThanAName(t *testing.T) {
	t.Parallel()
	north := newProvider(t)
	north.answers("486 Busy Here")
	h := newHouse(t, plan{trunk: north.addr()})
	agent := startBaresip(t, h, "101", tone.AgentHz, -20)
	base := h.figures(t)
	number := "+420777000001"
	h.becomes(t, h.ask(t, number, "Jan"), "ended")
	trunk, phone := headersOf(north.invites()[0]), headersOf(lastInvite(t, agent.Log()))
	for _, name := range []string{
		"Jan\r\nX-Evil: 1", "Jan\nX-Evil: 1", "Jan\x00", "Jan\u202eEvil", "Jan\u200bEvil",
		strings.Repeat("x", 61),
	} {
		body := map[string]string{"number": number, "name": name}
		got := h.shop().do(t, http.MethodPost, "/api/v1/callbacks", body)
		got.refused(t, http.StatusUnprocessableEntity, "request_invalid")
	}
	for _, name := range []string{
		`"`, `Jan"; X-Evil: 1`, `\`, `\"`, ";", "a;tag=evil", "@", "<", `"Jan" <sip:evil@127.0.0.1>`, "<sip:900@evil>;x=", "%0d%0aX-Evil: 1", "Jan\u2028X-Evil: 1", "a,b", "Ян 日本",
	} {
		before := len(north.invites())
		h.becomes(t, h.ask(t, number, name), "ended")
		raw := lastInvite(t, agent.Log())
		if got := headersOf(raw); !slices.Equal(got, phone) {
			t.Errorf("%q: the agent's phone sees the headers %v, want %v", name, got, phone)
		}
		if from := line(raw, "From:"); strings.Count(from, `"`) != 2 || strings.Count(from, "<") != 1 || strings.Count(from, "@") != 1 || strings.Count(from, "tag=") != 1 {
			t.Errorf("%q: the agent's phone sees %q", name, from)
		}
		invites := north.invites()
		if len(invites) != before+1 {
			t.Fatalf("%q: got %d INVITEs at the trunk, want one more than %d", name, len(invites), before)
		}
		if got := headersOf(invites[before]); !slices.Equal(got, trunk) {
			t.Errorf("%q: the trunk sees the headers %v, want %v", name, got, trunk)
		}
		if strings.Contains(strings.ToLower(invites[before]), "evil") {
			t.Errorf("%q: the trunk sees the name:\n%s", name, invites[before])
		}
	}
	h.settles(t, base)
}

// lastInvite cuts the last INVITE out of what baresip logs.
func lastInvite(t *testing.T, log string) string {
	t.Helper()
	log = strings.ReplaceAll(log, "\r\n", "\n")
	at := strings.LastIndex(log, "INVITE sip:")
	if at < 0 {
		t.Fatalf("no INVITE in\n%s", log)
	}
	message, _, _ := strings.Cut(log[at:], "\n\n")
	return message
}

// headersOf returns the names of a message's header lines in order.
func headersOf(message string) []string {
	head, _, _ := strings.Cut(strings.ReplaceAll(message, "\r\n", "\n"), "\n\n")
	var names []string
	for i, l := range strings.Split(head, "\n") {
		if name, _, ok := strings.Cut(l, ":"); i > 0 && ok {
			names = append(names, name)
		}
	}
	return names
}

func line(message, prefix string) string {
	for l := range strings.SplitSeq(message, "\n") {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}
