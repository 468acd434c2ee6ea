package session

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sufler/routing"
	"sufler/routing/people"
)

// days is how many different ones are lived through; a soak takes its time.
func days() int {
	if os.Getenv("SUFLER_SOAK") != "" {
		return 50
	}
	return 1
}

// I001, I003, M002: through eight hours in which visitors come by every way, leave,
// vanish, are sent on and kept out, operators pause, lose their desks and come back, and
// the program is started anew once, nobody ever has more than they may; each session is
// closed once, every message is there once, and nothing is left of the day in memory.
func TestADayOfEightHoursLeavesNothingBehind(t *testing.T) {
	for seed := range uint64(days()) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(r *rig) {
				d := day{rig: r, dice: rand.New(rand.NewPCG(seed, 8)), closed: map[routing.SessionID]int{}, happened: map[string]int{}}
				d.live(4 * time.Hour)
				d.breaks()
				d.morning()
				d.live(4 * time.Hour)
				d.evening()
			})
		})
	}
}

// team are those who serve the orders.
var team = []string{"anna", "boris", "cyril"}

type day struct {
	*rig
	dice     *rand.Rand
	guests   []*guest
	closed   map[routing.SessionID]int // how often each was told to be closed
	happened map[string]int            // so that a day in which nothing happens proves nothing
}

// guest is a visitor of the day.
type guest struct {
	View
	page *leg // of who talks; nil: they write
	here bool
	cut  bool // by the restart
	said []string
}

func (d *day) live(length time.Duration) {
	d.t.Helper()
	for end := time.Now().Add(length); time.Now().Before(end); d.check() {
		d.pass(time.Duration(d.dice.IntN(90_000)) * time.Millisecond)
		who, open := team[d.dice.IntN(len(team))], d.open()
		switch {
		case d.dice.IntN(8) == 0:
			d.shifts(who)
		case len(open) == 0 || len(open) < 15 && d.dice.IntN(4) == 0:
			d.comes()
		default:
			d.happens(open[d.dice.IntN(len(open))], who)
		}
	}
}

// open are the guests whose session is not closed, as it is now.
func (d *day) open() (all []*guest) {
	d.t.Helper()
	synctest.Wait()
	views, err := d.Open(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, v := range views {
		i := slices.IndexFunc(d.guests, func(g *guest) bool { return g.ID == v.ID })
		d.guests[i].View = v
		all = append(all, d.guests[i])
	}
	return all
}

func (d *day) comes() {
	name := fmt.Sprint("guest ", len(d.guests))
	g := &guest{here: true}
	switch d.dice.IntN(4) {
	case 0:
		g.View = d.voice(name)
		g.page = d.leg("page")
	case 1:
		d.VisitorChanged(routing.VisitorID(name), true)
		ask := request(name)
		ask.Channel, ask.For = routing.InvitationChannel, d.ids[team[d.dice.IntN(len(team))]]
		g.View = d.must(d.Begin(d.t.Context(), ask))
		g.said = []string{"visitor: " + ask.Text}
	default:
		g.View = d.ask(name)
		g.said = []string{"visitor: " + request(name).Text}
	}
	d.guests = append(d.guests, g)
	d.happened["come by "+g.Channel.String()]++
}

// shifts is what an operator does with their own status and desk.
func (d *day) shifts(who string) {
	d.t.Helper()
	switch what := d.dice.IntN(5); what {
	case 0:
		d.standUp(who)
		d.happened["lose a desk"]++
	default:
		if m, _ := d.presence.Member(d.ids[who]); m.Status == people.Offline {
			d.sit(who)
		}
		status := []people.Status{people.Online, people.Online, people.Busy, people.Pause}[what-1]
		if err := d.presence.SetStatus(d.ids[who], status, ""); err != nil {
			d.t.Fatal(err)
		}
	}
}

// usual is what mostly happens in a session of a state; anything else is tried, too.
var usual = map[routing.SessionState][]string{
	requested: {"accept", "visitor says", "go"},
	queued:    {"accept", "accept", "accept", "visitor says", "go", "ban"},
	active:    {"visitor says", "visitor says", "operator says", "operator says", "end", "end", "redirect", "send to the group", "go"},
	wrapUp:    {"confirm"},
}

var anything = []string{"accept", "visitor says", "operator says", "end", "confirm", "redirect", "send to the group", "go", "ban"}

// happens is one thing in a session, by its visitor, whoever has it, or another one.
func (d *day) happens(g *guest, who string) {
	d.t.Helper()
	from := usual[g.State]
	if d.dice.IntN(5) == 0 {
		from = anything
	}
	what := from[d.dice.IntN(len(from))]
	if d.does(what, g, who) == nil {
		d.happened[what]++
	}
}

func (d *day) does(what string, g *guest, who string) (err error) {
	d.t.Helper()
	ctx, owner := d.t.Context(), g.Operator
	switch what {
	case "accept":
		return d.accepts(g, who)
	case "visitor says":
		return d.says(g, "visitor", Message{Visitor: g.Visitor})
	case "operator says":
		by := cmp.Or(d.name(owner), who)
		return d.says(g, "operator", Message{Operator: d.operator(by)})
	case "end":
		_, err = d.End(ctx, g.ID, owner)
	case "confirm":
		_, err = d.Confirm(ctx, g.ID, owner, WrapUp{})
	case "redirect":
		_, err = d.redirect(g.View, d.name(owner), d.person(who))
	case "send to the group":
		_, err = d.redirect(g.View, d.name(owner), Target{Group: "orders"})
	case "go":
		d.goes(g)
	case "ban":
		_, err = d.Ban(ctx, g.ID, d.ids[who], "rude")
	}
	return err
}

// accepts takes who waits. An operator who is away because offers were missed comes for it
// more often than not.
func (d *day) accepts(g *guest, who string) error {
	d.t.Helper()
	if g.For != "" {
		who = d.name(g.For)
	}
	if d.dice.IntN(4) > 0 {
		if err := d.presence.SetStatus(d.ids[who], people.Online, ""); err != nil {
			d.t.Fatal(err)
		}
	}
	if g.page == nil {
		_, err := d.Accept(d.t.Context(), g.Place, d.ids[who])
		return err
	}
	_, err := d.talk.Accept(d.t.Context(), g.Place, d.ids[who])
	if err == nil {
		d.leg(who).answer()
	}
	return err
}

// says keeps what was taken.
func (d *day) says(g *guest, author string, m Message) error {
	m.Session, m.ID = g.ID, fmt.Sprint(len(g.said))
	m.Text = fmt.Sprintf("%s of %s", m.ID, g.ID)
	_, err := d.Say(d.t.Context(), m)
	if err == nil {
		g.said = append(g.said, author+": "+m.Text)
	}
	return err
}

// goes lets a visitor leave by the button, vanish, or come back.
func (d *day) goes(g *guest) {
	switch {
	case g.page != nil:
		g.page.end(routing.HungUp)
	case d.dice.IntN(3) == 0:
		d.must(d.Leave(d.t.Context(), g.Visitor))
	default:
		g.here = !g.here
		d.VisitorChanged(g.Visitor, g.here)
	}
}

// check compares what is open with what operators and the line say.
func (d *day) check() {
	d.t.Helper()
	waiting, chats, whole := 0, map[routing.OperatorID]int{}, map[routing.OperatorID]int{}
	for _, g := range d.open() {
		switch {
		case g.State == requested || g.State == queued:
			waiting++
		case g.page != nil:
			whole[g.Operator]++
		default:
			chats[g.Operator]++
		}
	}
	for _, who := range team {
		id := d.ids[who]
		m, _ := d.presence.Member(id)
		if m.Chats != chats[id] || chats[id] > m.ChatLimit || whole[id] > 1 || whole[id] == 1 && chats[id] > 0 {
			d.t.Fatalf("%s has %d chats and %d talks, and is said to have %d of %d", who, chats[id], whole[id], m.Chats, m.ChatLimit)
		}
	}
	if got := len(d.line.Snapshot().Places); got != waiting {
		d.t.Fatalf("got %d places, want %d", got, waiting)
	}
}

// remember adds up what the program has told of ends before it goes.
func (d *day) remember() {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, states := range d.views {
		for i, state := range states {
			if state[:min(len(state), len("closed"))] == "closed" {
				d.closed[id]++
				if i+1 != len(states) {
					d.t.Errorf("a session goes on after its end: %q", states)
				}
			}
		}
	}
}

// breaks starts the program anew. Who talks or waits to talk is cut off, while nobody
// watches.
func (d *day) breaks() {
	d.t.Helper()
	for _, g := range d.open() {
		g.cut = g.page != nil
	}
	d.remember()
	d.restart()
}

// morning is after a restart: pages and desks come again.
func (d *day) morning() {
	for _, who := range team {
		d.sit(who)
	}
	for _, g := range d.guests {
		if g.here && g.page == nil {
			d.VisitorChanged(g.Visitor, true)
		}
	}
}

// evening sends everybody home and looks at what is left.
func (d *day) evening() {
	d.t.Helper()
	for _, who := range team {
		d.sit(who)
	}
	for _, g := range d.open() {
		if g.page != nil {
			g.page.end(routing.HungUp)
		} else {
			d.must(d.Leave(d.t.Context(), g.Visitor))
		}
	}
	for _, g := range d.guests {
		d.VisitorChanged(g.Visitor, false)
	}
	for _, g := range d.open() {
		d.must(d.Confirm(d.t.Context(), g.ID, g.Operator, WrapUp{}))
	}
	d.check()
	d.remember()
	d.pass(11 * time.Minute)
	left := -1
	if err := d.do(d.t.Context(), func() error {
		left = len(d.visits) + len(d.chats) + len(d.places) + len(d.opening) + len(d.here)
		return nil
	}); err != nil || left != 0 || len(d.line.Snapshot().Places) != 0 {
		d.t.Errorf("%d things are left in memory, %d places, %v", left, len(d.line.Snapshot().Places), err)
	}
	for _, l := range d.legs {
		if !l.isOver() {
			d.t.Errorf("a leg of %s is left", l.name)
		}
	}
	for _, g := range d.guests {
		d.checkGuest(g)
	}
	d.checkHappened()
}

// checkGuest looks at what is kept of one session.
func (d *day) checkGuest(g *guest) {
	d.t.Helper()
	if s := d.stored(g.View); s.State != closed || d.closed[g.ID] > 1 || d.closed[g.ID] == 0 && !g.cut {
		d.t.Errorf("%s by %s is %s, and was closed %d times", g.ID, g.Channel, s.State, d.closed[g.ID])
	}
	told, err := d.Entries(d.t.Context(), g.ID, Staff, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	var said []string
	ended := 0
	for i, one := range told {
		if one.N != uint64(i+1) {
			d.t.Errorf("%s: entry %d has the number %d", g.ID, i+1, one.N)
		}
		if s, ok := saidOf(one.Entry); ok && s.From != BySystem {
			said = append(said, s.From+": "+s.Text)
		}
		if one.Kind == "session.ended" {
			ended++
		}
	}
	if !slices.Equal(said, g.said) || ended != 1 {
		d.t.Errorf("%s has ended %d times and says\n%q, want\n%q", g.ID, ended, said, g.said)
	}
}

func (d *day) checkHappened() {
	d.t.Helper()
	for _, what := range []string{
		"come by chat", "come by invitation", "come by voice", "accept", "visitor says", "operator says", "end", "confirm", "redirect",
		"send to the group", "go", "ban", "lose a desk",
	} {
		if d.happened[what] == 0 {
			d.t.Errorf("nothing like %q in all the day: %v", what, d.happened)
		}
	}
}
