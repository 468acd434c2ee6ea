package session

import (
	"context"
	"unicode/utf8"

	"sufler/routing"
)

// This file is what is being written. None of it is ever stored.

// Draft has what a visitor is writing in the session that they have open; empty:
// nothing. Nothing happens where the widget does not show it, or when it is too long.
func (s *Service) Draft(ctx context.Context, visitor routing.VisitorID, text string) error {
	return s.do(ctx, func() error {
		v := s.chats[visitor]
		if v == nil || !v.row.Ended.IsZero() {
			return nil
		}
		v.contact()
		if s.opts.Drafts(v.row.Widget) && utf8.ValidString(text) && utf8.RuneCountInString(text) <= longestText {
			v.setDraft(text)
		}
		return nil
	})
}

func (v *visit) setDraft(text string) {
	if v.draft != text {
		v.draft = text
		v.s.watchers.Tell(Drafted{View: v.view(), Text: text})
	}
}

// Typing says whether the operator who has a session is writing. It refuses with
// "session_unknown" and "session_not_yours".
func (s *Service) Typing(ctx context.Context, id routing.SessionID, by routing.OperatorID, on bool) error {
	return s.do(ctx, func() error {
		v, err := s.mine(id, by)
		if err == nil {
			v.setTyping(on && v.row.State == active)
		}
		return err
	})
}

func (v *visit) setTyping(on bool) {
	if v.typing != on {
		v.typing = on
		v.s.watchers.Tell(Typed{View: v.view(), On: on})
	}
}
