package api

import (
	"fmt"
	"slices"
	"testing"

	"sufler/routing/session"
)

// reader is who reads a conversation over one connection after the other, each of which
// asks for what follows the last entry that came.
type reader struct {
	t       *testing.T
	entries []Entry
}

// takes adds an entry; one that has come before is the same as then.
func (r *reader) takes(e Entry) {
	r.t.Helper()
	switch n := uint64(len(r.entries)); {
	case e.N == n+1:
		r.entries = append(r.entries, e)
	case e.N > n+1:
		r.t.Fatalf("got entry %d after %d", e.N, n)
	case string(r.entries[e.N-1].Data) != string(e.Data):
		r.t.Errorf("entry %d was %s and is %s", e.N, r.entries[e.N-1].Data, e.Data)
	}
}

func (r *reader) has(id string) bool {
	return slices.Contains(r.saidIDs(), id)
}

func (r *reader) saidIDs() (ids []string) {
	for _, e := range r.entries {
		if e.Kind == "chat.said" {
			ids = append(ids, read[session.Said](r.t, string(e.Data)).ID)
		}
	}
	return ids
}

// hears reads on until a message has come.
func (r *reader) hears(p *screen, id string) {
	r.t.Helper()
	for !r.has(id) {
		r.takes(read[struct{ Entry Entry }](r.t, string(p.next("entry.added").Data)).Entry)
	}
}

// I007, I008: who says a message again until it is answered has said it once, and each
// reader has all of them once and in order, through fifty broken connections of each of
// the two who write.
func TestAChatGoesThroughFiftyBrokenConnections(t *testing.T) {
	const messages, connections = 17, 3 // of each of the two
	w := newWorld(t)
	w.sits("anna")
	g, s := w.chats()
	visitor, operator, whole := &reader{t: t}, &reader{t: t}, &reader{t: t}
	tab, _ := g.opens("https://shop.example/lampa") // whose line holds
	asks := func() *screen {
		p := w.dial(map[string]string{"Origin": shop})
		p.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"visitor","token":%q,"since":%d}}`, g.token, len(visitor.entries)))
		if answer := p.read(); answer.OK == nil {
			t.Fatalf("hello: got %s", answer.Err)
		}
		return p
	}
	opens := func() *screen {
		p := w.page("anna")
		got := p.does("session.open", fmt.Sprintf(`{"session":%q,"since":%d}`, s.ID, len(operator.entries)))
		for _, e := range read[struct{ Entries []Entry }](t, string(got.OK)).Entries {
			operator.takes(e)
		}
		return p
	}
	// says says a message on one connection after the other: one breaks at once, one after
	// the answer, and one after the message has come back.
	says := func(r *reader, connect func() *screen, id, message string) {
		for n := range connections {
			p := connect()
			switch n {
			case 0:
				p.say(fmt.Sprintf(`{"id":9,"do":"chat.say","data":%s}`, message))
			case 1:
				if got := p.does("chat.say", message); got.OK == nil {
					t.Fatalf("%s: got %s", id, got.Err)
				}
			default:
				p.say(fmt.Sprintf(`{"id":9,"do":"chat.say","data":%s}`, message))
				r.hears(p, id)
			}
			must(t, p.ws.CloseNow())
		}
	}
	for n := range messages {
		id := fmt.Sprintf("v%d", n)
		says(visitor, asks, id, fmt.Sprintf(`{"id":%q,"text":"Návštěvník %d"}`, id, n))
		id = fmt.Sprintf("o%d", n)
		says(operator, opens, id, fmt.Sprintf(`{"session":%q,"id":%q,"text":"Operátor %d"}`, s.ID, id, n))
	}
	last := fmt.Sprintf("o%d", messages-1)
	visitor.hears(asks(), last)
	whole.hears(tab, last)

	want := []string{"first"}
	for n := range messages {
		want = append(want, fmt.Sprintf("v%d", n), fmt.Sprintf("o%d", n))
	}
	_, stored := w.sessionOf("sofia", s.ID)
	for name, r := range map[string]*reader{"the visitor": visitor, "the visitor's other page": whole, "the operator": operator, "who looks it up": {t: t, entries: stored}} {
		if got := r.saidIDs(); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
