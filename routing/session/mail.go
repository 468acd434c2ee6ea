package session

import "time"

// This file is what is mailed to visitors: what was said while they were not here, and
// the whole conversation at its end. What staff alone may read is in neither.

// mailPause is how long after the last message to somebody who is not here it is
// mailed, with those before it, unless they come back.
const mailPause = 5 * time.Minute

// Line is something that was said, and when.
type Line struct {
	Said
	At time.Time
}

// unread keeps what was said to somebody who is not here.
func (v *visit) unread(said Said) {
	if !v.left.IsZero() && v.row.Email != "" && v.s.opts.Answer != nil {
		v.unmailed = append(v.unmailed, Line{said, v.s.now()})
	}
}

// mailAfter is when something was said last that is to be mailed; zero: nothing is.
func (v *visit) mailAfter() time.Time {
	if len(v.unmailed) == 0 {
		return time.Time{}
	}
	return v.unmailed[len(v.unmailed)-1].At
}

// mailUnread mails what was said to somebody who is not here.
func (v *visit) mailUnread() {
	lines := v.unmailed
	v.unmailed = nil
	if len(lines) > 0 && v.row.Email != "" {
		v.s.opts.Answer(v.row, lines)
	}
}

// mailTranscript mails what was said, and tells whether there is where to.
func (v *visit) mailTranscript() bool {
	if v.row.Email == "" || v.s.opts.Transcript == nil {
		return false
	}
	return v.s.opts.Transcript(v.row, v.ledger.lines())
}
