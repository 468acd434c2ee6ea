package visitor

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sufler/routing"
)

func longText(n int) string { return strings.Repeat("č", n) }

// M091: who shows the token is known again, with what they told; without it they are
// somebody else.
func TestATokenBringsTheProfileBack(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, page := r.arrives("jan", shopURL)
		_, err := r.Change(r.Context(), Change{Visitor: v.ID, By: string(v.ID), Name: new(" Jan  Novák "), Phone: new("+420 777 000 001"), Email: new("jan@example.com")})
		r.must(err)
		r.Leave(v.ID, page)
		r.pass(time.Hour)
		again, _ := r.arrives("jan", shopURL)
		if again.ID != v.ID || again.Name != "Jan Novák" || again.Phone != "+420 777 000 001" || again.Email != "jan@example.com" || again.Language != "cs" {
			t.Errorf("got %+v", again)
		}
		if other, _ := r.arrives("eva", shopURL); other.ID == v.ID || other.Name != "" || other.Number != v.Number+1 {
			t.Errorf("got %+v", other)
		}
		if names := r.names(); !slices.Equal(names, []string{"", "Jan Novák"}) {
			t.Errorf("got %q", names)
		}
	})
}

// M092: what an operator writes down is kept and told, with its author and the session
// in which it was, of who is here and of who has left.
func TestAChangeIsKeptAndTold(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, page := r.arrives("jan", shopURL)
		r.told()
		_, err := r.Change(r.Context(), Change{Visitor: v.ID, By: string(v.ID), Name: new("Jan")})
		r.must(err)
		r.wants("by the visitor", r.told(), "introduced Jan <> by "+string(v.ID), "changed here=true page="+shopURL)
		_, err = r.Change(r.Context(), Change{Visitor: v.ID, By: "anna", Name: new("Jan")})
		r.must(err)
		r.wants("nothing new", r.told())
		r.Leave(v.ID, page)
		r.pass(time.Hour)
		r.told()
		_, err = r.Change(r.Context(), Change{Visitor: v.ID, Session: "s0", By: "anna", Email: new("jan@example.com")})
		r.must(err)
		r.wants("of who has left", r.told(), "introduced Jan <jan@example.com> by anna in s0")
		_, err = r.Change(r.Context(), Change{Visitor: "nobody", By: "anna"})
		r.refuses(err, routing.NotFound, "visitor_unknown")
	})
}

func TestAProfileThatMakesNoSenseIsRefused(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _ := r.arrives("jan", shopURL)
		for _, c := range []struct {
			change Change
			code   string
		}{
			{Change{Name: new("Jan\u202egnp.exe")}, "request_invalid"},
			{Change{Name: new(longText(61))}, "request_invalid"},
			{Change{Phone: new("call me")}, "phone_invalid"},
			{Change{Phone: new("12")}, "phone_invalid"},
			{Change{Phone: new(strings.Repeat("1", 41))}, "phone_invalid"},
			{Change{Email: new("jan")}, "email_invalid"},
			{Change{Email: new("@example.com")}, "email_invalid"},
			{Change{Email: new("jan@")}, "email_invalid"},
			{Change{Email: new("jan@example.com\r\nBcc: all@example.com")}, "email_invalid"},
			{Change{Email: new("<script>@example.com")}, "email_invalid"},
			{Change{Email: new(longText(200) + "@example.com")}, "email_invalid"},
		} {
			c.change.Visitor = v.ID
			_, err := r.Change(r.Context(), c.change)
			r.refuses(err, routing.Invalid, c.code)
		}
		changed, err := r.Change(r.Context(), Change{Visitor: v.ID, Language: new("<b>")})
		if err != nil || changed.Language != "" {
			t.Errorf("a language that is none: got %q, %v", changed.Language, err)
		}
	})
}

// I022: who has not agreed to be known shows no token, and nothing is kept of them.
func TestNothingIsKeptOfWhoShowsNoToken(t *testing.T) {
	inBubble(t, func(r *rig) {
		for _, secret := range []string{"", "b1", strings.Repeat("x", 31), strings.Repeat("x", 201), tokenOf("ja n"), tokenOf("č"), tokenOf("\x00")} {
			_, _, err := r.Arrive(r.Context(), Arrival{Token: secret, URL: shopURL})
			r.refuses(err, routing.Unauthorised, "token_wrong")
			_, err = r.ByToken(r.Context(), secret)
			r.refuses(err, routing.NotFound, "visitor_unknown")
		}
		_, err := r.ByToken(r.Context(), tokenOf("jan"))
		r.refuses(err, routing.NotFound, "visitor_unknown")
		if v, _ := r.arrives("jan", shopURL); v.Number != 1 {
			t.Errorf("got number %d: somebody was stored before", v.Number)
		}
	})
}

// M036: a ban holds from now on, outlives a restart, ends by itself or by hand, and all
// that is kept with who and why.
func TestABanHoldsUntilItIsLiftedOrOver(t *testing.T) {
	inBubble(t, func(r *rig) {
		jan, _ := r.arrives("jan", shopURL)
		eva, _ := r.arrives("eva", shopURL)
		r.told()
		ban, err := r.Ban(r.Context(), routing.Ban{Visitor: jan.ID, Number: "+420777000001", Session: "s1", Reason: " rude\nagain ", By: "anna"})
		r.must(err)
		r.wants("told", r.told(), "barred", "changed here=true page="+shopURL)
		until := time.Now().Add(time.Hour)
		_, err = r.Ban(r.Context(), routing.Ban{Visitor: eva.ID, Reason: "spam", By: "anna", Until: until})
		r.must(err)
		if !r.Banned(jan.ID) || !r.Banned(eva.ID) || r.Banned("other") || r.Banned("") {
			t.Error("the wrong ones are kept out")
		}
		if !r.BannedNumber("+420777000001") || r.BannedNumber("+420777000002") || r.BannedNumber("") {
			t.Error("the wrong numbers are kept out")
		}
		if info, _ := r.Info(jan.ID); !info.Banned {
			t.Error("who looks does not see it")
		}
		kept, err := r.Bans(r.Context())
		r.must(err)
		if len(kept) != 2 || kept[0].Visitor.ID != eva.ID && kept[1].Visitor.ID != eva.ID {
			t.Errorf("got %+v", kept)
		}

		r.Close(r.Context())
		r.open()
		if !r.Banned(jan.ID) || !r.BannedNumber("+420777000001") {
			t.Error("forgotten with the restart")
		}
		r.arrives("eva", shopURL)
		r.told()
		r.pass(time.Hour)
		r.wants("when it is over", r.told(), "barred", "changed here=true page="+shopURL)
		if r.Banned(eva.ID) {
			t.Error("held longer than it should")
		}
		r.must(r.Lift(r.Context(), jan.ID, "sofia"))
		if r.Banned(jan.ID) || r.BannedNumber("+420777000001") {
			t.Error("lifted, and holds")
		}
		for _, id := range []routing.VisitorID{jan.ID, eva.ID, "nobody"} {
			r.refuses(r.Lift(r.Context(), id, "sofia"), routing.NotFound, "ban_unknown")
		}
		ban.LiftedBy, ban.LiftedAt = "sofia", time.Now().UTC()
		if all, err := r.BansOf(r.Context(), jan.ID); err != nil || !slices.Equal(all, []routing.Ban{ban}) {
			t.Errorf("got %+v, %v\nwant %+v", all, err, ban)
		}
	})
}

func TestABanNeedsAReasonAndATime(t *testing.T) {
	inBubble(t, func(r *rig) {
		v, _ := r.arrives("jan", shopURL)
		ban := func(b routing.Ban) error {
			_, err := r.Ban(r.Context(), b)
			return err
		}
		r.refuses(ban(routing.Ban{Visitor: v.ID, Reason: " \n\u200b"}), routing.Invalid, "ban_reason_missing")
		r.refuses(ban(routing.Ban{Visitor: v.ID, Reason: "x", Until: time.Now()}), routing.Invalid, "ban_over")
		r.refuses(ban(routing.Ban{Visitor: "nobody", Reason: "x"}), routing.NotFound, "visitor_unknown")
		if r.Banned(v.ID) {
			t.Error("is kept out")
		}
	})
}

// Addresses of pages are kept without what gives somebody away, and hostile ones not at
// all.
func TestAddressesAreTidied(t *testing.T) {
	for raw, want := range map[string]string{
		"https://Shop.Example/Lamps?a=1&b=2#top":             "https://shop.example/Lamps?a=1&b=2#top",
		"http://jan:secret@shop.example:8080/x":              "http://shop.example:8080/x",
		"https://shop.example/?utm=x&TOKEN=abc&q=token":      "https://shop.example/?utm=x&TOKEN=&q=token",
		"https://shop.example/#access_token=abc&state=1":     "https://shop.example/#access_token=&state=1",
		"https://shop.example/%3Cscript%3E?q=<b>\"'":         "https://shop.example/%3Cscript%3E?q=<b>\"'",
		"https://shop.example/" + strings.Repeat("a", 2000):  "https://shop.example/",
		"https://shop.example/?" + strings.Repeat("a", 2000): "https://shop.example/",
		"https://" + strings.Repeat("a", 2000) + ".example/": "",
		"https://shop.example/" + strings.Repeat("a", 1<<20): "",
		"javascript:alert(1)":                                "",
		"JavaScript://shop.example/%0aalert(1)":              "",
		"data:text/html,x":                                   "",
		"file:///etc/passwd":                                 "",
		"blob:https://shop.example/1":                        "",
		"//shop.example/":                                    "",
		"https:///path":                                      "",
		"https://shop.example/\x00":                          "",
		"https://shop.example/\u202e":                        "",
		"https://shop.example/\n":                            "",
		"https://shop.example/%zz":                           "",
		"https://[::1":                                       "",
		"\xff\xfe":                                           "",
		"":                                                   "",
	} {
		if got := TidyURL(raw); got != want {
			t.Errorf("%.60q: got %.80q, want %.80q", raw, got, want)
		}
	}
}

func TestTitlesAreOneShortLine(t *testing.T) {
	for raw, want := range map[string]string{
		" Lamps\n\tand  more ":             "Lamps and more",
		"a\u202eb\u200bc\x00d\xffe":        "abc de",
		"<script>alert(1)</script>":        "<script>alert(1)</script>", // text stays text: pages draw it as such
		longText(titleKept + 1):            longText(titleKept),
		strings.Repeat("\u200b", 1<<20):    "",
		strings.Repeat("a ", 1<<19):        strings.TrimSpace(strings.Repeat("a ", titleKept/2)),
		"\x1b[31mred\x1b[0m \r\nX: header": "[31mred [0m X: header",
	} {
		got := TidyTitle(raw)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("%.40q: got %.80q, want %.80q", raw, got, want)
		}
	}
}

func FuzzWhatPagesSayIsTidied(f *testing.F) {
	f.Add("https://jan:x@shop.example/?a=1#b", "Title")
	f.Add("javascript:alert(1)", "\u202e\x00\xff")
	f.Fuzz(func(t *testing.T, url, title string) {
		address, line := TidyURL(url), TidyTitle(title)
		if address != "" && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") || len(address) > urlKept {
			t.Errorf("got %q", address)
		}
		if again := TidyURL(address); again != address {
			t.Errorf("%q is tidied again, to %q", address, again)
		}
		if utf8.RuneCountInString(line) > titleKept || !utf8.ValidString(line) || strings.ContainsFunc(line, isHidden) {
			t.Errorf("got %q", line)
		}
	})
}
