package session

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
)

// This file is what staff writes about a session and its visitor; the visitor is
// told none of it.

// longestTag is how many letters a tag may have, and mostTags how many a session.
const (
	longestTag = 60
	mostTags   = 30
)

// Note writes a note and returns it as staff reads it. It refuses with
// "session_unknown", also when the session was closed long ago, "request_invalid"
// (at), "text_too_long" and "store_unavailable".
func (s *Service) Note(ctx context.Context, id routing.SessionID, by routing.OperatorID, text string) (Told, error) {
	if err := readable(text); err != nil {
		return Told{}, err
	}
	fact := NoteWritten{ID: routing.NewID[routing.FactID](), Text: text}
	result := make(chan answered, 1)
	err := s.do(ctx, func() error {
		v, err := s.find(id)
		if err != nil {
			return err
		}
		if err := v.commit(fact.ID, string(by), routing.StaffOnly, fact, result); err != nil {
			return err
		}
		v.row.Notes = append(slices.Clone(v.row.Notes), text)
		v.save()
		return nil
	})
	if err != nil {
		return Told{}, err
	}
	select {
	case a := <-result:
		if a.err != nil {
			return Told{}, unavailable(a.err)
		}
	case <-ctx.Done():
		return Told{}, unavailable(ctx.Err())
	}
	var told Told
	err = s.do(ctx, func() error {
		if v := s.visits[id]; v != nil {
			if e, known := v.ledger.find(fact.ID); known {
				told = v.ledger.told(Staff, e)
			}
		}
		return nil
	})
	return told, err
}

// Tag puts a tag on a session or, with on unset, takes it off. What is so already
// changes nothing. It refuses with "session_unknown" and "request_invalid" (at).
func (s *Service) Tag(ctx context.Context, id routing.SessionID, by routing.OperatorID, tag string, on bool) error {
	tag = strings.Join(strings.Fields(oneLine(tag)), " ")
	if tag == "" || utf8.RuneCountInString(tag) > longestTag {
		return routing.Refuse(routing.Invalid, "request_invalid", "at", "tag")
	}
	return s.do(ctx, func() error {
		v, err := s.find(id)
		if err != nil {
			return err
		}
		i := slices.Index(v.row.Tags, tag)
		switch {
		case on && i < 0 && len(v.row.Tags) >= mostTags:
			return routing.Refuse(routing.Invalid, "request_invalid", "at", "tag")
		case on && i < 0:
			v.row.Tags = append(slices.Clone(v.row.Tags), tag)
			v.fact(string(by), routing.StaffOnly, TagAdded{Tag: tag})
		case !on && i >= 0:
			v.row.Tags = slices.Delete(slices.Clone(v.row.Tags), i, i+1)
			v.fact(string(by), routing.StaffOnly, TagRemoved{Tag: tag})
		default:
			return nil
		}
		v.changed()
		return nil
	})
}

// Contact is what somebody is called and where they are reached; nil stays.
type Contact struct{ Name, Phone, Email *string }

// Rename changes what a session knows of its visitor. by is an OperatorID. It
// refuses with "session_unknown" and "request_invalid" (at).
func (s *Service) Rename(ctx context.Context, id routing.SessionID, by routing.OperatorID, c Contact) (View, error) {
	return s.view(ctx, func() (*visit, error) {
		v, err := s.find(id)
		if err != nil {
			return nil, err
		}
		return v, v.rename(string(by), c)
	})
}

// Introduced says what a visitor is called and where they are reached now: it holds
// for what they have open.
func (s *Service) Introduced(visitor routing.VisitorID, c Contact) {
	s.ofOpen(visitor, func(v *visit) {
		if err := v.rename(string(visitor), c); err != nil {
			v.log.Warn("visitor's name not taken", slog.Any("err", err))
		}
	})
}

func (v *visit) rename(by string, c Contact) error {
	was := [...]string{v.row.Name, v.row.Phone, v.row.Email}
	if c.Name != nil {
		name, err := callername.Tidy(*c.Name)
		if err != nil {
			return err
		}
		v.row.Name = name
	}
	if c.Phone != nil {
		v.row.Phone = oneLine(*c.Phone)
	}
	if c.Email != nil {
		v.row.Email = oneLine(*c.Email)
	}
	if was != [...]string{v.row.Name, v.row.Phone, v.row.Email} {
		v.fact(by, routing.StaffOnly, VisitorChanged{Name: v.row.Name, Phone: v.row.Phone, Email: v.row.Email})
		v.changed()
	}
	return nil
}

// SawPage says that a visitor came to a page at a time: it is written down in what
// they have open.
func (s *Service) SawPage(visitor routing.VisitorID, url, title string, at time.Time) {
	s.ofOpen(visitor, func(v *visit) {
		v.fact(string(visitor), routing.StaffOnly, PageSeen{URL: oneLine(url), Title: oneLine(title), At: at.UTC().Truncate(time.Millisecond)})
	})
}

// SetParameters says what a page has told of its visitor.
func (s *Service) SetParameters(visitor routing.VisitorID, set map[string]string) {
	set = maps.Clone(set)
	s.ofOpen(visitor, func(v *visit) {
		params := maps.Clone(v.row.Params)
		if params == nil {
			params = make(map[string]string, len(set))
		}
		for _, name := range slices.Sorted(maps.Keys(set)) {
			if old, known := params[name]; !known || old != set[name] {
				params[name] = set[name]
				v.fact(string(visitor), routing.StaffOnly, ParameterSet{Name: name, Value: set[name]})
			}
		}
		if !maps.Equal(params, v.row.Params) {
			v.row.Params = params
			v.changed()
		}
	})
}

func (s *Service) ofOpen(visitor routing.VisitorID, do func(*visit)) {
	s.own.Send(func() {
		for _, v := range s.visits {
			if v.row.Visitor == visitor && v.row.Ended.IsZero() {
				do(v)
			}
		}
	})
}
