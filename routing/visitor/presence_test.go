package visitor

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"sufler/routing"
)

const shopURL = "https://shop.example/"

// I034, I007: whoever opens a page is here with it and its time; going from page to
// page is one visit, and a while after the last page they have left.
func TestAVisitorIsHereUntilTheLastPageIsGone(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, first := r.arrives("jan", shopURL)
		r.wants("coming", r.told(), sees(shopURL, ""), "changed here=true page="+shopURL)
		since := time.Now()
		r.pass(time.Minute)
		r.Leave(v.ID, first)
		r.wants("leaving", r.told(), "changed here=false page="+shopURL)
		r.pass(9 * time.Second)
		again, second := r.arrives("jan", shopURL+"lamps")
		if again.ID != v.ID {
			t.Error("the same token is another visitor")
		}
		r.wants("another page", r.told(), sees(shopURL+"lamps", ""), "changed here=true page="+shopURL+"lamps")
		r.pass(time.Minute)
		if info, here := r.Info(v.ID); !here || !info.Here || !info.Since.Equal(since) || info.Entry.URL != shopURL || !info.Listed || info.Widget != "shop" {
			t.Errorf("got %+v, %v", info, here)
		}
		r.Leave(v.ID, second)
		left := time.Now()
		if info, _ := r.Info(v.ID); !info.AwaySince.Equal(left) {
			t.Errorf("away since %v, want %v", info.AwaySince, left)
		}
		r.pass(10 * time.Second)
		r.wants("left", r.told(), "changed here=false page="+shopURL+"lamps", "left")
		if _, here := r.Info(v.ID); here || len(r.Here()) != 0 {
			t.Error("is still here")
		}
		r.Leave(v.ID, second)
		r.See(v.ID, second, shopURL, "late")
		r.wants("a page that is gone", r.told())
		r.pass(time.Hour)
		if stored, err := r.store.Visitor(r.Context(), v.ID); err != nil || !stored.Seen.Equal(left.UTC().Truncate(time.Millisecond)) {
			t.Errorf("seen %v, %v, want %v", stored.Seen, err, left)
		}
	})
}

func TestManyPagesOfOneBrowserAreOneVisitor(t *testing.T) {
	inBubble(t, func(r *rig) {
		const tabs = 20
		var all sync.WaitGroup
		for i := range tabs {
			all.Go(func() {
				v, page, err := r.Arrive(r.Context(), Arrival{Token: tokenOf("jan"), URL: fmt.Sprint(shopURL, i)})
				if err != nil {
					t.Error(err)
				}
				if i > 0 {
					r.Leave(v.ID, page)
				}
			})
		}
		all.Wait()
		if here := r.Here(); len(here) != 1 || !here[0].Here || here[0].Page.URL != shopURL+"0" || here[0].Visitor.Number != 1 {
			t.Errorf("got %+v", here)
		}
	})
}

// M098: the pages of a visit in order and with their times: those before the session
// when it opens, those in it as they are seen.
func TestASessionIsToldTheHistory(t *testing.T) {
	inBubble(t, func(r *rig) {
		here := func(url string) string { return "changed here=true page=" + url }
		v, page := r.arrives("jan", shopURL)
		history := []string{sees(shopURL, "s1")}
		for i := range 3 {
			r.pass(time.Second)
			url := fmt.Sprint(shopURL, i)
			r.See(v.ID, page, url, "A shop")
			r.See(v.ID, page, url, "A shop") // loaded again
			history = append(history, sees(url, "s1"))
		}
		r.told()
		r.pass(time.Second)
		r.SessionOpened(v.ID, "s1")
		r.wants("when it opens", r.told(), append(history, here(shopURL+"2"))...)
		r.pass(time.Second)
		r.See(v.ID, page, shopURL+"basket", "A shop")
		r.wants("in it", r.told(), sees(shopURL+"basket", "s1"), here(shopURL+"basket"))
		r.SessionClosed(v.ID, "another")
		r.SessionClosed(v.ID, "s1")
		r.told()
		r.See(v.ID, page, shopURL+"thanks", "A shop")
		r.wants("after it", r.told(), sees(shopURL+"thanks", ""), here(shopURL+"thanks"))
		if history := r.History(v.ID); len(history) != 6 || history[5].URL != shopURL+"thanks" {
			t.Errorf("got %+v", history)
		}
	})
}

// A session that was open when the program started goes on to get the pages.
func TestASessionFromBeforeTheStartIsFollowed(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, err := r.Known(r.Context(), tokenOf("jan"), "cs")
		r.must(err)
		r.SessionOpened(v.ID, "s1")
		r.arrives("jan", shopURL)
		r.wants("the page", r.told(), sees(shopURL, "s1"), "changed here=true page="+shopURL)
	})
}

// I034: a widget may keep those out of the list who have asked for nothing.
func TestAWidgetWithoutPresenceListsOnlyThoseWithASession(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _ := r.arrives("jan", shopURL)
		if info, _ := r.Info(v.ID); info.Listed {
			t.Error("is listed")
		}
		r.SessionOpened(v.ID, "s1")
		if info, _ := r.Info(v.ID); !info.Listed || info.Session != "s1" {
			t.Error("is not listed with a session")
		}
	}, func(o *Options) { o.Listed = func(w routing.WidgetID) bool { return w != "shop" } })
}

func TestTheHistoryIsBounded(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, page := r.arrives("jan", shopURL)
		for i := range 3 * historyMost {
			r.See(v.ID, page, fmt.Sprint(shopURL, i), "x")
		}
		history := r.History(v.ID)
		if len(history) != historyMost || history[historyMost-1].URL != fmt.Sprint(shopURL, 3*historyMost-1) {
			t.Errorf("got %d pages, the last %+v", len(history), history[len(history)-1])
		}
		for i := range 3 * historyMost {
			r.See(v.ID, page, fmt.Sprint(shopURL, "?q=", i, longText(400)), longText(5000))
		}
		bytes := 0
		for _, p := range r.History(v.ID) {
			bytes += len(p.URL) + len(p.Title)
		}
		if bytes > historyBytes || bytes < historyBytes/2 {
			t.Errorf("long pages take %d bytes", bytes)
		}
	})
}

func TestBeyondWhatIsRememberedVisitorsAreStillKnown(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.arrives("jan", shopURL)
		eva, page := r.arrives("eva", shopURL)
		r.See(eva.ID, page, shopURL+"lamps", "Lamps")
		if info, here := r.Info(eva.ID); !here || info.Listed || info.Page.URL != shopURL+"lamps" || len(r.History(eva.ID)) != 0 {
			t.Errorf("got %+v, %v, history %v", info, here, r.History(eva.ID))
		}
	}, func(o *Options) { o.Most = 1 })
}

// I007: behind a proxy that breaks WebSockets a page asks now and then, and its visitor
// is here as others are.
func TestAPageThatAsksNowAndThenIsHere(t *testing.T) {
	inBubble(t, func(r *rig) {
		ask := func() routing.Visitor {
			v, err := r.Poll(r.Context(), Arrival{Token: tokenOf("jan"), URL: shopURL, Title: "A shop"})
			r.must(err)
			return v
		}
		v := ask()
		for range 5 {
			r.pass(29 * time.Second)
			ask()
		}
		if info, here := r.Info(v.ID); !here || !info.Here {
			t.Fatalf("got %+v, %v", info, here)
		}
		r.told()
		r.pass(30 * time.Second)
		r.wants("silent", r.told(), "changed here=false page="+shopURL)
		r.pass(10 * time.Second)
		r.wants("gone", r.told(), "left")
	})
}

// M096, M095: what administrators have defined is kept, cut to their limit; the rest is
// passed over.
func TestParametersAreThoseThatAreDefined(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _, err := r.Arrive(r.Context(), Arrival{
			Token: tokenOf("jan"), URL: shopURL, Referrer: "https://search.example/?q=lamp",
			UserAgent:  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
			Parameters: map[string]string{"order": "123456789", "colour": "red"},
		})
		r.must(err)
		r.wants("at once", r.told(), "told order=12345678", `seen https://shop.example/ "" 00:00:00`, "changed here=true page="+shopURL)
		r.SessionOpened(v.ID, "s1")
		r.wants("to a session", r.told(), `seen https://shop.example/ "" 00:00:00 in s1`, "told order=12345678 in s1", "changed here=true page="+shopURL)
		r.must(r.SetParameters(v.ID, map[string]string{"plan": "gold\x1b[2J\nline", "order": "12345678"}))
		r.must(r.SetParameters(v.ID, map[string]string{"plan": "gold [2J line"}))
		r.must(r.SetParameters("nobody", map[string]string{"plan": "gold"}))
		r.wants("later", r.told(), "told plan=gold [2J line in s1", "changed here=true page="+shopURL)
		info, _ := r.Info(v.ID)
		if fmt.Sprint(info.Parameters) != "[{order Order 12345678} {plan Plan gold [2J line}]" || info.Browser != "Chrome 126" || info.System != "Linux" ||
			info.Referrer != "https://search.example/?q=lamp" || info.Entry.URL != shopURL {
			t.Errorf("got %+v", info)
		}
		r.refuses(r.SetParameters(v.ID, many(valuesMost+1)), routing.Invalid, "request_invalid")
	})
}

func TestUnknownParametersAreRefusedWhereThatIsWanted(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _ := r.arrives("jan", shopURL)
		r.refuses(r.SetParameters(v.ID, map[string]string{"colour": "red"}), routing.Invalid, "parameter_unknown")
		r.must(r.SetParameters(v.ID, map[string]string{"order": "1"}))
		_, _, err := r.Arrive(r.Context(), Arrival{Token: tokenOf("eva"), Parameters: map[string]string{"colour": "red"}})
		r.refuses(err, routing.Invalid, "parameter_unknown")
		if _, err := r.ByToken(r.Context(), tokenOf("eva")); err == nil {
			t.Error("who was refused is known")
		}
	}, func(o *Options) { o.RefuseUnknown = func() bool { return true } })
}

func many(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprint(i)] = "x"
	}
	return all
}
