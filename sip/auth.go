package sip

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"sufler/internal/clock"
	"sufler/routing"
)

// nonceLife is how long a nonce may be used; afterwards the phone is told that
// it is stale and takes the next without asking its owner.
const nonceLife = 5 * time.Minute

// nonceStamp is the length of what a nonce says in front of its MAC: a time in
// milliseconds and 64 random bits.
const nonceStamp = 16

// authority checks passwords after RFC 7616 and RFC 8760. Nonces need no memory:
// they are a time, a little chance, and a MAC over both. What is remembered is only which counts of a
// nonce a phone has used that has proved its password.
type authority struct {
	stack    *Stack
	realm    string
	clock    clock.Clock
	accounts Accounts
	// nobody stands for accounts that do not exist: the same work is done for
	// them, and the same answer given.
	nobody routing.Phone

	mu    sync.Mutex
	used  map[string]*counts
	swept time.Time
	said  map[string]time.Time // complaints, by phone and address
}

// counts are the nc values that were seen with one nonce: the highest, and the 64
// below it as bits.
type counts struct {
	highest int
	bits    uint64
	until   time.Time
}

func newAuthority(s *Stack) *authority {
	md, sha := md5.Sum(s.keyed("nobody")), sha256.Sum256(s.keyed("nobody"))
	return &authority{
		stack: s, realm: s.opt.Realm, clock: s.clock, accounts: s.opt.Accounts,
		nobody: routing.Phone{HA1MD5: hex.EncodeToString(md[:]), HA1SHA256: hex.EncodeToString(sha[:])},
		used:   make(map[string]*counts),
		said:   make(map[string]time.Time),
	}
}

// HA1 is what a phone's secret is kept as, H(user:realm:password) for MD5 and
// SHA-256 (RFC 7616 section 3.4.2).
func HA1(user, realm, password string) (md5Hex, sha256Hex string) {
	text := []byte(user + ":" + realm + ":" + password)
	md, sha := md5.Sum(text), sha256.Sum256(text)
	return hex.EncodeToString(md[:]), hex.EncodeToString(sha[:])
}

// oneChallenge lists, by the beginning of their User-Agent in small letters, the
// clients that were seen to give up when any challenge of several is not MD5,
// against RFC 8760 section 2.5: baresip 1.0.0 reads all and fails on the first it
// does not know, SIPp 3.6.1 reads the first alone and sends no User-Agent.
var oneChallenge = []string{"baresip v0.", "baresip v1.", "sipp"}

// algorithms are those to challenge a client with, the stronger first
// (RFC 8760 section 2.4).
func algorithms(req *sipmsg.Request) []string {
	h := req.GetHeader("User-Agent")
	if h == nil {
		return []string{"MD5"}
	}
	agent := strings.ToLower(h.Value())
	if slices.ContainsFunc(oneChallenge, func(prefix string) bool { return strings.HasPrefix(agent, prefix) }) {
		return []string{"MD5"}
	}
	return []string{"SHA-256", "MD5"}
}

// challenges are the headers of a 401.
func (a *authority) challenges(req *sipmsg.Request, stale bool) []sipmsg.Header {
	nonce := a.nonce(a.clock.Now())
	headers := make([]sipmsg.Header, 0, 2)
	for _, algorithm := range algorithms(req) {
		c := digest.Challenge{Realm: a.realm, Nonce: nonce, Algorithm: algorithm, QOP: []string{"auth"}, Stale: stale}
		headers = append(headers, sipmsg.NewHeader("WWW-Authenticate", c.String()))
	}
	return headers
}

func (a *authority) nonce(at time.Time) string {
	var stamp [nonceStamp]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(at.UnixMilli()))
	_, _ = rand.Read(stamp[8:]) // two phones asked in one moment count for themselves
	mac := a.stack.keyed("nonce", string(stamp[:]))
	return base64.RawURLEncoding.EncodeToString(append(stamp[:], mac[:16]...))
}

// fresh says whether a nonce is of our making, and whether it is still good.
func (a *authority) fresh(nonce string) (made, good bool) {
	raw, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(raw) != nonceStamp+16 || !hmac.Equal(raw[nonceStamp:], a.stack.keyed("nonce", string(raw[:nonceStamp]))[:16]) {
		return false, false
	}
	age := a.clock.Now().Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(raw[:8]))))
	return true, age > -time.Minute && age < nonceLife // a clock may be set back a little
}

// carriesCredentials says that a request brings a password at all.
func carriesCredentials(req *sipmsg.Request) bool {
	return req.GetHeader("Authorization") != nil || req.GetHeader("Proxy-Authorization") != nil
}

// identify returns whose password a request proves. When it proves none, the
// second result is the answer to give, the same for an unknown phone and for a
// wrong password.
func (a *authority) identify(req *sipmsg.Request) (routing.Extension, *sipmsg.Response) {
	cred := a.credentials(req)
	if cred == nil {
		return "", a.stack.response(req, 401, "", a.challenges(req, false)...)
	}
	made, good := a.fresh(cred.Nonce)
	if !a.proves(cred, string(req.Method)) {
		a.complain(shorten(displayName(cred.Username), 64), req)
		return "", a.stack.response(req, 401, "", a.challenges(req, false)...)
	}
	if !made || !good || !a.count(cred.Nonce, cred.Nc) {
		// The password is right and the nonce is not: no need to ask a person.
		return "", a.stack.response(req, 401, "", a.challenges(req, true)...)
	}
	return routing.Extension(cred.Username), nil
}

// maxComplaints bounds what is remembered of who guesses passwords.
const maxComplaints = 1000

// complain says in the log that somebody did not know a password, at most once
// every ten seconds for the same phone at the same address.
func (a *authority) complain(phone string, req *sipmsg.Request) {
	now, ip := a.clock.Now(), peerIP(req.Source()).String()
	a.mu.Lock()
	last, ok := a.said[phone+" "+ip]
	recent := ok && now.Sub(last) < 10*time.Second
	if !recent {
		if len(a.said) >= maxComplaints {
			clear(a.said)
		}
		a.said[phone+" "+ip] = now
	}
	a.mu.Unlock()
	if recent {
		return
	}
	log := a.stack.log
	if hint := a.stack.opt.PasswordHint; hint != "" {
		log = log.With(slog.String("hint", hint))
	}
	log.Warn("wrong password or unknown phone",
		slog.String("phone", phone), slog.String("address", req.Source()), slog.String("method", string(req.Method)))
}

// credentials picks the header that is meant for our realm.
func (a *authority) credentials(req *sipmsg.Request) *digest.Credentials {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, h := range req.GetHeaders(name) {
			cred, err := digest.ParseCredentials(h.Value())
			if err == nil && cred.Realm == a.realm && cred.QOP == "auth" && cred.Nc > 0 {
				return cred
			}
		}
	}
	return nil
}

func (a *authority) proves(cred *digest.Credentials, method string) bool {
	phone, known := a.accounts(routing.Extension(cred.Username))
	if !known {
		phone = a.nobody
	}
	ha1, algorithm := phone.HA1MD5, "MD5"
	if strings.EqualFold(cred.Algorithm, "SHA-256") {
		ha1, algorithm = phone.HA1SHA256, "SHA-256"
	}
	want, err := digest.Digest(
		&digest.Challenge{Realm: a.realm, Nonce: cred.Nonce, Algorithm: algorithm, QOP: []string{"auth"}},
		digest.Options{Method: method, URI: cred.URI, A1: ha1, Count: cred.Nc, Cnonce: cred.Cnonce, Username: cred.Username})
	if err != nil {
		return false
	}
	same := subtle.ConstantTimeCompare([]byte(want.Response), []byte(strings.ToLower(cred.Response))) == 1
	return same && known && ha1 != ""
}

// count takes a nonce count once; parallel requests may come in any order.
func (a *authority) count(nonce string, nc int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sweepLocked()
	c, ok := a.used[nonce]
	if !ok {
		c = &counts{until: a.clock.Now().Add(nonceLife + time.Minute)}
		a.used[nonce] = c
	}
	return c.take(nc)
}

func (c *counts) take(nc int) bool {
	if nc > c.highest {
		if shift := nc - c.highest; shift < 64 {
			c.bits <<= shift
		} else {
			c.bits = 0
		}
		c.highest = nc
		c.bits |= 1
		return true
	}
	back := c.highest - nc
	if back >= 64 || c.bits&(1<<back) != 0 {
		return false
	}
	c.bits |= 1 << back
	return true
}

func (a *authority) sweepLocked() {
	now := a.clock.Now()
	if now.Sub(a.swept) < time.Minute {
		return
	}
	a.swept = now
	for nonce, c := range a.used {
		if now.After(c.until) {
			delete(a.used, nonce)
		}
	}
}

// authorized answers a challenge: the same request again, counted on, with
// credentials. The second result is false when there is nothing to answer with,
// or the same was answered before.
func authorized(req *sipmsg.Request, res *sipmsg.Response, c Credentials) (*sipmsg.Request, bool) {
	challenge, answer := "WWW-Authenticate", "Authorization"
	switch {
	case c.User == "":
		return nil, false
	case res.StatusCode == sipmsg.StatusProxyAuthRequired:
		challenge, answer = "Proxy-Authenticate", "Proxy-Authorization"
	case res.StatusCode != sipmsg.StatusUnauthorized:
		return nil, false
	}
	for _, h := range res.GetHeaders(challenge) {
		chal, err := digest.ParseChallenge(h.Value())
		if err != nil || !digest.CanDigest(chal) || req.GetHeader(answer) != nil && !chal.Stale {
			continue
		}
		cred, err := digest.Digest(chal, digest.Options{Method: string(req.Method), URI: req.Recipient.String(), Username: c.User, Password: c.Password})
		if err != nil {
			continue
		}
		again := req.Clone()
		again.RemoveHeader(answer)
		again.AppendHeader(sipmsg.NewHeader(answer, cred.String()))
		again.CSeq().SeqNo++
		return again, true
	}
	return nil, false
}
