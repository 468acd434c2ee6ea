package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sufler/internal/clock"
	"sufler/routing"
)

func TestFactsOfFiveMillisecondsAreOneGroup(t *testing.T) {
	bubble(t, func(r *rig) {
		r.add(0, 3)
		r.pass(4 * time.Millisecond)
		r.wantStored(nil)
		r.add(3, 5)
		r.pass(2 * time.Millisecond)
		r.wantStored(upTo(5))
		r.add(5, 30) // more than a group: the rest follows at once
		r.pass(5 * time.Millisecond)
		r.wantStored(upTo(30))
		if want := []int{5, 10, 10, 5}; !slices.Equal(r.db.groups, want) {
			r.Errorf("groups: got %v, want %v", r.db.groups, want)
		}
		r.wantTold(upTo(30))
		r.wantSpool(0)
	})
}

func TestAFactGetsItsIDAndTimeWhenItIsAdded(t *testing.T) {
	bubble(t, func(r *rig) {
		<-time.After(1500 * time.Microsecond)
		at := time.Now().UTC().Truncate(time.Millisecond)
		r.Add("s", "c", "anna", routing.StaffOnly, said{0})
		r.pass(5 * time.Millisecond)
		e := r.db.entries[0]
		if e.Session != "s" || e.Call != "c" || e.By != "anna" || e.Audience != routing.StaffOnly || e.Kind != "chat.said" || len(e.ID) != 36 {
			r.Errorf("got %+v", e)
		}
		if !e.At.Equal(at) || e.At.Location() != time.UTC {
			r.Errorf("got %s, want %s", e.At, at)
		}
	})
}

func TestCommitReturnsWhenStored(t *testing.T) {
	bubble(t, func(r *rig) {
		r.add(0, 2)
		began := time.Now()
		if err := r.commit(2); err != nil {
			r.Fatal(err)
		}
		if waited := time.Since(began); waited > 0 {
			r.Errorf("a commit waited %s for company", waited)
		}
		r.wantStored(upTo(3))
	})
}

// A message whose answer was lost is said again under its id.
func TestAFactOfOneIDIsStoredOnceAndToldAsItWasStored(t *testing.T) {
	bubble(t, func(r *rig) {
		var stored []string
		say := func(n int) {
			if err := r.AddAs("mine", "s", "", "anna", routing.Everybody, said{n}, func(err error) { stored = append(stored, fmt.Sprint(err, len(r.told))) }); err != nil {
				r.Fatal(err)
			}
			synctest.Wait()
		}
		say(0)
		say(1)
		if want := []string{"<nil> 1", "<nil> 2"}; !slices.Equal(stored, want) { // watchers were told before
			r.Errorf("got %q, want %q", stored, want)
		}
		if len(r.db.entries) != 1 || len(r.told) != 2 || r.told[1].Seq != r.told[0].Seq || string(r.told[1].Data) != string(r.told[0].Data) {
			r.Errorf("stored %v, told %v", r.db.entries, r.told)
		}
		r.close()
		if err := r.AddAs("other", "s", "", "anna", routing.Everybody, said{2}, func(error) { r.Error("an answer beside the error") }); err == nil {
			r.Error("a closed journal took a fact")
		}
		r.open()
	})
}

func TestAddNeverWaitsAndASlowDatabaseKeepsTheOrder(t *testing.T) {
	bubble(t, func(r *rig) {
		hangs := make(chan struct{})
		r.db.set(nil, hangs)
		r.add(0, 5)
		r.pass(5 * time.Millisecond) // 0 to 4 are on their way and hang
		began := time.Now()
		r.add(5, 25)
		if waited := time.Since(began); waited > 0 {
			r.Errorf("add waited %s", waited)
		}
		synctest.Wait()
		r.wantSpool(25) // the queue is full: the spool took it, and the group before it
		r.add(25, 30)
		r.db.set(nil, nil)
		close(hangs)
		r.pass(time.Second)
		r.wantStored(upTo(30))
		r.wantTold(upTo(30))
		r.wantSpool(0)
	})
}

func TestADatabaseThatHangsDoesNotHoldACommitForEver(t *testing.T) {
	bubble(t, func(r *rig) {
		hangs := make(chan struct{})
		r.db.set(nil, hangs)
		r.add(0, 1)
		r.pass(5 * time.Millisecond)
		if err := r.commit(1); err != nil {
			r.Fatal(err)
		}
		r.wantSpool(2)
		close(hangs)
		r.db.set(nil, nil)
		r.pass(time.Second)
		r.wantStored(upTo(2))
		r.wantTold(upTo(2))
	})
}

// F4 of the reliability promises: facts of an outage are stored after it.
func TestFactsOfAnOutageAreHandedOverInOrder(t *testing.T) {
	bubble(t, func(r *rig) {
		r.add(0, 3)
		r.pass(5 * time.Millisecond)
		r.db.set(errDown, nil)
		n := 3
		for range 60 {
			r.add(n, n+2)
			if err := r.commit(n + 2); err != nil {
				r.Fatal(err)
			}
			n += 3
			r.pass(time.Second)
		}
		r.wantStored(upTo(3))
		r.wantSpool(180)
		if tries := r.db.calls; tries > 70 {
			r.Errorf("the database was asked %d times in a minute, want one a second", tries)
		}
		r.db.set(nil, nil)
		r.pass(2 * time.Second)
		r.wantStored(upTo(n))
		r.wantTold(upTo(n))
		r.wantSpool(0)
		r.add(n, n+1)
		r.pass(5 * time.Millisecond)
		r.wantStored(upTo(n + 1))
		if got := strings.Count(r.log.String(), "\n"); got != 2 {
			r.Errorf("want one line when it begins and one when it ends, got %s", r.log)
		}
	})
}

func TestASpoolIsHandedOverAtTheNextStart(t *testing.T) {
	bubble(t, func(r *rig) {
		r.db.set(errDown, nil)
		r.add(0, 25)
		r.close()
		r.wantSpool(25)
		r.wantStored(nil)

		file, err := os.OpenFile(r.path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			r.Fatal(err)
		}
		// A line that is no entry, and one that a crash cut.
		if _, err := file.WriteString("rubbish\n" + `{"ID": "0199`); err != nil {
			r.Fatal(err)
		}
		if err := file.Close(); err != nil {
			r.Fatal(err)
		}
		r.db.set(nil, nil)
		r.open()
		r.add(25, 30)
		r.pass(5 * time.Millisecond)
		r.wantStored(upTo(30))
		r.wantSpool(0)
		if lost := r.lost(); lost != 1 {
			r.Errorf("got %v lost, want the line of rubbish", lost)
		}
	})
}

// A crash in the middle of handing over hands over again.
func TestHandingOverTwiceStoresOnce(t *testing.T) {
	bubble(t, func(r *rig) {
		r.db.set(errDown, nil)
		r.add(0, 15)
		r.close()
		content, err := os.ReadFile(r.path)
		if err != nil {
			r.Fatal(err)
		}
		r.db.set(nil, nil)
		r.open()
		r.pass(time.Second)
		r.close()
		r.wantSpool(0)
		if err := os.WriteFile(r.path, content, 0o600); err != nil {
			r.Fatal(err)
		}
		r.open()
		r.pass(time.Second)
		r.wantStored(upTo(15))
	})
}

func TestCloseStoresWhatIsLeftAndRefusesMore(t *testing.T) {
	bubble(t, func(r *rig) {
		r.add(0, 25)
		r.close()
		r.wantStored(upTo(25))
		r.wantSpool(0)
		r.add(25, 26)
		if err := r.commit(26); !errors.Is(err, errClosed) {
			r.Errorf("got %v, want closed", err)
		}
		r.wantStored(upTo(25))
		if lost := r.lost(); lost != 1 || !strings.Contains(r.log.String(), "fact lost") {
			r.Errorf("got %v lost and the log %s", lost, r.log)
		}
	})
}

func TestCloseGivesUpAHangingDatabaseAndKeepsTheFacts(t *testing.T) {
	bubble(t, func(r *rig) {
		r.db.set(nil, make(chan struct{}))
		r.add(0, 5)
		r.pass(5 * time.Millisecond)
		r.add(5, 12)
		began := time.Now()
		r.close()
		if waited := time.Since(began); waited > time.Second {
			r.Errorf("close took %s", waited)
		}
		r.wantSpool(12)
		r.db.set(nil, nil)
		r.open()
		r.pass(time.Second)
		r.wantStored(upTo(12))
	})
}

func TestAFullDiskIsToldAndOvercome(t *testing.T) {
	bubble(t, func(r *rig) {
		r.close()
		file, err := os.Open(r.path) // only to be read: every write is refused
		if err != nil {
			r.Fatal(err)
		}
		r.Journal = start(r.o, &spool{file: file})

		r.db.set(errDown, nil)
		r.add(0, 3)
		if err := r.commit(99); err == nil {
			r.Error("a commit succeeded with neither database nor spool")
		}
		r.add(3, 6)
		r.pass(10 * time.Second)
		if got := strings.Count(r.log.String(), "cannot be written"); got == 0 || got > 25 {
			r.Errorf("the log has %d lines in 10 s", got)
		}
		r.db.set(nil, nil)
		r.pass(2 * time.Second)
		r.wantStored(upTo(6))

		hangs := make(chan struct{})
		r.db.set(nil, hangs)
		r.add(6, 7)
		r.pass(5 * time.Millisecond) // on its way
		r.add(7, 27)
		synctest.Wait() // the queue is full and the spool refuses: memory takes what it can
		full := 6 + hardLimit*20
		r.add(27, full+7)
		if lost := r.lost(); lost != 7 {
			r.Errorf("got %v lost, want the 7 beyond the hard limit", lost)
		}
		r.db.set(nil, nil)
		close(hangs)
		r.pass(2 * time.Second)
		r.wantStored(upTo(full))
	})
}

func TestAFactWithoutJSONIsRefused(t *testing.T) {
	bubble(t, func(r *rig) {
		r.Add("s", "", "system", routing.Everybody, unspeakable{})
		if err := r.Commit(r.Context(), "s", "", "system", routing.Everybody, unspeakable{}); err == nil {
			r.Error("got no error")
		}
		if lost := r.lost(); lost != 1 {
			r.Errorf("got %v lost, want 1", lost)
		}
	})
}

func TestACommitCanBeGivenUp(t *testing.T) {
	bubble(t, func(r *rig) {
		hangs := make(chan struct{})
		r.db.set(nil, hangs)
		ctx, cancel := context.WithTimeout(r.Context(), 100*time.Millisecond)
		defer cancel()
		if err := r.Commit(ctx, "s", "", "system", routing.Everybody, said{0}); !errors.Is(err, context.DeadlineExceeded) {
			r.Errorf("got %v, want deadline exceeded", err)
		}
		close(hangs)
	})
}

func TestManyWritersLoseNothing(t *testing.T) {
	db := &memory{}
	j, err := Open(Options{Store: db, Spool: filepath.Join(t.TempDir(), "spool"), Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Queue: 50})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for writer := range 8 {
		all.Go(func() {
			session := routing.SessionID(fmt.Sprint(writer))
			for n := range 100 {
				j.Add(session, "", "system", routing.Everybody, said{n})
				if n%25 == 0 {
					if err := j.Commit(context.Background(), "commits", "", "system", routing.Everybody, said{n}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	j.Close(context.Background())
	bySession := make(map[routing.SessionID][]routing.Entry)
	for _, e := range db.entries {
		bySession[e.Session] = append(bySession[e.Session], e)
	}
	for writer := range 8 {
		if got := numbersOf(bySession[routing.SessionID(fmt.Sprint(writer))]); !slices.Equal(got, upTo(100)) {
			t.Errorf("writer %d: got %v", writer, got)
		}
	}
	if got := len(bySession["commits"]); got != 32 {
		t.Errorf("got %d commits, want 32", got)
	}
}

func TestTheVisitorsViewHasNoGapsAndNoSecrets(t *testing.T) {
	var entries []routing.Entry
	for i, a := range []routing.Audience{
		routing.Everybody, routing.SupervisorsOnly, routing.Everybody, 0, routing.StaffOnly, routing.SupervisorsOnly + 1, routing.Everybody,
	} {
		entries = append(entries, routing.Entry{Seq: uint64(i + 1), Audience: a, By: fmt.Sprint(i)})
	}
	var got []string
	for _, e := range VisitorView(entries) {
		got = append(got, fmt.Sprint(e.Seq, "=", e.By))
	}
	if want := []string{"1=0", "2=2", "3=6"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if entries[2].Seq != 3 {
		t.Error("the view changed the entries")
	}
}
