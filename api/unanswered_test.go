package api

import (
	"fmt"
	"strings"
	"testing"
)

// B8: a visitor without an answer is shown to the supervisors of the group, too, live
// and when their desk is opened later, with the times by which it is amber and red.
func TestAVisitorWithoutAnswerIsShownToTheGroupsSupervisors(t *testing.T) {
	w := newWorld(t)
	w.sits("anna")
	lead, owner, other := w.page("sofia"), w.page("adam"), w.page("karel")
	g, s := w.chats()
	g.says("m2", "Haló?")
	for login, desk := range map[string]*screen{"sofia": lead, "adam": owner} {
		waits := until(desk, "session.changed", func(s Session) bool { return s.Last != nil && s.Last.Text == "Haló?" })
		if waits.ID != s.ID || waits.UnansweredAt == nil || waits.AmberMS != 60_000 || waits.RedMS != 180_000 || waits.Operator.Name != "Anna" {
			t.Errorf("%s: got %+v", login, waits)
		}
	}
	later := w.dial(map[string]string{})
	later.say(fmt.Sprintf(`{"id":1,"do":"hello","data":{"as":"desk","token":%q}}`, w.as("sofia")))
	if got := read[struct{ Sessions []Session }](t, string(later.next("desk.snapshot").Data)).Sessions; len(got) != 1 || got[0].UnansweredAt == nil || got[0].RedMS != 180_000 {
		t.Errorf("the desk that is opened later: got %+v", got)
	}
	w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/messages", w.as("anna"), `{"id":"a1","text":"Jsem tu"}`)
	until(lead, "session.changed", func(s Session) bool { return s.UnansweredAt == nil })
	w.ask("POST", "/api/v1/sessions/"+string(s.ID)+"/end", w.as("anna"), "")
	lead.next("session.left")

	// What karel is told of in the end is the first thing of a session that he is told.
	w.sits("boris")
	w.shopper().ask("POST", "/sessions", `{"queue":"Repairs","text":"Opravíte ji?"}`)
	w.takes("boris")
	until(other, "session.changed", func(s Session) bool { return s.Operator.Name == "Boris" })
	if strings.Contains(other.heard.String(), string(s.ID)) {
		t.Errorf("another group's supervisor was told:\n%s", other.heard.String())
	}
}
