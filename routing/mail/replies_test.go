package mail

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"sufler/routing"
)

// write says something to the visitor of a session who has left.
func write(r *rig, rs *Replies, session routing.SessionID, text string) {
	r.t.Helper()
	due, err := rs.Write(r.t.Context(), Reply{
		To: "jan@example.com", Company: "Lampárna", Language: "en", Session: session, Link: "https://shop.example/",
		Lines: []Line{{At: time.Now(), Who: "Anna", Text: text}},
	})
	if err != nil || !due.Equal(time.Now().Add(5*time.Minute)) {
		r.t.Errorf("got due in %v, %v", time.Until(due), err)
	}
}

// texts are the mails of a session that wait or were sent, as far as they are kept.
func (w *world) texts() (all []string) {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	for _, m := range w.store.sortedLocked() {
		all = append(all, m.State.String()+" "+strings.Join(strings.Fields(strings.TrimPrefix(m.Text, "Hello,\n\nLampárna wrote to you after you had left the chat:\n\n")), " "))
	}
	return all
}

// PRODUCT B9: one mail for each five minutes of silence.
func TestWhatIsWrittenToAVisitorWhoHasLeftIsOneMailForEachSilence(t *testing.T) {
	inProcess(t, func(r *rig) {
		rs := NewReplies(r.Service, writer(t))
		write(r, rs, "s", "one")
		r.pass(4 * time.Minute)
		write(r, rs, "s", "two")
		write(r, rs, "other", "elsewhere")
		r.pass(4*time.Minute + 59*time.Second)
		r.wantGot()
		if texts := r.texts(); len(texts) != 2 || !strings.Contains(texts[0]+texts[1], "Anna: one") || strings.Count(texts[0]+texts[1], "https://shop.example/") != 2 {
			t.Errorf("got %q", texts)
		}
		r.pass(time.Second)
		r.wantGot("New message from Lampárna", "New message from Lampárna")
		write(r, rs, "s", "three")
		var waiting string
		for _, text := range r.texts() {
			if strings.HasPrefix(text, "waiting ") {
				waiting += text
			}
		}
		if !strings.Contains(waiting, "three") || strings.Contains(waiting, "two") {
			t.Errorf("got %q, want what was not mailed yet", waiting)
		}
	})
}

func TestWhoComesBackInTimeReadsItInTheChatAndGetsNoMail(t *testing.T) {
	inProcess(t, func(r *rig) {
		rs := NewReplies(r.Service, writer(t))
		write(r, rs, "s", "one")
		r.pass(time.Minute)
		for range 2 {
			if err := rs.Read(r.t.Context(), "s"); err != nil {
				t.Error(err)
			}
		}
		r.pass(time.Hour)
		r.wantGot()
	})
}

func TestWhatIsWrittenWhileAMailIsBeingSentComesInTheNext(t *testing.T) {
	inProcess(t, func(r *rig) {
		rs := NewReplies(r.Service, writer(t))
		r.server.say(&Undelivered{Answer: "later"})
		write(r, rs, "s", "one")
		r.pass(5 * time.Minute) // its first attempt has failed at this very moment
		write(r, rs, "s", "two")
		r.server.say(nil)
		r.pass(time.Hour)
		r.wantGot("New message from Lampárna", "New message from Lampárna", "New message from Lampárna")
	})
}

// What waits is in the database: the next process sends it, and only what is written
// afterwards is another mail.
func TestARestartLosesNoReply(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.boot()
		write(first, NewReplies(first.Service, writer(t)), "s", "one")
		first.crash()
		second := w.boot()
		write(second, NewReplies(second.Service, writer(t)), "s", "two")
		w.pass(time.Hour)
		w.wantGot("New message from Lampárna", "New message from Lampárna")
		second.Close(context.Background())
	})
}

func TestAReplyThatCannotBeMailedIsSaidSo(t *testing.T) {
	inProcess(t, func(r *rig) {
		rs := NewReplies(r.Service, writer(t))
		r.store.breakWith(errDisk)
		line := []Line{{At: time.Now(), Who: "Anna", Text: "lost"}}
		for code, reply := range map[string]Reply{
			"mail_address_invalid": {To: "nobody", Language: "en", Session: "s", Lines: line},
			"store_unavailable":    {To: "jan@example.com", Company: "Lampárna", Language: "en", Session: "s", Lines: line},
		} {
			if _, err := rs.Write(r.t.Context(), reply); err == nil || !strings.Contains(err.Error(), code) || routing.KindOf(err) == routing.Internal {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		r.store.breakWith(nil)
		write(r, rs, "s", "kept")
		if texts := r.texts(); len(texts) != 1 || strings.Contains(texts[0], "lost") {
			t.Errorf("got %q", texts)
		}
		if err := rs.Read(r.t.Context(), "s"); err != nil || errors.Is(err, errDisk) {
			t.Error(err)
		}
	})
}
