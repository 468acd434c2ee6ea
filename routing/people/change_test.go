package people

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sufler/routing"
)

func codes(err error) string {
	refusal, ok := errors.AsType[*routing.Error](err)
	if !ok {
		return ""
	}
	all := []string{refusal.Code}
	for _, flaw := range refusal.Flaws {
		all = append(all, flaw.At+" "+flaw.Code)
	}
	return strings.Join(all, ", ")
}

// M042, M043, M062: an administrator says how many chats and whether there is a preview.
func TestAnAdministratorChangesAPerson(t *testing.T) {
	h := open(t, demo)
	anna, _ := h.dir.ByLogin("anna")
	if anna.ChatLimit != 3 || anna.Preview {
		t.Errorf("a new person has %d chats, preview %v; want 3 and none", anna.ChatLimit, anna.Preview)
	}
	for n, want := range map[int]string{0: "setting_invalid, chat_limit out_of_range", 1: "", 10: "", 11: "setting_invalid, chat_limit out_of_range"} {
		if _, err := h.dir.Change(t.Context(), anna.ID, Changes{ChatLimit: &n}); codes(err) != want {
			t.Errorf("%d chats: got %q, want %q", n, codes(err), want)
		}
	}
	limit, preview, name, about := 5, true, " Anna  M. ", "Lamps"
	if _, err := h.dir.Change(t.Context(), anna.ID, Changes{ChatLimit: &limit, Preview: &preview, PublicName: &name, Description: &about, Groups: []routing.GroupName{"service"}}); err != nil {
		t.Fatal(err)
	}
	stored, err := h.store.OperatorByLogin(t.Context(), "anna")
	if err != nil || stored.ChatLimit != 5 || !stored.Preview || stored.PublicName != "Anna M." || stored.Description != "Lamps" ||
		!slices.Equal(stored.Groups, []routing.GroupName{"service"}) || stored.PasswordHash != anna.PasswordHash {
		t.Errorf("got %+v %v", stored, err)
	}
}

func TestAllThatIsWrongWithAPersonIsToldAtOnce(t *testing.T) {
	h := open(t, demo)
	anna, _ := h.dir.ByLogin("anna")
	limit, name, about := 11, "", strings.Repeat("x", 201)
	_, err := h.dir.Change(t.Context(), anna.ID, Changes{ChatLimit: &limit, PublicName: &name, Description: &about, Groups: []routing.GroupName{"orders", "none", "orders"}})
	const want = "setting_invalid, chat_limit out_of_range, description too_long, groups unknown, groups twice, public_name missing"
	if got := codes(err); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	about = "a\u202eb"
	if _, err := h.dir.Change(t.Context(), anna.ID, Changes{PublicName: &about, Description: &about}); codes(err) != "setting_invalid, description not_shown, public_name not_shown" {
		t.Errorf("got %s", codes(err))
	}
	if now, _ := h.dir.Operator(anna.ID); now.PublicName != anna.PublicName || now.ChatLimit != 3 {
		t.Errorf("it is changed: %+v", now)
	}
	if _, err := h.dir.Change(t.Context(), "nobody", Changes{}); !errors.Is(err, errUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	h := open(t, Setup{People: []Person{{Login: "adam", Rank: routing.RankOwner, Password: "a long password"}, {Login: "eva", Rank: routing.RankOwner}}})
	off := false
	adam, _ := h.dir.ByLogin("adam")
	eva, _ := h.dir.ByLogin("eva")
	l, err := h.dir.Login(t.Context(), "127.0.0.1", "adam", "a long password")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.dir.Change(t.Context(), adam.ID, Changes{Active: &off}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.dir.ByToken(t.Context(), l.Token); !errors.Is(err, errNeeded) {
		t.Errorf("whoever is inactive is logged in: %v", err)
	}
	if _, err := h.dir.Change(t.Context(), eva.ID, Changes{Active: &off}); codes(err) != "owner_last" {
		t.Errorf("got %v, want owner_last", err)
	}
}

// D11: as many are active as the installation may have; lowering it takes nobody out.
func TestOnlySoManyAreActive(t *testing.T) {
	h := open(t, Setup{People: []Person{{Login: "adam", Rank: routing.RankOwner}, {Login: "eva"}, {Login: "ota"}, {Login: "automat", Robot: true}}})
	most := 0
	h.dir.most = func() int { return most }
	active := func(login string, on bool) string {
		o, _ := h.dir.ByLogin(login)
		_, err := h.dir.Change(t.Context(), o.ID, Changes{Active: &on})
		return codes(err)
	}
	active("ota", false)
	most = 1
	if got := active("ota", true); got != "operators_full" {
		t.Errorf("a third of one: got %q", got)
	}
	if got := active("eva", true); got != "" {
		t.Errorf("who is active already: got %q", got)
	}
	active("eva", false)
	if got := active("ota", true); got != "operators_full" {
		t.Errorf("a second of one: got %q", got)
	}
	most = 2
	if got := active("ota", true); got != "" {
		t.Errorf("a second of two: got %q", got)
	}
	most = 0
	if got := active("eva", true); got != "" {
		t.Errorf("without a limit: got %q", got)
	}
}

func TestGroupsAreAddedAndTakenAway(t *testing.T) {
	h := open(t, demo)
	told := 0
	defer h.dir.Watch(func() { told++ })()
	for range 2 {
		if err := h.dir.AddGroup(t.Context(), "autumn"); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.dir.Groups(); !slices.Equal(got, []routing.GroupName{"autumn", "orders", "service"}) || told != 1 {
		t.Errorf("got %v, told %d times", got, told)
	}
	for name, want := range map[routing.GroupName]string{"orders": "setting_used", "none": "setting_unknown", "autumn": ""} {
		if err := h.dir.DeleteGroup(t.Context(), name); codes(err) != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	if got, err := h.store.Groups(t.Context()); err != nil || !slices.Equal(got, []routing.GroupName{"orders", "service"}) {
		t.Errorf("got %v %v", got, err)
	}
}
