package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/offline"
)

// Offline is what *offline.Service does.
type Offline interface {
	Leave(context.Context, offline.Message) (routing.OfflineID, error)
}

type (
	leaveIn struct {
		ID   string `path:"id" maxLength:"60"`
		Key  string `header:"Idempotency-Key" doc:"The same key from the same sender gives the same message."`
		Body struct {
			Name     string `json:"name,omitempty" maxLength:"200"`
			Email    string `json:"email,omitempty" maxLength:"254" doc:"One of the two is needed."`
			Phone    string `json:"phone,omitempty" maxLength:"80"`
			Text     string `json:"text" maxLength:"4000"`
			Page     string `json:"page,omitempty" maxLength:"2000" doc:"The address of the page."`
			Language string `json:"language,omitempty" maxLength:"35"`
			Browser  string `json:"browser,omitempty" maxLength:"200" doc:"The visitor's random token; limits count by it."`
			Consent  bool   `json:"consent,omitempty" doc:"They agree that it is kept; needed where the widget asks."`
		}
	}
	leaveOut struct {
		Body struct {
			ID routing.OfflineID `json:"id"`
		}
	}
)

func (s *Server) offlineRoutes() {
	route(s, anybody, "leave-message", http.MethodPost, "/widgets/{id}/messages", "Leave a message while nobody is there", http.StatusAccepted, s.leaveMessage)
}

func (s *Server) leaveMessage(ctx context.Context, in *leaveIn) (*leaveOut, error) {
	r := requestOf(ctx)
	w, err := s.carried(r, routing.WidgetID(in.ID))
	if err != nil {
		return nil, err
	}
	origin, err := s.visitor(r, in.Body.Browser)
	if err != nil {
		return nil, err
	}
	if len(in.Key) > 200 {
		return nil, routing.Refuse(routing.Invalid, "key_invalid")
	}
	if !s.messages.take(s.address(r)) {
		return nil, routing.Refuse(routing.Limited, "offline_too_often")
	}
	out := &leaveOut{}
	v, err := s.opt.Visitors.ByToken(ctx, in.Body.Browser)
	switch {
	case routing.KindOf(err) == routing.NotFound: // who was never seen may write as well
	case err != nil:
		return nil, err
	case s.opt.Visitors.Banned(v.ID): // is told what everybody else is
		out.Body.ID = routing.NewID[routing.OfflineID]()
		return out, nil
	}
	q, _ := s.opt.Waiting.Queue(w.Channels.Chat.Queue) // without a queue it is for owners
	out.Body.ID, err = s.opt.Offline.Leave(ctx, offline.Message{
		Widget: w.ID, Queue: q.Name, Visitor: v.ID, Name: in.Body.Name, Email: in.Body.Email, Phone: in.Body.Phone, Text: in.Body.Text, Page: in.Body.Page,
		Language: pickLanguage(in.Body.Language, r.Header.Get("Accept-Language")), Consent: in.Body.Consent, Origin: origin, Key: in.Key,
		AsksConsent: w.Consent.Ask, Mailbox: w.OfflineMail, ReadIn: w.Language, Company: w.Company,
	})
	return out, err
}
