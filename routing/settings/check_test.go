package settings

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sufler/routing"
)

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	h := open(t, Setup{})
	_, err := h.dir.Queues.Put(t.Context(), Queue{
		Name: "Orders", Groups: []routing.GroupName{"front", "strangers", "front"}, Strategy: "shout", Offer: 1, Rounds: 0, Pause: 5000, Size: 20,
		Overflow: Overflow{To: "number"}, Hours: "none", Welcome: map[string]string{"de": "Guten Tag", "en": "Hello {vistor}"},
	})
	const want = "groups unknown, groups twice, hours unknown, offer_ms wrong_length, overflow.to unknown, rounds out_of_range, " +
		"strategy unknown, welcome unknown, welcome.en unknown"
	if got := flawsOf(err); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(h.dir.Queues.All()) != 0 {
		t.Error("it is kept")
	}
}

func TestAnOverflowNeverGoesInACircle(t *testing.T) {
	h := open(t, Setup{})
	to := func(next routing.QueueName) func(*Queue) {
		return func(q *Queue) { q.Overflow = Overflow{To: ToQueue, Queue: next} }
	}
	put(h, h.dir.Queues, queueOf("a", nil))
	put(h, h.dir.Queues, queueOf("b", to("a")))
	put(h, h.dir.Queues, queueOf("c", to("b")))
	for name, next := range map[routing.QueueName]routing.QueueName{"a": "c", "b": "b"} {
		if _, err := h.dir.Queues.Put(t.Context(), queueOf(name, to(next))); flawsOf(err) != "overflow.queue circle" {
			t.Errorf("%s to %s: got %s", name, next, flawsOf(err))
		}
	}
}

// one puts settings of one kind, each wrong in one way.
func one[T document[T]](h *house, s *Shelf[T], good func() T, wrong map[string]func(*T)) {
	h.Helper()
	put(h, s, good())
	for want, change := range wrong {
		v := good()
		change(&v)
		_, err := s.Put(h.Context(), v)
		if got := flawsOf(err); got != want && !strings.HasPrefix(want, got+" #") {
			h.Errorf("%s: got %s, want %s", s.kind, got, want)
		}
	}
}

func TestAWrongValueIsToldWhereItStands(t *testing.T) {
	h := open(t, Setup{})
	put(h, h.dir.Queues, queueOf("Orders", nil))
	one(h, h.dir.Queues, func() Queue { return queueOf("Orders", nil) }, map[string]func(*Queue){
		"groups missing":           func(q *Queue) { q.Groups = nil },
		"size out_of_range":        func(q *Queue) { q.Size = 0 },
		"pre_size out_of_range":    func(q *Queue) { q.PreSize = -1 },
		"max_wait_ms wrong_length": func(q *Queue) { q.MaxWait = -1 },
		"overflow.to unknown":      func(q *Queue) { q.Overflow.To = "heaven" },
		"overflow.queue missing":   func(q *Queue) { q.Overflow.To = ToQueue },
		"overflow.queue unknown":   func(q *Queue) { q.Overflow = Overflow{To: ToQueue, Queue: "x"} },
		"name no_name":             func(q *Queue) { q.Name = "a/b" },
		"name missing":             func(q *Queue) { q.Name = "" },
		"name not_shown":           func(q *Queue) { q.Name = "a\u202eb" },
	})
	one(h, h.dir.Groups, func() Group { return NewGroup("front") }, map[string]func(*Group){
		"wrapup_max_ms wrong_length": func(g *Group) { g.WrapUpMost = -1 },
		"misses out_of_range":        func(g *Group) { g.Misses = 101 },
		"lost_after_ms before":       func(g *Group) { g.LostAfter = g.LeftAfter - 1 },
		"red_ms before":              func(g *Group) { g.Red = g.Amber - 1 },
	})
	one(h, h.dir.Results, func() Result { return Result{ID: "sold", Title: "Sold"} }, map[string]func(*Result){
		"title missing": func(r *Result) { r.Title = " " },
		"title taken":   func(r *Result) { r.ID = "other" },
		"id no_word":    func(r *Result) { r.ID, r.Title = "two words", "Other" },
	})
	one(h, h.dir.Parameters, func() Parameter { return Parameter{Name: "order_id", Title: "Order", Most: 40} }, map[string]func(*Parameter){
		"name no_snake":           func(p *Parameter) { p.Name = "Order-Id" },
		"max_length out_of_range": func(p *Parameter) { p.Most = 0 },
		"title too_long":          func(p *Parameter) { p.Title = strings.Repeat("č", 61) },
	})
	one(h, h.dir.Policies, NewPolicy, map[string]func(*Policy){
		"unknown_parameters unknown": func(p *Policy) { p.UnknownParameters = "" },
		"active_most out_of_range":   func(p *Policy) { p.ActiveMost = -1 },
	})
}

// M076, D14: templates are the administrator's, for all, a group or one person.
func TestATemplateIsUniqueInItsScopeAndReachesWhoItIsFor(t *testing.T) {
	h := open(t, Setup{})
	hello := func() Template {
		return Template{ID: "hello", Title: "Hello", Shortcut: "hi", Text: "Hello {visitor}, I am {operator}", Scope: ForAll}
	}
	one(h, h.dir.Templates, hello, map[string]func(*Template){
		"text missing":       func(m *Template) { m.Text = "\n" },
		"text too_long":      func(m *Template) { m.Text = strings.Repeat("x", 4001) },
		"text unknown":       func(m *Template) { m.Text = "{password}" },
		"text not_shown":     func(m *Template) { m.Text = "a\x00b" },
		"language unknown":   func(m *Template) { m.Language = "xx" },
		"scope unknown":      func(m *Template) { m.Scope = "" },
		"group unknown":      func(m *Template) { m.Scope = ForGroup },
		"operator unknown":   func(m *Template) { m.Scope = ForOperator },
		"shortcut no_word":   func(m *Template) { m.Shortcut = "#hi" },
		"shortcut taken":     func(m *Template) { m.ID = "other" },
		"title not_shown":    func(m *Template) { m.Title = "a\u202eb" },
		"id missing":         func(m *Template) { m.ID, m.Shortcut = "", "" },
		"shortcut taken # 2": func(m *Template) { m.ID, m.Order = "third", 3 },
	})
	group, own := hello(), hello()
	group.ID, group.Order, group.Scope, group.Group = "group", 1, ForGroup, "front"
	own.ID, own.Order, own.Scope, own.Operator = "own", 2, ForOperator, "boris"
	put(h, h.dir.Templates, own)
	put(h, h.dir.Templates, group)
	for o, want := range map[routing.OperatorID]string{"anna": "hello group", "boris": "hello own"} {
		person, _ := crew.Operator(o)
		var ids []string
		for _, m := range h.dir.TemplatesFor(person) {
			ids = append(ids, string(m.ID))
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: got %s, want %s", o, got, want)
		}
	}
}

func TestHoursAreWindowsInOrder(t *testing.T) {
	h := open(t, Setup{})
	day := func() Hours {
		return Hours{
			ID: "day", Name: "Day", Zone: "Europe/Prague", Week: map[string][]Window{"mon": {{"08:00", "12:00"}, {"12:30", "24:00"}}},
			Holidays: []Holiday{{Date: "2026-12-24", Name: "Christmas Eve"}},
		}
	}
	one(h, h.dir.Hours, day, map[string]func(*Hours){
		"zone unknown":             func(h *Hours) { h.Zone = "Europe/Nowhere" },
		"zone unknown # 2":         func(h *Hours) { h.Zone = "" },
		"week unknown":             func(h *Hours) { h.Week["monday"] = nil },
		"week.mon[1] overlap":      func(h *Hours) { h.Week["mon"][1].From = "11:59" },
		"week.mon[0] overlap":      func(h *Hours) { h.Week["mon"][0].To = "08:00" },
		"week.mon[0] no_time":      func(h *Hours) { h.Week["mon"][0].From = "8:00" },
		"holidays[0].date no_date": func(h *Hours) { h.Holidays[0].Date = "24.12." },
		"holidays[1].date twice":   func(h *Hours) { h.Holidays = append(h.Holidays, h.Holidays[0]) },
	})
}

// What is kept can be asked for the time: whatever a form lets through opens and closes.
func TestHoursThatAreKeptCanBeAsked(t *testing.T) {
	h := open(t, Setup{})
	kept := put(h, h.dir.Hours, Hours{
		ID: "day", Name: "Day", Zone: "Europe/Prague", Week: map[string][]Window{"mon": {{"00:00", "12:00"}, {"12:00", "24:00"}}, "tue": nil},
		Holidays: []Holiday{{Date: "2026-12-28", Windows: []Window{{"10:00", "11:00"}}}},
	})
	times, err := kept.Times()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{"2026-12-21T11:00:00Z": true, "2026-12-22T11:00:00Z": false, "2026-12-28T11:00:00Z": false, "2026-12-28T09:30:00Z": true} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if times.Open(moment) != want {
			t.Errorf("%s: got open %v, want %v", at, !want, want)
		}
	}
}

// M040, B 15: a widget says where it may be and what it offers.
func TestAWidgetIsCheckedWhole(t *testing.T) {
	h := open(t, Setup{Queues: []Queue{queueOf("Orders", nil)}})
	shop := func() Widget {
		w := NewWidget("shop")
		w.Origins = []string{"https://www.example.com", "http://localhost:3000"}
		w.Theme = map[string]Colour{"action": {Light: "#0B5CAD", Dark: "#7ab8ff"}}
		return w
	}
	one(h, h.dir.Widgets, shop, map[string]func(*Widget){
		"origins[1] no_origin":            func(w *Widget) { w.Origins[1] = "www.example.com" },
		"origins[0] no_origin":            func(w *Widget) { w.Origins[0] = "https://*.example.com" },
		"origins[1] no_origin # path":     func(w *Widget) { w.Origins[1] = "https://www.example.com/shop" },
		"origins[1] twice":                func(w *Widget) { w.Origins[1] = "https://WWW.example.com/" },
		"language unknown":                func(w *Widget) { w.Languages = []string{"cs"} },
		"languages[1] unknown":            func(w *Widget) { w.Languages = []string{"en", "de"} },
		"position unknown":                func(w *Widget) { w.Position = "top" },
		"scheme unknown":                  func(w *Widget) { w.Scheme = "" },
		"theme.talk unknown":              func(w *Widget) { w.Theme["talk"] = Colour{"#000000", "#ffffff"} },
		"theme.action.light no_colour":    func(w *Widget) { w.Theme["action"] = Colour{"red", "#7ab8ff"} },
		"theme.on-ink pale":               func(w *Widget) { w.Theme["action"] = Colour{"#dddddd", "#7ab8ff"} },
		"channels.voice.queue unknown":    func(w *Widget) { w.Channels.Voice.Queue = "none" },
		"form.phone unknown":              func(w *Widget) { w.Form.Phone = "perhaps" },
		"offline_mail no_mail":            func(w *Widget) { w.OfflineMail = "Anna <anna@example.com>" },
		"proactive.path no_path":          func(w *Widget) { w.Proactive.Path = "shop" },
		"proactive.text.en missing":       func(w *Widget) { w.Proactive.Enabled = true },
		"proactive.after_ms wrong_length": func(w *Widget) { w.Proactive.After = 0 },
		"greeting unknown":                func(w *Widget) { w.Greeting["xx"] = "?" },
	})
	w, _ := h.dir.Widget("shop")
	if w.Theme["action"].Light != "#0b5cad" {
		t.Errorf("got %v", w.Theme)
	}
	for channel, want := range map[routing.Channel]bool{routing.ChatChannel: true, routing.InvitationChannel: true, routing.VideoChannel: false, routing.PhoneChannel: false} {
		if at, ok := w.Channels.Of(channel); ok != want || at.Enabled != want {
			t.Errorf("%s: got %v %v", channel, at, ok)
		}
	}
}

// M078, M079: favourites are of one person; a template that is gone is no favourite.
func TestFavouritesAndKeysAreOnesOwn(t *testing.T) {
	h := open(t, Setup{})
	put(h, h.dir.Templates, Template{ID: "hello", Title: "Hello", Text: "Hello", Scope: ForAll})
	put(h, h.dir.Templates, Template{ID: "robots", Title: "Robots", Text: "Beep", Scope: ForGroup, Group: "robots"})
	mine := NewPersonal("anna")
	mine.Favourites = []routing.TemplateID{"robots", "hello", "gone"}
	mine.Shortcuts = map[string]string{"chat.focus": "Alt+Shift+KeyC", "tab.call": "KeyG KeyC", "menu": ""}
	put(h, h.dir.Personals, mine)
	if got := h.dir.Personal(anna); len(got.Favourites) != 1 || got.Favourites[0] != "hello" || got.Shortcuts["tab.call"] != "KeyG KeyC" {
		t.Errorf("got %+v", got)
	}
	if got := h.dir.Personal(boris); len(got.Favourites) != 0 || len(got.Shortcuts) != 0 {
		t.Errorf("got %+v", got)
	}
	one(h, h.dir.Personals, func() Personal { return NewPersonal("anna") }, map[string]func(*Personal){
		"operator unknown":                func(p *Personal) { p.Operator = "nobody" },
		"shortcuts unknown":               func(p *Personal) { p.Shortcuts["Chat!"] = "Alt+KeyC" },
		"shortcuts.chat no_key":           func(p *Personal) { p.Shortcuts["chat"] = "C" },
		"shortcuts.chat browsers_key":     func(p *Personal) { p.Shortcuts["chat"] = "Ctrl+KeyT" },
		"shortcuts.chat browsers_key # 2": func(p *Personal) { p.Shortcuts["chat"] = "F5" },
		"shortcuts.menu taken":            func(p *Personal) { p.Shortcuts["chat"], p.Shortcuts["menu"] = "Alt+KeyC", "Alt+KeyC" },
		"favourites too_many":             func(p *Personal) { p.Favourites = make([]routing.TemplateID, 201) },
	})
}

// M078, M079: stars of two pages at once are both kept; the star again takes it away.
func TestStarsAreGivenAndTakenOneByOne(t *testing.T) {
	h := open(t, Setup{})
	var stars sync.WaitGroup
	for _, id := range []routing.TemplateID{"a", "b", "c", "d"} {
		put(h, h.dir.Templates, Template{ID: id, Title: string(id), Text: "Hello", Scope: ForAll})
		stars.Go(func() {
			if _, err := h.dir.Star(t.Context(), anna, id, true); err != nil {
				t.Error(err)
			}
		})
	}
	stars.Wait()
	if _, err := h.dir.SetShortcuts(t.Context(), anna, map[string]string{"chat": "Alt+KeyC"}); err != nil {
		t.Error(err)
	}
	if got := h.dir.Personal(anna); len(got.Favourites) != 4 || got.Shortcuts["chat"] != "Alt+KeyC" {
		t.Errorf("got %+v", got)
	}
	mine, err := h.dir.Star(t.Context(), anna, "b", false)
	if err != nil || len(mine.Favourites) != 3 || slices.Contains(mine.Favourites, "b") {
		t.Errorf("got %+v %v", mine, err)
	}
	if _, err := h.dir.Star(t.Context(), anna, "none", true); !errors.Is(err, routing.Refuse(routing.NotFound, "setting_unknown")) {
		t.Errorf("got %v", err)
	}
	if got := h.dir.Personal(boris); len(got.Favourites) != 0 {
		t.Errorf("boris has the stars of anna: %v", got)
	}
}

// D2: of several groups the rule counts that leaves most time; no limit is most.
func TestOfSeveralGroupsTheMostTimeCounts(t *testing.T) {
	h := open(t, Setup{})
	front, orders := NewGroup("front"), NewGroup("orders")
	front.WrapUpMost, front.Misses, front.Amber = 60_000, 5, 90_000
	orders.WrapUpMost, orders.Misses = 120_000, 0
	put(h, h.dir.Groups, front)
	put(h, h.dir.Groups, orders)
	for _, c := range []struct {
		of     []routing.GroupName
		wrapUp Milliseconds
		misses int
		amber  Milliseconds
	}{
		{[]routing.GroupName{"front"}, 60_000, 5, 90_000},
		{[]routing.GroupName{"orders", "front"}, 120_000, 0, 90_000},
		{[]routing.GroupName{"front", "robots"}, 0, 5, 90_000}, // no rule of robots: no limit
		{nil, 0, 3, 60_000},
	} {
		if got := h.dir.RulesOf(c.of); got.WrapUpMost != c.wrapUp || got.Misses != c.misses || got.Amber != c.amber {
			t.Errorf("%v: got %+v, want %+v", c.of, got, c)
		}
	}
}
