package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/invitation"
	"sufler/routing/people"
)

// invitePath is where the link of an invitation leads: a page of ours.
const invitePath = "/i/"

// Invitation lets a visitor in at the operator who has made it.
type Invitation struct {
	ID            routing.InvitationID `json:"id"`
	Code          string               `json:"code" doc:"As it is said over the phone." example:"4821-0937"`
	Link          string               `json:"link,omitempty" doc:"Only in the answer to the request itself: it is kept nowhere."`
	Once          bool                 `json:"once"`
	Queue         routing.QueueName    `json:"queue"`
	Uses          int                  `json:"uses"`
	CreatedAt     string               `json:"created_at"`
	CodeExpiresAt string               `json:"code_expires_at" doc:"The code can be guessed and lives ten minutes at most."`
	ExpiresAt     string               `json:"expires_at"`
}

func invitationObject(i routing.Invitation) Invitation {
	return Invitation{
		ID: i.ID, Code: invitation.Shown(i.Code), Once: i.Once, Queue: i.Queue, Uses: i.Uses,
		CreatedAt: live.Stamp(i.Created), CodeExpiresAt: live.Stamp(i.CodeExpires), ExpiresAt: live.Stamp(i.Expires),
	}
}

type (
	inviteIn struct {
		Key  string `header:"Idempotency-Key" doc:"The same key gives the same invitation for ten minutes."`
		Body struct {
			Once   bool   `json:"once,omitempty" doc:"One visitor, instead of all who have the code or the link."`
			LifeMS int64  `json:"life_ms,omitempty" minimum:"0" maximum:"1000000000000" doc:"Of the link; 0: ten minutes, at most 30 days."`
			Queue  string `json:"queue,omitempty" maxLength:"80" doc:"Empty: the first one that the operator serves."`
		}
	}
	invitationIn struct {
		ID string `path:"id" maxLength:"64"`
	}
	invitationOut  struct{ Body Invitation }
	invitationsOut struct {
		Body struct {
			Invitations []Invitation `json:"invitations"`
		}
	}
)

func (s *Server) invitationRoutes() {
	route(s, may(people.InvitationMake), "invite", http.MethodPost, "/invitations", "Invite somebody by a code and a link", http.StatusCreated, s.invite)
	route(s, may(people.InvitationMake), "list-invitations", http.MethodGet, "/invitations", "One's own open invitations", http.StatusOK, s.listInvitations)
	route(s, may(people.InvitationMake), "take-back-invitation", http.MethodDelete, "/invitations/{id}", "Take back an invitation of one's own", http.StatusNoContent, s.takeBackInvitation)
}

func (s *Server) invite(ctx context.Context, in *inviteIn) (*invitationOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	if len(in.Key) > 200 {
		return nil, routing.Refuse(routing.Invalid, "key_invalid")
	}
	q, err := s.inviting(o, routing.QueueName(in.Body.Queue))
	if err != nil {
		return nil, err
	}
	made, secret, err := s.opt.Invitations.Invite(ctx, invitation.Wanted{
		By: o.ID, Queue: q, Once: in.Body.Once, Life: time.Duration(in.Body.LifeMS) * time.Millisecond, Key: in.Key,
	})
	if err != nil {
		return nil, err
	}
	out := &invitationOut{Body: invitationObject(made)}
	out.Body.Link = strings.TrimSuffix(s.opt.PublicURL, "/") + invitePath + secret
	return out, nil
}

// inviting is the queue whose rules hold for who is invited: the one that is named, or
// the first of those that the operator serves. It refuses with "queue_unknown".
func (s *Server) inviting(o routing.Operator, name routing.QueueName) (routing.QueueName, error) {
	if name == "" {
		for _, q := range s.opt.Waiting.Queues() {
			if people.Can(o, people.WaitingAccept, s.objectOfQueue(q.Name)) == nil {
				return q.Name, nil
			}
		}
	}
	q, err := s.opt.Waiting.Queue(name)
	return q.Name, err
}

func (s *Server) listInvitations(ctx context.Context, _ *struct{}) (*invitationsOut, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.opt.Invitations.Open(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	out := &invitationsOut{}
	out.Body.Invitations = []Invitation{}
	for _, i := range open {
		out.Body.Invitations = append(out.Body.Invitations, invitationObject(i))
	}
	return out, nil
}

func (s *Server) takeBackInvitation(ctx context.Context, in *invitationIn) (*struct{}, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return nil, err
	}
	return nil, s.opt.Invitations.TakeBack(ctx, routing.InvitationID(in.ID), o.ID)
}
