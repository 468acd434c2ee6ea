package sip

import (
	"fmt"
	"net"
	"strings"

	sipmsg "github.com/emiago/sipgo/sip"

	"sufler/routing"
)

var _ routing.Dialler = (*Stack)(nil)

// Dial makes an outgoing leg to a registered phone or through a trunk.
func (s *Stack) Dial(req routing.DialRequest, sink func(routing.Signal)) (routing.Leg, error) {
	inv := invitation{
		leg: req.Leg, class: req.Class, fromName: displayName(req.FromName), ringTimeout: req.RingTimeout, autoAnswer: req.AutoAnswer,
	}
	var err error
	switch {
	case req.To.Phone != "":
		err = s.toPhone(&inv, req)
	case req.To.Number != "":
		err = s.toTrunk(&inv, req)
	default:
		err = routing.Refuse(routing.Invalid, "number_invalid", "number", "")
	}
	if err != nil {
		return nil, err
	}
	return s.start(inv, sink)
}

// toPhone rings every device of a phone.
func (s *Stack) toPhone(inv *invitation, req routing.DialRequest) error {
	ext, err := userName(string(req.To.Phone))
	if err != nil {
		return err
	}
	if s.registrar != nil {
		inv.targets = s.registrar.devices(req.To.Phone)
	}
	if len(inv.targets) == 0 {
		return routing.Refuse(routing.Unavailable, "phone_unregistered", "phone", string(req.To.Phone))
	}
	if inv.fromUser, err = userName(orText(req.FromNumber, "anonymous")); err != nil {
		return err
	}
	inv.person = true
	inv.fromHost = s.localIP(peerIP(inv.targets[0].Addr)).String()
	inv.to = "sip:" + ext + "@" + inv.fromHost
	return nil
}

// toTrunk calls a number through a provider. The number goes out as it stands, in
// E.164 with its plus, and the caller's number is asserted (RFC 3325).
func (s *Stack) toTrunk(inv *invitation, req routing.DialRequest) error {
	t, err := s.trunkFor(req.To.Trunk)
	if err != nil {
		return err
	}
	number, err := userName(req.To.Number)
	if err != nil {
		return err
	}
	from := req.FromNumber
	if !strings.HasPrefix(from, "+") {
		from = orText(t.opt.From, from) // an extension means nothing out there
	}
	if inv.fromUser, err = userName(orText(from, "anonymous")); err != nil {
		return err
	}
	addr, err := t.addr()
	if err != nil {
		return &routing.Error{Kind: routing.Unavailable, Code: "trunk_unknown", Params: map[string]string{"trunk": string(t.opt.Name)}, Err: err}
	}
	transport := transportOf(t.opt.Transport)
	_, port, _ := net.SplitHostPort(addr)
	uri := fmt.Sprintf("sip:%s@%s", number, net.JoinHostPort(t.opt.Host, port))
	inv.targets = []Target{{URI: uri, Transport: transport, Addr: addr}}
	inv.to = uri
	inv.fromHost = s.localIP(peerIP(addr)).String()
	if from != "" {
		inv.identity = fmt.Sprintf("<sip:%s@%s>", inv.fromUser, inv.fromHost)
	}
	inv.credentials = Credentials{User: t.opt.User, Password: t.opt.Password}
	return nil
}

// trunkFor finds a trunk by name; the first one when no name is given.
func (s *Stack) trunkFor(name routing.TrunkName) (*trunk, error) {
	for _, t := range s.trunks {
		if name == "" || t.opt.Name == name {
			return t, nil
		}
	}
	return nil, routing.Refuse(routing.Unavailable, "trunk_unknown", "trunk", string(name))
}

// Call makes an outgoing leg to a target, as an endpoint does.
func (s *Stack) Call(spec CallSpec, sink func(routing.Signal)) (routing.Leg, error) {
	user, err := userName(orText(spec.FromUser, "anonymous"))
	if err != nil {
		return nil, err
	}
	target, err := readTarget(spec.Target)
	if err != nil {
		return nil, err
	}
	inv := invitation{
		leg: spec.Leg, class: spec.Class, targets: []Target{target}, to: target.URI,
		fromName: displayName(spec.FromName), fromUser: user, fromHost: s.localIP(peerIP(target.Addr)).String(),
		credentials: spec.Credentials, ringTimeout: spec.RingTimeout, autoAnswer: spec.AutoAnswer, person: true,
	}
	return s.start(inv, sink)
}

// readTarget checks the URI of a target and says where it is.
func readTarget(t Target) (Target, error) {
	var uri sipmsg.Uri
	if err := sipmsg.ParseUri(t.URI, &uri); err != nil || uri.Scheme != "sip" || uri.Host == "" || !printable(t.URI) {
		return t, routing.Refuse(routing.Invalid, "number_invalid", "number", displayName(t.URI))
	}
	if transport, ok := uri.UriParams.Get("transport"); ok && t.Transport == "" {
		t.Transport = transport
	}
	t.Addr = orText(t.Addr, hostPort(uri))
	return t, nil
}

func (s *Stack) start(inv invitation, sink func(routing.Signal)) (routing.Leg, error) {
	peer := peerIP(inv.targets[0].Addr)
	inv.media = MediaSpec{Class: inv.class, Local: s.localIP(peer), Peer: peer}
	l, err := s.invite(inv, sink)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
