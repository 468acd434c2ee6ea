package sip

import (
	"slices"
	"testing"

	sipmsg "github.com/emiago/sipgo/sip"
)

func TestOldPhonesAreAskedWithMD5Alone(t *testing.T) {
	for agent, want := range map[string][]string{
		"":                               {"MD5"},
		"SIPp":                           {"MD5"},
		"Linphone/5.1":                   {"SHA-256", "MD5"},
		"baresip v3.10.1 (x86_64/Linux)": {"SHA-256", "MD5"},
		"baresip v1.0.0 (x86_64/linux)":  {"MD5"},
		"baresip v0.6.5 (arm64/linux)":   {"MD5"},
	} {
		req := sipmsg.NewRequest(sipmsg.REGISTER, sipmsg.Uri{Host: "127.0.0.1"})
		if agent != "" {
			req.AppendHeader(sipmsg.NewHeader("User-Agent", agent))
		}
		if got := algorithms(req); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", agent, got, want)
		}
	}
}
