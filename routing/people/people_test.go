package people

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"go.uber.org/goleak"

	"sufler/internal/clock"
	"sufler/internal/token"
	"sufler/routing"
	"sufler/routing/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errWrong   = routing.Refuse(routing.Unauthorised, "login_wrong")
	errOften   = routing.Refuse(routing.Limited, "login_too_often")
	errNeeded  = routing.Refuse(routing.Unauthorised, "login_needed")
	errUnknown = routing.Refuse(routing.NotFound, "operator_unknown")
)

// hands is a clock that stands still until it is moved.
type hands struct {
	clock.System

	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// house is a directory on a real store, with a clock that the test moves.
type house struct {
	*testing.T
	folder string
	store  *store.Store
	clock  *hands
	dir    *Directory
	log    *strings.Builder
	cost   *argon2id.Params
}

var demo = Setup{
	Groups: []routing.GroupName{"orders", "service"},
	People: []Person{
		{Login: "Anna", Name: "Anna", Rank: routing.RankOperator, Groups: []routing.GroupName{"orders"}, Phone: "101", DeskOnly: true, Language: "cs", Password: "demo-anna"},
		{Login: "boris", Name: "Boris", Rank: routing.RankOperator, Groups: []routing.GroupName{"orders"}, Phone: "102", Robot: true, Password: "demo-boris"},
		{Login: "sofia", Name: "Sofia", Rank: routing.RankSupervisor, Groups: []routing.GroupName{"service"}, Phone: "201"},
	},
	Phones: []Account{{Extension: "101", Name: "Anna", Secret: "demo-anna"}},
}

// cheap makes hashes that cost nothing: most tests are not about them.
var cheap = &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

func open(t *testing.T, setup Setup) *house {
	t.Helper()
	return openAtCost(t, setup, cheap)
}

// openAtCost is open with password hashes of a given cost; nil is the real one.
func openAtCost(t *testing.T, setup Setup, cost *argon2id.Params) *house {
	t.Helper()
	h := &house{cost: cost, T: t, folder: t.TempDir(), clock: &hands{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}, log: &strings.Builder{}}
	h.openAgain(setup)
	t.Cleanup(func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) openAgain(setup Setup) {
	h.Helper()
	var err error
	if h.store != nil {
		h.must(h.store.Close())
	}
	log := slog.New(slog.NewTextHandler(h.log, nil))
	h.store, err = store.Open(h.Context(), store.Options{Folder: h.folder, Log: log})
	h.must(err)
	h.dir, err = Open(h.Context(), Options{Store: h.store, Clock: h.clock, Log: log, Setup: setup, cost: h.cost})
	h.must(err)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// mustRefuse checks that err is a refusal with want's code.
func (h *house) mustRefuse(err error, want *routing.Error) {
	h.Helper()
	if !errors.Is(err, &routing.Error{Code: want.Code}) {
		h.Errorf("got %v, want %v", err, want)
	}
}

func (h *house) id(login string) routing.OperatorID {
	h.Helper()
	o, ok := h.dir.ByLogin(login)
	if !ok {
		h.Fatalf("nobody is called %s", login)
	}
	return o.ID
}

func (h *house) login(address, login, password string) error {
	_, err := h.dir.Login(h.Context(), address, login, password)
	return err
}

func TestAtFirstStartTheConfigurationIsCreatedAndAfterwardsTheDatabaseHolds(t *testing.T) {
	h := open(t, demo)
	anna, _ := h.dir.ByLogin("ANNA")
	if anna.PublicName != "Anna" || !anna.Active || !anna.DeskOnly || anna.Phone != "101" {
		t.Errorf("got %+v", anna)
	}
	anna.Name, anna.Rank = "Anna Nová", routing.RankSupervisor
	h.must(h.dir.UpdateOperator(t.Context(), anna))
	h.must(h.dir.PutPhone(t.Context(), "101", "Anna", "another secret"))

	changed := demo
	changed.People = append([]Person{{Login: "cyril", Rank: routing.RankOperator}}, demo.People...)
	h.openAgain(changed)
	back, _ := h.dir.ByLogin("anna")
	if back.ID != anna.ID || back.Name != "Anna Nová" || back.Rank != routing.RankSupervisor {
		t.Errorf("the configuration overwrote %+v", back)
	}
	if n := len(h.dir.Operators()); n != 4 {
		t.Errorf("got %d operators, want 4", n)
	}
	if phone, _ := h.dir.Phone("101"); phone != NewPhone("101", "Anna", "another secret") {
		t.Errorf("the configuration overwrote %+v", phone)
	}
	if !strings.Contains(h.log.String(), "which holds") || strings.Contains(h.log.String(), "demo-anna") {
		t.Errorf("the log: %s", h.log)
	}
	if o, ok := h.dir.ByPhone("102"); !ok || o.Login != "boris" {
		t.Errorf("by phone: got %+v", o)
	}
}

func TestAWrongLoginAndAWrongPasswordAreRefusedAlike(t *testing.T) {
	h := open(t, demo)
	h.must(h.login("10.0.0.1", "anna", "demo-anna"))
	h.must(h.login("10.0.0.1", "ANNA", "demo-anna"))
	for name, c := range map[string]struct{ login, password string }{
		"wrong password":          {"anna", "demo-boris"},
		"unknown login":           {"nobody", "demo-anna"},
		"no password set":         {"sofia", ""},
		"no password set, dummy":  {"sofia", "dummy"},
		"an empty login":          {"", ""},
		"password in other case":  {"boris", "DEMO-BORIS"},
		"password with more text": {"boris", "demo-boris\x00"},
	} {
		err := h.login("10.0.0.1", c.login, c.password)
		var refusal *routing.Error
		if !errors.As(err, &refusal) || refusal.Code != "login_wrong" || len(refusal.Params) > 0 {
			t.Errorf("%s: got %v, want login_wrong", name, err)
		}
	}
	h.must(h.dir.UpdateOperator(t.Context(), inactive(h, "boris")))
	h.mustRefuse(h.login("10.0.0.2", "boris", "demo-boris"), errWrong)
}

func inactive(h *house, login string) routing.Operator {
	o, _ := h.dir.ByLogin(login)
	o.Active = false
	return o
}

// An unknown login does the work of a known one: the same hash of the same cost.
func TestAnUnknownLoginCostsAHash(t *testing.T) {
	h := openAtCost(t, demo, nil)
	for range hashesAtOnce {
		h.dir.hasher.slots <- struct{}{}
	}
	for _, login := range []string{"anna", "nobody", "sofia"} {
		done := make(chan error, 1)
		go func() { done <- h.login("10.0.0.1", login, "x") }()
		select {
		case err := <-done:
			t.Errorf("%s: answered without a hash: %v", login, err)
		default:
		}
		<-h.dir.hasher.slots // let exactly this one through
		h.mustRefuse(<-done, errWrong)
		h.dir.hasher.slots <- struct{}{}
	}
	anna, _ := h.dir.ByLogin("anna")
	if got, want := costOf(h.dir.hasher.dummy), costOf(anna.PasswordHash); got != want || got != "v=19 m=19456,t=2,p=1" {
		t.Errorf("the dummy costs %s, a hash %s", got, want)
	}
}

func costOf(hash string) string {
	parts := strings.Split(hash, "$")
	return parts[2] + " " + parts[3]
}

func TestPasswordsAreTriedAFewTimesOnly(t *testing.T) {
	h := open(t, demo)
	fail := func(login string, times int) {
		t.Helper()
		for range times {
			h.mustRefuse(h.login("10.0.0.1", login, "x"), errWrong)
		}
	}
	fail("anna", attemptsOfLogin-1)
	h.must(h.login("10.0.0.1", "anna", "demo-anna")) // a right one forgives
	fail("anna", attemptsOfLogin)
	h.mustRefuse(h.login("10.0.0.1", "Anna", "demo-anna"), errOften)
	h.must(h.login("10.0.0.2", "anna", "demo-anna")) // nobody can lock Anna out elsewhere
	h.must(h.login("10.0.0.1", "boris", "demo-boris"))
	fail("nobody", attemptsOfLogin)
	h.mustRefuse(h.login("10.0.0.1", "nobody", "x"), errOften) // unknown ones look alike

	h.clock.move(attemptsPause - time.Second)
	h.mustRefuse(h.login("10.0.0.1", "anna", "demo-anna"), errOften)
	h.clock.move(time.Second)
	h.must(h.login("10.0.0.1", "anna", "demo-anna"))
}

func TestAttemptsOfAnAddressAreCountedTogether(t *testing.T) {
	c := &hands{now: time.Now()}
	a := newAttempts(c)
	allowed := 0
	for i := range 3 * attemptsOfAddress {
		if a.take("10.0.0.1", fmt.Sprint(i)) {
			allowed++
		}
	}
	if allowed != attemptsOfAddress {
		t.Errorf("got %d attempts, want %d", allowed, attemptsOfAddress)
	}
	if !a.take("10.0.0.2", "1") {
		t.Error("another address is refused")
	}
	c.move(attemptsPause)
	if !a.take("10.0.0.1", "1") {
		t.Error("the pause does not end")
	}
}

// Whoever leaves the login empty must not use up what the whole address may try.
func TestAnEmptyLoginIsCountedAsALogin(t *testing.T) {
	a := newAttempts(&hands{now: time.Now()})
	for i := range attemptsOfLogin {
		if !a.take("10.0.0.1", fmt.Sprint(i)) {
			t.Fatalf("attempt %d is refused", i)
		}
	}
	for range attemptsOfLogin {
		if !a.take("10.0.0.1", "") {
			t.Fatal("the others' attempts count for the empty login")
		}
	}
	if a.take("10.0.0.1", "") || !a.take("10.0.0.1", "anna") {
		t.Error("the empty login's attempts count for the address, or not at all")
	}
}

// Whoever has one address of an IPv6 network has all of them.
func TestANetworkIsCountedAsOneAddress(t *testing.T) {
	a := newAttempts(&hands{now: time.Now()})
	allowed := 0
	for i := range 100 {
		if a.take(fmt.Sprintf("2001:db8:1:2::%x", i+1), "anna") {
			allowed++
		}
	}
	if allowed != attemptsOfLogin {
		t.Errorf("got %d attempts at one login, want %d", allowed, attemptsOfLogin)
	}
	if !a.take("2001:db8:1:3::1", "anna") || !a.take("unknown", "anna") {
		t.Error("another network is refused")
	}
}

// A flood of invented logins is refused without being remembered: it cannot push
// out what is known of the address itself.
func TestAFloodOfLoginsDoesNotForgetItsAddress(t *testing.T) {
	a := newAttempts(&hands{now: time.Now()})
	allowed := 0
	for i := range 4 * attemptsKept {
		if a.take("10.0.0.1", fmt.Sprint(i)) {
			allowed++
		}
	}
	if allowed != attemptsOfAddress {
		t.Errorf("got %d attempts, want %d", allowed, attemptsOfAddress)
	}
}

func TestAHundredGuessesAtOnceAreNotCheckedAll(t *testing.T) {
	a := newAttempts(&hands{now: time.Now()})
	var allowed sync.Map
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if a.take("10.0.0.1", "anna") {
				allowed.Store(i, true)
			}
		})
	}
	all.Wait()
	n := 0
	allowed.Range(func(any, any) bool { n++; return true })
	if n != attemptsOfLogin {
		t.Errorf("got %d, want %d", n, attemptsOfLogin)
	}
}

func TestALoginEndsAfterTwelveHoursAtLogoutAndWithThePassword(t *testing.T) {
	h := open(t, demo)
	begin := func() string {
		t.Helper()
		l, err := h.dir.Login(t.Context(), "10.0.0.1", "anna", "demo-anna")
		h.must(err)
		if len(l.Token) != 43 {
			t.Errorf("got a token of %d characters, want 43: 256 bits", len(l.Token))
		}
		return l.Token
	}
	who := func(token string) error {
		o, _, err := h.dir.ByToken(t.Context(), token)
		if err == nil && o.Login != "Anna" {
			t.Errorf("got %+v", o)
		}
		return err
	}
	one, two := begin(), begin()
	h.must(who(one))
	h.must(h.dir.Logout(t.Context(), one))
	h.mustRefuse(who(one), errNeeded)
	h.must(who(two))
	h.mustRefuse(who(token.Hash(two)), errNeeded) // what is stored opens nothing
	h.mustRefuse(who(""), errNeeded)

	h.clock.move(LoginLasts - time.Millisecond)
	h.must(who(two))
	h.clock.move(time.Millisecond)
	h.mustRefuse(who(two), errNeeded)

	three := begin()
	h.mustRefuse(h.dir.SetPassword(t.Context(), h.id("anna"), "elevenchars"), routing.Refuse(routing.Invalid, "password_short"))
	h.must(who(three))
	h.must(h.dir.SetPassword(t.Context(), h.id("anna"), "a new and long one"))
	h.mustRefuse(who(three), errNeeded)
	h.mustRefuse(h.login("10.0.0.1", "anna", "demo-anna"), errWrong)
	h.must(h.login("10.0.0.1", "anna", "a new and long one"))
}

func TestSomebodyInactiveIsLoggedOut(t *testing.T) {
	h := open(t, demo)
	l, err := h.dir.Admit(t.Context(), h.id("boris"))
	h.must(err)
	h.must(h.dir.UpdateOperator(t.Context(), inactive(h, "boris")))
	_, _, err = h.dir.ByToken(t.Context(), l.Token)
	h.mustRefuse(err, errNeeded)
	_, err = h.dir.Admit(t.Context(), h.id("boris"))
	h.mustRefuse(err, errUnknown)
	_, err = h.dir.Admit(t.Context(), "nobody")
	h.mustRefuse(err, errUnknown)
}

// A login that cannot be typed again locks its owner out: the first owner for ever.
func TestALoginCanBeTyped(t *testing.T) {
	h := open(t, Setup{})
	invalid := routing.Refuse(routing.Invalid, "login_invalid")
	token := h.dir.OpenFounding()
	for _, login := range []string{"", " ", "a b", "a\tb", "a\x1b[31m", "a\u202eb", "a\u200bb", "\xff", strings.Repeat("x", loginMost+1)} {
		_, err := h.dir.AddOperator(t.Context(), Person{Login: login, Password: "a long password"})
		h.mustRefuse(err, invalid)
		_, err = h.dir.Found(t.Context(), token, Person{Login: login, Password: "a long password"})
		h.mustRefuse(err, invalid)
	}
	_, err := h.dir.AddOperator(t.Context(), Person{Login: "anna", Name: "Anna\r\nVia: x", Password: "a long password"})
	h.mustRefuse(err, routing.Refuse(routing.Invalid, "request_invalid"))
	l, err := h.dir.Found(t.Context(), token, Person{Login: " Ádám@example.com ", Name: " Adam  Král", Password: "a long password"})
	h.must(err)
	if l.Operator.Login != "Ádám@example.com" || l.Operator.Name != "Adam Král" {
		t.Errorf("got %+v", l.Operator)
	}
	h.must(h.login("10.0.0.1", " ádám@example.com", "a long password"))
}

func TestAnOperatorIsAddedOnce(t *testing.T) {
	h := open(t, demo)
	_, err := h.dir.AddOperator(t.Context(), Person{Login: "ANNA", Rank: routing.RankOwner, Password: "long enough for us"})
	h.mustRefuse(err, routing.Refuse(routing.Conflict, "login_taken", "login", "ANNA"))
	_, err = h.dir.AddOperator(t.Context(), Person{Login: "adam", Rank: routing.RankOwner, Password: "short"})
	h.mustRefuse(err, routing.Refuse(routing.Invalid, "password_short"))
	adam, err := h.dir.AddOperator(t.Context(), Person{Login: "adam", Rank: routing.RankOwner, Password: "long enough for us"})
	h.must(err)
	h.must(h.login("10.0.0.1", "adam", "long enough for us"))
	if o, ok := h.dir.Operator(adam.ID); !ok || o.Name != "adam" {
		t.Errorf("got %+v", o)
	}
	h.mustRefuse(h.dir.UpdateOperator(t.Context(), routing.Operator{ID: "nobody"}), errUnknown)
	h.mustRefuse(h.dir.SetPassword(t.Context(), "nobody", "long enough for us"), errUnknown)
}

// The example of RFC 7616 section 3.9.1 has another realm; these values are
// md5sum's and sha256sum's of "101:sufler:demo-anna".
func TestAPhonesSecretIsKeptAsHA1(t *testing.T) {
	p := NewPhone("101", "Anna", "demo-anna")
	if p.HA1MD5 != "81e034b85346a24dbdebca31e102d050" || p.HA1SHA256 != "e7576eb84736d9d329005b718509e087f5661d1627c64cccb8bbe812a1801174" {
		t.Errorf("got %+v", p)
	}
}

func TestTheDemosPasswordsHoldForThoseWhoExist(t *testing.T) {
	h := open(t, demo)
	h.must(h.login("10.0.0.1", "anna", "demo-anna"))
	renewed := Setup{Overwrite: true, Groups: demo.Groups, Phones: []Account{{Extension: "101", Name: "Anna", Secret: "another"}}}
	for _, p := range demo.People {
		p.Password = "new-" + p.Login
		renewed.People = append(renewed.People, p)
	}
	h.openAgain(renewed)
	h.mustRefuse(h.login("10.0.0.1", "anna", "demo-anna"), errWrong)
	h.must(h.login("10.0.0.1", "anna", "new-Anna"))
	if p, _ := h.dir.Phone("101"); p.HA1SHA256 != NewPhone("101", "", "another").HA1SHA256 {
		t.Error("the phone has its password of before")
	}
	if n := len(h.dir.Operators()); n != len(demo.People) {
		t.Errorf("%d people, want %d", n, len(demo.People))
	}
}
