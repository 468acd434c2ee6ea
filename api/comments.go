package api

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"unicode/utf8"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/routing/records"
)

// maxComment is in characters.
const maxComment = 4000

type (
	commentIn struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Text string `json:"text"`
		}
	}
	commentOut struct {
		Body struct {
			SavedAt string `json:"saved_at"`
		}
	}
)

func (s *Server) commentRoutes() {
	route(s, may(people.CommentWrite), "put-comment", http.MethodPut, "/calls/{id}/comment", "Write one's comment on a call", http.StatusOK, s.putComment)
}

// putComment keeps one comment of each supervisor on a call; it may be written
// during the call and after it.
func (s *Server) putComment(ctx context.Context, in *commentIn) (*commentOut, error) {
	o, row, err := s.rowWho(ctx, routing.CallID(in.ID), people.CommentWrite)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(in.Body.Text) > maxComment {
		return nil, routing.Refuse(routing.Invalid, "comment_too_long", "limit", strconv.Itoa(maxComment))
	}
	comment, err := s.commentOf(ctx, o.ID, row.ID)
	if err != nil {
		return nil, err
	}
	comment.Text, comment.Changed = in.Body.Text, s.opt.Clock.Now()
	if err := s.opt.Records.PutComment(ctx, comment); err != nil {
		return nil, err
	}
	out := &commentOut{}
	out.Body.SavedAt = live.Stamp(comment.Changed)
	return out, nil
}

// commentOf is what somebody wrote about a call, or a new empty comment.
func (s *Server) commentOf(ctx context.Context, by routing.OperatorID, id routing.CallID) (routing.Comment, error) {
	comments, err := s.opt.Records.Comments(ctx, id)
	if err != nil {
		return routing.Comment{}, err
	}
	for _, c := range comments {
		if c.By == by {
			return c, nil
		}
	}
	return routing.Comment{ID: routing.NewID[routing.CommentID](), Call: id, By: by}, nil
}

// ownComment is the text of one's own comment. A call is shown without it when the
// database does not answer.
func (s *Server) ownComment(ctx context.Context, o routing.Operator, id routing.CallID) string {
	if !s.seesSupervision(o) {
		return ""
	}
	c, err := s.commentOf(ctx, o.ID, id)
	if err != nil {
		s.opt.Log.Warn("comment not read", slog.String("call", string(id)), slog.Any("err", err))
	}
	return c.Text
}

// rowWho finds a call for somebody who wants to do something about its record:
// while it runs in the exchange, afterwards in the store.
func (s *Server) rowWho(ctx context.Context, id routing.CallID, action people.Action) (routing.Operator, routing.CallRow, error) {
	o, err := s.operator(ctx)
	if err != nil {
		return o, routing.CallRow{}, err
	}
	row, err := s.row(ctx, id)
	if err != nil {
		return o, row, err
	}
	object := s.objectOfRow(row)
	if people.Can(o, people.RecordRead, object) != nil {
		return o, row, routing.Refuse(routing.NotFound, "record_unknown")
	}
	return o, row, people.Can(o, action, object)
}

func (s *Server) row(ctx context.Context, id routing.CallID) (routing.CallRow, error) {
	if c, err := s.opt.Calls.Find(id); err == nil {
		return records.RowOf(c.Snapshot()), nil
	}
	row, err := s.opt.Records.Call(ctx, id)
	if isRefusal(err, "call_unknown") {
		err = routing.Refuse(routing.NotFound, "record_unknown")
	}
	return row, err
}
