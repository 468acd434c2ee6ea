package offline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
	"sufler/routing/dialplan"
	"sufler/routing/mail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a service and what stands around it.
type rig struct {
	t *testing.T
	*Service

	mu     sync.Mutex
	rows   []routing.OfflineRequest
	keys   []string
	missed []routing.Missed // on disk
	mails  []routing.Mail
	told   []routing.Missed
	wakes  int
	broken error
	off    bool // mail is not set up
}

func withService(t *testing.T, test func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t}
		r.Service = New(Options{
			Store: r, Missed: r, Mail: r, Numbers: dialplan.Numbers{Home: "CZ"},
			Writer: mail.Writer{Say: func(_, key string, _ map[string]string) string { return key }},
		})
		test(r)
	})
}

func message() Message {
	return Message{
		Widget: "shop", Queue: "Orders", Visitor: "v", Name: " Jan  Novák ", Email: " jan@example.com ", Phone: "777 000 001", Text: " Zavolejte\x07 mi. ",
		Page: "https://shop.example/lamp", Language: "cs", Consent: true, Origin: "browser 1", AsksConsent: true,
		Mailbox: "info@shop.example", ReadIn: "cs", Company: "Lampárna",
	}
}

func codeOf(err error) string {
	if refusal, ok := errors.AsType[*routing.Error](err); ok {
		return refusal.Code
	}
	return fmt.Sprint(err)
}

func TestAMessageIsOnDiskWithItsEntryAndItsMail(t *testing.T) {
	withService(t, func(r *rig) {
		id, err := r.Leave(r.t.Context(), message())
		if err != nil || len(r.rows) != 1 || len(r.missed) != 1 || len(r.mails) != 1 {
			t.Fatalf("got %v, %d requests, %d missed, %d mails", err, len(r.rows), len(r.missed), len(r.mails))
		}
		want := routing.OfflineRequest{
			ID: id, Widget: "shop", Queue: "Orders", Visitor: "v", Name: "Jan Novák", Email: "jan@example.com", Phone: "+420777000001", Text: "Zavolejte mi.",
			Page: "https://shop.example/lamp", Language: "cs", Origin: "browser 1", Consent: true, Created: r.now(),
		}
		if r.rows[0] != want {
			t.Errorf("got  %+v\nwant %+v", r.rows[0], want)
		}
		missed := routing.Missed{
			ID: routing.MissedID(id), Reason: routing.MissedOffline, Queue: "Orders", Visitor: "v", Name: "Jan Novák", Phone: "+420777000001",
			Email: "jan@example.com", Text: "Zavolejte mi.", Page: "https://shop.example/lamp", Language: "cs", At: r.now(),
		}
		if r.missed[0] != missed || !slices.Equal(r.told, r.missed) || r.wakes != 1 {
			t.Errorf("got  %+v, told %v\nwant %+v", r.missed[0], r.told, missed)
		}
		if m := r.mails[0]; m.To != "info@shop.example" || m.ReplyTo != "jan@example.com" || !strings.Contains(m.Text, "Zavolejte mi.") {
			t.Errorf("got %+v", m)
		}
	})
}

func TestWithoutAMailboxOrAMailServerAMessageIsInTheListAllTheSame(t *testing.T) {
	for name, change := range map[string]func(*rig, *Message){
		"no mailbox":      func(_ *rig, m *Message) { m.Mailbox = "" },
		"a wrong mailbox": func(_ *rig, m *Message) { m.Mailbox = "nobody" },
		"no mail server":  func(r *rig, _ *Message) { r.off = true },
	} {
		withService(t, func(r *rig) {
			m := message()
			change(r, &m)
			if _, err := r.Leave(r.t.Context(), m); err != nil || len(r.missed) != 1 || len(r.mails) != 0 {
				t.Errorf("%s: got %v, %d missed, %d mails", name, err, len(r.missed), len(r.mails))
			}
		})
	}
}

func TestWhatIsMissingOrWrongIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Message)
		code   string
	}{
		"no text":             {func(m *Message) { m.Text = " \n\x00" }, "text_missing"},
		"a long text":         {func(m *Message) { m.Text = strings.Repeat("ž", 4001) }, "text_too_long"},
		"nobody to answer":    {func(m *Message) { m.Email, m.Phone = "", " " }, "contact_missing"},
		"no consent":          {func(m *Message) { m.Consent = false }, "consent_missing"},
		"no address":          {func(m *Message) { m.Email = "jan" }, "mail_address_invalid"},
		"two lines":           {func(m *Message) { m.Email = "jan@example.com\r\nBcc: a@example.com" }, "mail_address_invalid"},
		"no number":           {func(m *Message) { m.Phone = "call me" }, "number_invalid"},
		"a name of two lines": {func(m *Message) { m.Name = "Jan\r\nNovák" }, "request_invalid"},
	} {
		withService(t, func(r *rig) {
			m := message()
			c.change(&m)
			if _, err := r.Leave(r.t.Context(), m); codeOf(err) != c.code || len(r.rows) != 0 {
				t.Errorf("%s: got %v, %d kept, want %s", name, err, len(r.rows), c.code)
			}
		})
	}
}

func TestWhatIsEnoughIsTaken(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"a phone alone":      func(m *Message) { m.Email, m.Name, m.Page, m.Language = "", "", "", "" },
		"a mail alone":       func(m *Message) { m.Phone = "" },
		"a foreign number":   func(m *Message) { m.Phone = "+1 212 555 0123" },
		"nothing is asked":   func(m *Message) { m.AsksConsent, m.Consent = false, false },
		"the longest text":   func(m *Message) { m.Text = strings.Repeat("ž", 4000) },
		"an unnamed visitor": func(m *Message) { m.Origin, m.Visitor = "", "" },
	} {
		withService(t, func(r *rig) {
			m := message()
			change(&m)
			if _, err := r.Leave(r.t.Context(), m); err != nil {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}

// A desk makes a link of the page.
func TestOnlyAnAddressOfTheWebIsAPage(t *testing.T) {
	for typed, want := range map[string]string{
		"https://shop.example/a?b=c#d": "https://shop.example/a?b=c#d", "http://127.0.0.1:8080/demo/": "http://127.0.0.1:8080/demo/",
		"javascript:alert(1)": "", "file:///etc/passwd": "", "/lamp": "", "https://": "", "https://a b": "", "": "",
		"https://shop.example/" + strings.Repeat("a", 2000): "",
	} {
		if got := page(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestARepeatedKeyIsTheSameMessage(t *testing.T) {
	withService(t, func(r *rig) {
		m := message()
		m.Key = "k"
		first, err := r.Leave(r.t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 { // beyond the limit, too
			if again, err := r.Leave(r.t.Context(), m); err != nil || again != first {
				t.Errorf("got %s, %v, want %s", again, err, first)
			}
		}
		if len(r.rows) != 1 || len(r.told) != 1 || r.wakes != 1 {
			t.Errorf("got %d rows, told %d times, woke %d times", len(r.rows), len(r.told), r.wakes)
		}
	})
}

func TestAnOriginLeavesFiveMessagesInAnHour(t *testing.T) {
	withService(t, func(r *rig) {
		leave := func(origin string) string {
			m := message()
			m.Origin = origin
			_, err := r.Leave(r.t.Context(), m)
			return codeOf(err)
		}
		for range 5 {
			if got := leave("browser 1"); got != "<nil>" {
				t.Error(got)
			}
		}
		for origin, want := range map[string]string{"browser 1": "offline_too_often", "browser 2": "<nil>"} {
			if got := leave(origin); got != want {
				t.Errorf("%s: got %s, want %s", origin, got, want)
			}
		}
		<-time.NewTimer(time.Hour + time.Second).C
		if got := leave("browser 1"); got != "<nil>" {
			t.Errorf("an hour later: %s", got)
		}
	})
}

func TestADatabaseThatIsAwayIsSaid(t *testing.T) {
	withService(t, func(r *rig) {
		r.broken = errors.New("disk is away")
		if _, err := r.Leave(r.t.Context(), message()); codeOf(err) != "store_unavailable" || len(r.told) != 0 {
			t.Errorf("got %v, told %v", err, r.told)
		}
	})
}

func (r *rig) AddOfflineRequest(_ context.Context, row routing.OfflineRequest, key string, missed routing.Missed, letter *routing.Mail) (routing.OfflineRequest, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return row, false, r.broken
	}
	r.rows, r.keys, r.missed = append(r.rows, row), append(r.keys, key), append(r.missed, missed)
	if letter != nil {
		r.mails = append(r.mails, *letter)
	}
	return row, true, nil
}

func (r *rig) OfflineRequestByKey(_ context.Context, _, key string) (routing.OfflineRequest, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := slices.Index(r.keys, key); key != "" && i >= 0 {
		return r.rows[i], true, nil
	}
	return routing.OfflineRequest{}, false, r.broken
}

func (r *rig) CountOfflineRequests(_ context.Context, origin string, since time.Time) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range r.rows {
		if row.Origin == origin && !row.Created.Before(since) {
			n++
		}
	}
	return n, r.broken
}

func (r *rig) Added(m routing.Missed) { r.told = append(r.told, m) }

func (r *rig) IsSetUp() bool { return !r.off }

func (r *rig) Wake() { r.wakes++ }

func (r *rig) Draft(l mail.Letter) (routing.Mail, error) {
	if _, err := mail.Address(l.To); err != nil {
		return routing.Mail{}, err
	}
	return routing.Mail{ID: "m", To: l.To, ReplyTo: l.ReplyTo, Text: l.Text}, nil
}
