package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"sufler/routing"
	"sufler/routing/people"
)

// right is who may use a route at all. It is told by the description, and checked
// before anything of the request is read; what object is reached, the handler asks.
type right struct {
	who    string        // "anybody", "visitor", "demo", "staff" or an action
	staff  bool          // a login of the desk is needed
	action people.Action // of staff; empty: whoever is logged in
}

var (
	// anybody needs no token: what everybody may read, and how one comes in.
	anybody = right{who: "anybody"}
	// holder is who has the token of what is asked for; the part behind knows it.
	holder = right{who: "visitor"}
	// staff is whoever is logged in to the desk, about themselves.
	staff = right{who: "staff", staff: true}
	// guest is whoever reaches the demo; outside it there are no such routes.
	guest = right{who: "demo"}
)

// may is who is logged in to the desk and may do an action to at least something.
func may(action people.Action) right { return right{who: string(action), staff: true, action: action} }

// describe writes into a description who may.
func (r right) describe(op *huma.Operation) {
	op.Extensions = map[string]any{"x-sufler-may": r.who}
	switch {
	case r.staff:
		op.Security = []map[string][]string{{"desk": {}}}
	case r == holder:
		op.Security = []map[string][]string{{"visitor": {}}}
	default:
		op.Security = []map[string][]string{}
	}
}

// schemes are the ways to say who one is, as the description names them.
func schemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"desk":    {Type: "apiKey", In: "cookie", Name: "__Host-sufler", Description: "A login of the desk; the name is sufler without https."},
		"visitor": {Type: "http", Scheme: "bearer", Description: "The token of a visitor, or of what a visitor has asked for."},
	}
}

// admit lets only those in who may.
func (s *Server) admit(r right) huma.Middlewares {
	if !r.staff {
		return nil
	}
	return huma.Middlewares{func(hctx huma.Context, next func(huma.Context)) {
		request, w := humachi.Unwrap(hctx)
		o, err := s.operatorOf(hctx.Context(), s.deskToken(request))
		if err == nil && r.action != "" && people.Reach(o, r.action) == "" {
			err = routing.Refuse(routing.Forbidden, "not_allowed")
		}
		if err != nil {
			s.writeProblem(w, request, err)
			return
		}
		next(huma.WithValue(hctx, operatorKey, o))
	}}
}

// admitted is who was let in, if the route is one of staff.
func admitted(ctx context.Context) (routing.Operator, bool) {
	o, ok := ctx.Value(operatorKey).(routing.Operator)
	return o, ok
}
