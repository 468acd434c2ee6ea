package session

// This file is what is mailed to visitors: what was said while they were not here, and
// the whole conversation at its end. What staff alone may read is in neither.

// unread passes on what was said to somebody who is not here.
func (v *visit) unread(said Said) {
	if !v.left.IsZero() && v.row.Email != "" && v.s.opts.Unread != nil {
		v.mailing = true
		v.s.opts.Unread(v.row, said, v.s.now())
	}
}

// readHere says that the visitor has come again, and reads here what was said.
func (v *visit) readHere() {
	if v.mailing {
		v.mailing = false
		v.s.opts.Read(v.row.ID)
	}
}

// mailTranscript mails what was said, and tells whether there is where to.
func (v *visit) mailTranscript() bool {
	if v.row.Email == "" || v.s.opts.Transcript == nil {
		return false
	}
	said, at := v.ledger.lines()
	return v.s.opts.Transcript(v.row, said, at)
}
