package mail

import (
	"context"
	"slices"
	"sync"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

// silence is for how long nothing more was written to a visitor who has left when
// it is mailed.
const silence = 5 * time.Minute

// Replies gathers what operators write to visitors who have left: one mail for each
// silence of 5 minutes. The mail waits in the database from the first line on, so a
// restart loses none of them; at most what follows comes in a mail of its own.
type Replies struct {
	service *Service
	writer  Writer
	clock   clock.Clock

	mu      sync.Mutex // held while storing: the lines of a session keep their order
	waiting map[routing.SessionID]waitingReply
}

// waitingReply is a mail that waits for more lines.
type waitingReply struct {
	id    routing.MailID
	due   time.Time
	lines []Line
}

// NewReplies makes replies with nothing gathered.
func NewReplies(s *Service, w Writer) *Replies {
	return &Replies{service: s, writer: w, clock: s.opts.Clock, waiting: make(map[routing.SessionID]waitingReply)}
}

// Write adds the lines of r to what will be mailed to a visitor and returns when that
// will be, if nothing more is written. It refuses as Service.Queue does; then nothing
// of r is mailed.
func (rs *Replies) Write(ctx context.Context, r Reply) (due time.Time, err error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	now := rs.clock.Now()
	rs.forgetLocked(now)
	w, gathering := rs.waiting[r.Session]
	if !gathering {
		w.id = routing.NewID[routing.MailID]()
	}
	added := r.Lines
	w.due = now.Add(silence)
	w.lines = slices.Concat(w.lines, added)
	put, err := rs.putLocked(ctx, r, w)
	if err == nil && !put { // somebody has begun to send what was gathered
		w.id, w.lines = routing.NewID[routing.MailID](), added
		_, err = rs.putLocked(ctx, r, w)
	}
	if err != nil {
		return time.Time{}, err
	}
	rs.waiting[r.Session] = w
	return w.due, nil
}

func (rs *Replies) putLocked(ctx context.Context, r Reply, w waitingReply) (put bool, err error) {
	r.Lines = w.lines
	l := rs.writer.Reply(r)
	l.Due = w.due
	return rs.service.Put(ctx, w.id, l)
}

// Read takes back what waits for a visitor who has come again and reads it in the
// chat.
func (rs *Replies) Read(ctx context.Context, session routing.SessionID) error {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	w, gathering := rs.waiting[session]
	if !gathering {
		return nil
	}
	if _, err := rs.service.Drop(ctx, w.id); err != nil {
		return err
	}
	delete(rs.waiting, session)
	return nil
}

// forgetLocked lets go of what is being sent by now.
func (rs *Replies) forgetLocked(now time.Time) {
	for session, w := range rs.waiting {
		if now.After(w.due) {
			delete(rs.waiting, session)
		}
	}
}
