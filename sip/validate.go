package sip

import (
	"errors"
	"fmt"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"
)

// problem is why a request is refused before anybody reads it.
type problem struct {
	status  int
	reason  string
	headers []sipmsg.Header
}

func bad(format string, args ...any) *problem {
	return &problem{status: 400, reason: fmt.Sprintf(format, args...)}
}

// Bounds of what is worth reading. Real messages stay far below.
const (
	maxURI     = 512
	maxValue   = 4096
	maxHeaders = 128
	maxBody    = 16 << 10
)

// checks are made in this order; the first that fails decides. The parser lets
// all of these through (RFC 4475 is full of them).
var checks = []func(*sipmsg.Request) *problem{
	checkVersion, checkBytes, checkSingles, checkMandatory, checkSequence, checkVia, checkTags, checkURI, checkRequire, checkContact, checkBody,
}

// validate reads a request as RFC 3261 section 8.2 wants it. It changes nothing
// and looks nothing up; nil means that every header which the rest of the
// package reads is there, once, and holds no byte that could do harm.
func validate(req *sipmsg.Request) *problem {
	for _, check := range checks {
		if p := check(req); p != nil {
			return p
		}
	}
	return nil
}

func checkVersion(req *sipmsg.Request) *problem {
	if req.SipVersion != "SIP/2.0" {
		return &problem{status: 505}
	}
	return nil
}

// checkBytes refuses control bytes anywhere outside the body: what comes in is
// repeated in answers, in requests to others and in the log.
func checkBytes(req *sipmsg.Request) *problem {
	headers := req.Headers()
	if len(headers) > maxHeaders {
		return &problem{status: 513}
	}
	uri := req.Recipient.String()
	if len(uri) > maxURI {
		return &problem{status: 414}
	}
	if !printable(uri) || !token(string(req.Method)) {
		return bad("Control characters in the request line")
	}
	for _, h := range headers {
		value := h.Value()
		if len(value) > maxValue {
			return &problem{status: 513}
		}
		if !printable(value) || !token(h.Name()) {
			return bad("Control characters in a header")
		}
	}
	return nil
}

// singles may stand once at most (RFC 3261 section 7.3.1 and table 2).
var singles = map[string]bool{
	"from": true, "f": true, "to": true, "t": true, "call-id": true, "i": true, "cseq": true, "max-forwards": true,
	"content-length": true, "l": true, "content-type": true, "c": true, "expires": true, "min-expires": true,
	"content-encoding": true, "e": true, "date": true, "user-agent": true, "timestamp": true, "mime-version": true,
}

var longNames = map[string]string{"f": "from", "t": "to", "i": "call-id", "l": "content-length", "c": "content-type", "e": "content-encoding"}

func checkSingles(req *sipmsg.Request) *problem {
	seen := make(map[string]bool, 8)
	for _, h := range req.Headers() {
		name := strings.ToLower(h.Name())
		if !singles[name] {
			continue
		}
		if long, ok := longNames[name]; ok {
			name = long
		}
		if seen[name] {
			return bad("More than one %s", name)
		}
		seen[name] = true
	}
	return nil
}

// checkMandatory wants the six headers of RFC 3261 section 8.1.1.
func checkMandatory(req *sipmsg.Request) *problem {
	switch {
	case req.Via() == nil:
		return bad("Missing Via")
	case req.From() == nil:
		return bad("Missing From")
	case req.To() == nil:
		return bad("Missing To")
	case req.CallID() == nil || req.CallID().Value() == "":
		return bad("Missing Call-ID")
	case req.CSeq() == nil:
		return bad("Missing CSeq")
	case req.MaxForwards() == nil:
		return bad("Missing Max-Forwards")
	case req.MaxForwards().Val() > 255:
		return bad("Max-Forwards out of range")
	}
	return nil
}

// checkSequence compares the methods. sipgo has put the one of the request line
// into capitals; a method that differs from CSeq by that alone is none we know.
func checkSequence(req *sipmsg.Request) *problem {
	method := string(req.CSeq().MethodName)
	if method == string(req.Method) {
		return nil
	}
	if !knownMethods[string(req.Method)] && strings.EqualFold(method, string(req.Method)) {
		return &problem{status: 501}
	}
	return bad("CSeq method does not match")
}

// checkVia wants a branch that is unique beyond the cookie (RFC 3261 section
// 8.1.1.7); without one, transactions of different calls would mix.
func checkVia(req *sipmsg.Request) *problem {
	via := req.Via()
	if via.Host == "" || !strings.EqualFold(via.ProtocolName, "SIP") || via.ProtocolVersion != "2.0" {
		return bad("Via cannot be read")
	}
	branch, _ := via.Params.Get("branch")
	if !strings.HasPrefix(branch, sipmsg.RFC3261BranchMagicCookie) || len(branch) < len(sipmsg.RFC3261BranchMagicCookie)+1 {
		return bad("Via branch is not unique")
	}
	if len(req.GetHeaders("Via")) > 70 {
		return bad("Too many Via")
	}
	return nil
}

func checkTags(req *sipmsg.Request) *problem {
	from, ok := req.From().Params.Get("tag")
	if !ok || !token(from) {
		return bad("Missing From tag")
	}
	if to, ok := req.To().Params.Get("tag"); ok && !token(to) {
		return bad("To tag cannot be read")
	}
	if len(req.CallID().Value()) > 256 || strings.ContainsAny(req.CallID().Value(), " \t") {
		return bad("Call-ID cannot be read")
	}
	return nil
}

func checkURI(req *sipmsg.Request) *problem {
	uri := req.Recipient
	switch {
	case uri.Scheme != "sip": // sips needs TLS, which is not offered yet
		return &problem{status: 416}
	case uri.Host == "" || strings.ContainsAny(uri.Host, "<>\" "):
		return bad("Request-URI cannot be read")
	case len(uri.Headers) > 0:
		return bad("Headers in the Request-URI") // RFC 3261 section 19.1.1
	case strings.ContainsAny(uri.User, "<>\" "):
		return bad("Request-URI cannot be read")
	}
	return nil
}

// checkRequire refuses every extension, because none is supported that may be
// required (RFC 3261 section 8.2.2.3).
func checkRequire(req *sipmsg.Request) *problem {
	if req.IsAck() || req.IsCancel() {
		return nil
	}
	var wanted []string
	for _, name := range []string{"Require", "Proxy-Require"} {
		for _, h := range req.GetHeaders(name) {
			wanted = append(wanted, h.Value())
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return &problem{status: 420, headers: []sipmsg.Header{sipmsg.NewHeader("Unsupported", strings.Join(wanted, ", "))}}
}

// checkContact wants the one address that a dialog needs (RFC 3261 section
// 8.1.1.8), and none with headers inside.
func checkContact(req *sipmsg.Request) *problem {
	contacts := req.GetHeaders("Contact")
	for _, h := range contacts {
		c, ok := h.(*sipmsg.ContactHeader)
		if !ok || len(c.Address.Headers) > 0 || strings.ContainsAny(c.Address.String(), "<>\" ") {
			return bad("Contact cannot be read")
		}
		if !c.Address.Wildcard && c.Address.Host == "" {
			return bad("Contact cannot be read")
		}
	}
	if !req.IsInvite() {
		return nil
	}
	if len(contacts) != 1 || req.Contact().Address.Wildcard {
		return bad("INVITE needs one Contact")
	}
	if scheme := req.Contact().Address.Scheme; scheme != "sip" {
		return bad("Contact is not a SIP address")
	}
	return nil
}

// checkBody wants nothing or SDP in the requests whose bodies we read.
func checkBody(req *sipmsg.Request) *problem {
	if len(req.Body()) > maxBody {
		return &problem{status: 513}
	}
	if h := req.GetHeader("Content-Encoding"); h != nil && !strings.EqualFold(h.Value(), "identity") {
		return &problem{status: 415, headers: []sipmsg.Header{sipmsg.NewHeader("Accept-Encoding", "identity")}}
	}
	if req.Method != sipmsg.INVITE && req.Method != sipmsg.UPDATE {
		return nil
	}
	if h := req.GetHeader("Accept"); h != nil && !acceptsSDP(req) {
		return &problem{status: 406}
	}
	if len(req.Body()) == 0 {
		return nil
	}
	media := ""
	if ct := req.ContentType(); ct != nil {
		media, _, _ = strings.Cut(ct.Value(), ";")
	}
	if !strings.EqualFold(strings.TrimSpace(media), "application/sdp") {
		return &problem{status: 415, headers: []sipmsg.Header{sipmsg.NewHeader("Accept", "application/sdp")}}
	}
	return nil
}

func acceptsSDP(req *sipmsg.Request) bool {
	for _, h := range req.GetHeaders("Accept") {
		value := strings.ToLower(h.Value())
		if strings.Contains(value, "application/sdp") || strings.Contains(value, "*/*") || strings.Contains(value, "application/*") {
			return true
		}
	}
	return false
}

// validateResponse reads an answer to a request of ours.
func validateResponse(res *sipmsg.Response) error {
	switch {
	case res.SipVersion != "SIP/2.0" || res.StatusCode < 100 || res.StatusCode > 699:
		return errors.New("sip: response: status line cannot be read")
	case res.Via() == nil || res.From() == nil || res.To() == nil || res.CallID() == nil || res.CSeq() == nil:
		return errors.New("sip: response: a mandatory header is missing")
	case !printable(res.Reason):
		return errors.New("sip: response: control characters in the reason")
	}
	if tag, ok := res.To().Params.Get("tag"); ok && !token(tag) {
		return errors.New("sip: response: To tag cannot be read")
	}
	for _, h := range res.Headers() {
		if !printable(h.Value()) || !token(h.Name()) {
			return errors.New("sip: response: control characters in a header")
		}
	}
	return nil
}
