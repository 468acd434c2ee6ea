package journal

import "sufler/routing"

// VisitorView returns what the visitor may read of a session, given all its
// entries from the first on, in order. The entries are numbered anew, 1, 2, 3 ...:
// a gap would tell the visitor that something was kept from them.
func VisitorView(entries []routing.Entry) []routing.Entry {
	var view []routing.Entry
	for _, e := range entries {
		if e.Audience == routing.Everybody {
			e.Seq = uint64(len(view) + 1)
			view = append(view, e)
		}
	}
	return view
}
