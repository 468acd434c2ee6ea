package configs

import (
	"fmt"
	"strings"
	"testing"
)

// B 14: pages show what the file owns, with file and line, and no secret.
func TestTheFileIsShownWithItsPlacesAndWithoutItsSecrets(t *testing.T) {
	c, err := Parse("x.yaml", []byte("http:\n  listen: 127.0.0.1:9\nphones:\n  - {extension: \"101\", password: open-sesame}\npeople: {groups: [secret-society]}\nsip: {ring_timeout: 7s}\nrtp: {ports: 4000-5000}\ncallbacks: {allow: [\"+420\", \"+421\"]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, one := range c.Shown() {
		shown[one.Key] = one.Value + " " + one.Where
	}
	for key, want := range map[string]string{
		"http.listen": "127.0.0.1:9 x.yaml:2:3", "phones[0].extension": "101 x.yaml:4:6", "phones[0].password": Secret("x").String() + " x.yaml:4:24",
		"sip.ring_timeout": "7s x.yaml:6:7", "rtp.ports": "4000-5000 x.yaml:7:7", "callbacks.allow": "+420, +421 x.yaml:8:13", "recording.mode": "off ", "phones[0].name": " ",
	} {
		if shown[key] != want {
			t.Errorf("%s: got %q, want %q", key, shown[key], want)
		}
	}
	if all := fmt.Sprint(shown); strings.Contains(all, "open-sesame") || strings.Contains(all, "secret-society") {
		t.Errorf("got %s", all)
	}
}
