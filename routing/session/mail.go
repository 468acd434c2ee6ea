package session

import "time"

// This file is what is mailed to visitors: what was said while they were not here,
// and the whole conversation at its end. What staff alone may read is in neither.

// mailPause is how long after the last message to somebody who is not here it is
// mailed, unless they come back before.
const mailPause = 5 * time.Minute

// toMail keeps what was said to somebody who is not here.
func (v *visit) toMail(text string) {
	if !v.left.IsZero() && v.row.Email != "" && v.s.opts.Answer != nil {
		v.unmailed = append(v.unmailed, text)
		v.unmailedAt = v.s.now()
	}
}

// mailAfter is when something was said last that is to be mailed; zero: nothing is.
func (v *visit) mailAfter() time.Time {
	if len(v.unmailed) == 0 {
		return time.Time{}
	}
	return v.unmailedAt
}

// mailRest mails what was said to somebody who is not here.
func (v *visit) mailRest() {
	texts := v.unmailed
	v.unmailed = nil
	if len(texts) > 0 && !v.left.IsZero() {
		v.s.opts.Answer(v.row, texts)
	}
}

// mailTranscript mails what was said, and tells whether there is where to.
func (v *visit) mailTranscript() bool {
	if v.row.Email == "" || v.s.opts.Transcript == nil {
		return false
	}
	said, at := v.ledger.lines()
	v.s.opts.Transcript(v.row, said, at)
	return true
}
