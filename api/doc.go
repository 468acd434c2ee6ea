// Package api is what browsers and other people's servers see: requests under
// /api/v1, one WebSocket per page, the built pages, and the health of the
// program. protocol.md beside this file is its contract.
//
// It translates and decides nothing: who may do what is asked of routing/people,
// what happens is told to routing/call, routing/queue and routing/callback, and
// every answer is made of values they return. Objects for visitors have a mapping
// of their own (visitor.go), so that nothing of a supervisor can reach one.
package api
