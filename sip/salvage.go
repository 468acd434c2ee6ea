package sip

import (
	"bytes"
	"strings"
)

// salvage answers 400 to a request that the parser gave up on, as far as it says
// enough to be answered at all (RFC 3261 section 8.2.6). The sender then stops
// repeating it and sees why. nil means silence.
func salvage(data []byte) []byte {
	head, _, ok := bytes.Cut(data, []byte("\r\n\r\n"))
	if !ok {
		return nil
	}
	lines := strings.Split(string(head), "\r\n")
	if !strings.HasSuffix(lines[0], " SIP/2.0") || strings.HasPrefix(lines[0], "SIP/") || strings.HasPrefix(lines[0], "ACK ") {
		return nil
	}
	wanted := map[string]string{"via": "Via", "v": "Via", "from": "From", "f": "From", "to": "To", "t": "To", "call-id": "Call-ID", "i": "Call-ID", "cseq": "CSeq"}
	var answer strings.Builder
	answer.WriteString("SIP/2.0 400 Bad Request\r\n")
	found := make(map[string]bool, 5)
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		long, ok := wanted[strings.ToLower(strings.TrimSpace(name))]
		if !ok || !printable(value) || len(value) > maxValue || found[long] && long != "Via" {
			continue
		}
		found[long] = true
		answer.WriteString(long + ": " + strings.TrimSpace(value) + "\r\n")
	}
	if len(found) != 5 {
		return nil
	}
	answer.WriteString("Content-Length: 0\r\n\r\n")
	return []byte(answer.String())
}
