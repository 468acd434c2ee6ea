package sip

import (
	"slices"

	sipmsg "github.com/emiago/sipgo/sip"
)

// flow is the path to a peer: where its last packet came from and over what.
// Requests within a dialog go out by it, because an address written inside a
// message may lie behind a NAT or belong to a connection we cannot open.
type flow struct {
	transport string // "UDP" or "TCP"
	addr      string // the peer, "192.0.2.7:5060"
}

// dialog is RFC 3261 section 12 as a value: who talks to whom, by which route,
// and how far both have counted. It sends nothing and knows no time.
type dialog struct {
	callID    string
	local     sipmsg.FromHeader // us, with our tag
	remote    sipmsg.ToHeader   // the peer, with its tag
	contact   *sipmsg.ContactHeader
	target    sipmsg.Uri // the peer's contact, refreshed
	routes    []sipmsg.Uri
	localSeq  uint32
	remoteSeq uint32
	flow      flow
	pinned    bool // requests go to flow, whatever target and routes say
	early     bool // no 2xx yet
}

// dialogOfResponse is the caller's side: made by a provisional or final response
// with a To tag (RFC 3261 section 12.1.2).
func dialogOfResponse(invite *sipmsg.Request, res *sipmsg.Response, path flow) *dialog {
	d := &dialog{
		callID:   invite.CallID().Value(),
		local:    *cloneFrom(invite.From()),
		remote:   *cloneTo(res.To()),
		contact:  invite.Contact(),
		localSeq: invite.CSeq().SeqNo,
		target:   *invite.Recipient.Clone(),
		flow:     path,
		early:    res.StatusCode < 200,
	}
	d.refresh(res.Contact(), path)
	for _, uri := range recordRoutes(res) {
		d.routes = slices.Insert(d.routes, 0, uri)
	}
	return d
}

// dialogOfRequest is the called side: made by our own answer with the tag that
// the request's To carries by then (RFC 3261 section 12.1.1).
func dialogOfRequest(invite *sipmsg.Request, contact *sipmsg.ContactHeader, path flow) *dialog {
	local, remote := invite.To().AsFrom(), invite.From().AsTo()
	d := &dialog{
		callID:    invite.CallID().Value(),
		local:     local,
		remote:    remote,
		contact:   contact,
		remoteSeq: invite.CSeq().SeqNo,
		routes:    recordRoutes(invite),
		early:     true,
	}
	d.refresh(invite.Contact(), path)
	return d
}

func recordRoutes(msg sipmsg.Message) []sipmsg.Uri {
	var routes []sipmsg.Uri
	for _, h := range msg.GetHeaders("record-route") {
		if rr, ok := h.(*sipmsg.RecordRouteHeader); ok {
			routes = append(routes, *rr.Address.Clone())
		}
	}
	return routes
}

// refresh takes a new remote target and the path that it came by
// (RFC 3261 section 12.2.1.2; the route set never changes).
func (d *dialog) refresh(contact *sipmsg.ContactHeader, path flow) {
	if contact != nil && !contact.Address.Wildcard && contact.Address.Host != "" {
		d.target = *contact.Address.Clone()
	}
	d.flow = path
}

// remoteTag names the far end.
func (d *dialog) remoteTag() string { return d.remote.Params.GetOr("tag", "") }

// next counts and builds the next request of the dialog.
func (d *dialog) next(method sipmsg.RequestMethod) *sipmsg.Request {
	d.localSeq++
	return d.request(method, d.localSeq)
}

// ack builds the ACK of a 2xx; it carries the number of its INVITE
// (RFC 3261 section 13.2.2.4) and is a transaction of its own.
func (d *dialog) ack(seq uint32) *sipmsg.Request {
	return d.request(sipmsg.ACK, seq)
}

// request builds a request after RFC 3261 section 12.2.1.1.
func (d *dialog) request(method sipmsg.RequestMethod, seq uint32) *sipmsg.Request {
	uri, routes := d.target, d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router wants itself as the Request-URI and the target last.
		uri = routes[0]
		routes = append(slices.Clone(routes[1:]), d.target)
	}
	req := sipmsg.NewRequest(method, *uri.Clone())
	req.Recipient.Headers = nil
	for _, route := range routes {
		req.AppendHeader(&sipmsg.RouteHeader{Address: *route.Clone()})
	}
	req.AppendHeader(cloneFrom(&d.local))
	req.AppendHeader(cloneTo(&d.remote))
	callID := sipmsg.CallIDHeader(d.callID)
	req.AppendHeader(&callID)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: seq, MethodName: method})
	if method != sipmsg.BYE && d.contact != nil {
		req.AppendHeader(d.contact.Clone())
	}
	req.SetTransport(d.flow.transport)
	req.SetDestination(d.nextHop())
	return req
}

// nextHop is where the packet goes. A phone is always reached by the path its
// own packets came by; a carrier is believed where it names another of its
// machines in Record-Route or Contact, unless that address cannot be reached
// from here.
func (d *dialog) nextHop() string {
	if d.pinned || d.flow.transport != "UDP" {
		return d.flow.addr
	}
	hop := d.target
	if len(d.routes) > 0 {
		hop = d.routes[0]
	}
	if addr, ok := reachable(hop, d.flow.addr); ok {
		return addr
	}
	return d.flow.addr
}

// order judges the number of a request of the peer (RFC 3261 section 12.2.2).
// Retransmissions never come this far; two requests sent at the same time may,
// in either order, because each is handled by a goroutine of its own. So only an
// offer that is older than one already answered is refused.
func (d *dialog) order(req *sipmsg.Request) bool {
	seq := req.CSeq().SeqNo
	if seq < d.remoteSeq && (req.IsInvite() || req.Method == sipmsg.UPDATE) {
		return false
	}
	d.remoteSeq = max(d.remoteSeq, seq)
	return true
}

func cloneFrom(h *sipmsg.FromHeader) *sipmsg.FromHeader {
	return &sipmsg.FromHeader{DisplayName: h.DisplayName, Address: *h.Address.Clone(), Params: h.Params.Clone()}
}

func cloneTo(h *sipmsg.ToHeader) *sipmsg.ToHeader {
	return &sipmsg.ToHeader{DisplayName: h.DisplayName, Address: *h.Address.Clone(), Params: h.Params.Clone()}
}
