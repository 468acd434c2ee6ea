package sip

import (
	"log/slog"
	"net/netip"
	"time"

	"sufler/internal/clock"
	"sufler/mixer"
	"sufler/routing"
)

// Options are what a Stack needs. The zero value of each field is its default;
// Media is the only one that must be set.
type Options struct {
	// UDP and TCP are listen addresses, "127.0.0.1:5060"; port 0 takes a free
	// one, empty means none.
	UDP, TCP string
	// External is the address that peers outside see; unset, it is the one
	// that the route to the peer leaves from.
	External netip.Addr
	// UserAgent is sent in User-Agent and Server.
	UserAgent string
	// Realm is the digest realm that HA1 values of Accounts belong to.
	Realm string
	// Timers of our own; zero fields take their defaults.
	Timers Timers

	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *Metrics

	// Media opens the sound of legs.
	Media MediaMaker
	// Receiver takes incoming calls; nil refuses them.
	Receiver routing.Receiver

	// Accounts are the phones that may register; nil means no registrar.
	Accounts Accounts
	// PasswordHint is added to the warning of a wrong password: where the right one is.
	PasswordHint string
	// Phones is told of every phone that registers or goes, one at a time and
	// in order; it must not block.
	Phones func(PhoneState)
	// MinExpires and MaxExpires bound how long a registration holds
	// (RFC 3261 section 10.3); 60 s and 1 h when zero.
	MinExpires, MaxExpires time.Duration

	// Trunks are the providers' lines.
	Trunks []TrunkOptions

	// Trace is told of every datagram that the UDP listener takes and sends, from
	// several goroutines; it must not block. TCP is not traced.
	Trace func(Traced)

	// Open takes calls from anybody without asking for a password: the Stack is
	// an endpoint, a telephone or a test network, not a switchboard.
	Open bool
}

// Accounts finds the account of a phone; the second result is false when there
// is none. It is called for every request that carries credentials and must
// answer from memory.
type Accounts func(routing.Extension) (routing.Phone, bool)

// PhoneState is what is known of one phone, as GET /api/v1/phones shows it.
type PhoneState struct {
	Extension  routing.Extension
	Registered bool
	UserAgent  string    // of the newest contact, or of the last one that went
	Address    string    // where it was seen, "192.0.2.7:5060"
	Contacts   int       // how many devices are registered
	Since      time.Time // of the last change of Registered
}

// TrunkOptions describe one provider's line.
type TrunkOptions struct {
	Name routing.TrunkName
	// Host is an address or a name, Port 5060 when zero.
	Host string
	Port int
	// Transport is "udp" (the default) or "tcp".
	Transport string
	// User and Password answer a digest challenge of the provider; empty: none.
	User, Password string
	// From is the number shown when a call brings none, E.164.
	From string
	// Ping is the time between two OPTIONS; 30 s when zero, negative: never.
	Ping time.Duration
}

// TrunkState says in words how a trunk is, as GET /api/v1/trunks shows it.
type TrunkState struct {
	Name  routing.TrunkName
	State string // "unknown", "up", "down"
	Text  string // "answers OPTIONS with 200 OK", "no answer from 192.0.2.1:5060"
	Since time.Time
}

// Target is one place that an INVITE or a REGISTER is sent to.
type Target struct {
	// URI is the Request-URI, "sip:+420777000001@192.0.2.1:5060".
	URI string
	// Transport is "udp" (the default) or "tcp".
	Transport string
	// Addr is where the packet goes, "192.0.2.1:5060"; empty: the URI's host.
	Addr string
}

// Credentials answer a digest challenge.
type Credentials struct{ User, Password string }

// CallSpec is an outgoing call as an endpoint makes it; a switchboard uses Dial.
type CallSpec struct {
	Leg    routing.LegID
	Target Target
	Class  mixer.Class
	// FromName and FromUser are what the other phone shows; what cannot stand in
	// a header is taken out of the name and refused in the user.
	FromName, FromUser string
	Credentials        Credentials
	RingTimeout        time.Duration // 0: until the far end gives up
	AutoAnswer         bool
}

// RegisterSpec keeps one of our own addresses registered somewhere.
type RegisterSpec struct {
	Registrar Target // URI "sip:192.0.2.1:5060"
	// User is the user part of the address of record.
	User        string
	Credentials Credentials
	Expires     time.Duration // asked for; 5 min when zero
	// Q is how gladly this contact takes calls among others of the same user,
	// 0.001 to 1 (RFC 3261 section 10.2.1.2); 0: not said.
	Q float64
	// Changed is told of every change, in order; it must not block.
	Changed func(RegistrationState)
}

// RegistrationState is how a registration of ours stands.
type RegistrationState struct {
	Registered bool
	Text       string // "200 OK", "403 Forbidden", "no answer"
	Status     int    // SIP status; 0 when nothing answered
}
