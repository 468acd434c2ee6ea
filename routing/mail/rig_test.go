package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"sufler/routing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errDisk = errors.New("disk is away")

// world is what outlives a process: the database and the mail server.
type world struct {
	t      *testing.T
	store  *memory
	server *server
}

// rig is one process in a world.
type rig struct {
	*world
	*Service
	wire *wire
}

func inWorld(t *testing.T, test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(&world{t: t, store: newMemory(), server: &server{}})
	})
}

// inProcess runs a test in one process, which ends well.
func inProcess(t *testing.T, test func(*rig), change ...func(*Options)) {
	t.Helper()
	inWorld(t, func(w *world) {
		r := w.boot(change...)
		test(r)
		r.Close(context.Background())
	})
}

func (w *world) boot(change ...func(*Options)) *rig {
	w.t.Helper()
	r := &rig{world: w, wire: &wire{server: w.server}}
	o := Options{Node: "n1", Store: w.store, Sender: r.wire, From: "info@shop.example"}
	for _, f := range change {
		f(&o)
	}
	r.Service = New(o)
	r.Start()
	synctest.Wait()
	return r
}

// crash ends the process without a word: what it does from now on reaches nobody.
func (r *rig) crash() {
	r.t.Helper()
	r.store.kill(r.holder)
	r.wire.cut()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	r.Close(gone)
}

func (w *world) pass(d time.Duration) {
	w.t.Helper()
	<-time.NewTimer(d).C
	synctest.Wait()
}

// queue puts a letter that must be taken; one that is due later is put into the
// database.
func (r *rig) queue(subject string, due time.Duration) routing.MailID {
	r.t.Helper()
	id := routing.MailID(subject)
	var err error
	if due == 0 {
		id, err = r.Queue(r.t.Context(), letter(subject))
	} else {
		m := letter(subject).mail(id, r.now())
		m.Due = m.Due.Add(due)
		_, err = r.store.AddMail(r.t.Context(), m)
		r.Wake()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
	return id
}

func letter(subject string) Letter {
	return Letter{To: "jan@example.com", Subject: subject, Text: "Dobrý den\n"}
}

func (w *world) wantState(id routing.MailID, want routing.MailState) routing.Mail {
	w.t.Helper()
	synctest.Wait()
	m, err := w.store.Mail(w.t.Context(), id)
	if err != nil || m.State != want {
		w.t.Errorf("got %s, %v, want %s", m.State, err, want)
	}
	return m
}

// server is the mail server: what it is told to say, and what it has got.
type server struct {
	mu    sync.Mutex
	says  error
	stall chan struct{} // nil: answers at once
	now   int
	most  int // at once
	got   []string
	times []time.Time
}

func (s *server) take(ctx context.Context, m routing.Mail) (string, error) {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.got, s.times = append(s.got, m.Subject), append(s.times, time.Now())
	stall, says := s.stall, s.says
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	if stall != nil {
		select {
		case <-stall:
		case <-ctx.Done():
			return "", &Undelivered{Answer: "broken off"}
		}
	}
	return "250 taken", says
}

func (s *server) say(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says = err
}

// hold lets every mail wait for its answer until the returned function is called.
func (s *server) hold() (let func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := make(chan struct{})
	s.stall = held
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stall = nil
		close(held)
	}
}

func (w *world) wantGot(want ...string) {
	w.t.Helper()
	synctest.Wait()
	w.server.mu.Lock()
	defer w.server.mu.Unlock()
	if !slices.Equal(w.server.got, want) {
		w.t.Errorf("the mail server got %q, want %q", w.server.got, want)
	}
}

// wire is a process's way to the mail server.
type wire struct {
	server *server
	mu     sync.Mutex
	isCut  bool
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = true
}

func (w *wire) Send(ctx context.Context, m routing.Mail) (string, error) {
	w.mu.Lock()
	isCut := w.isCut
	w.mu.Unlock()
	if isCut {
		return "", errors.New("the process is dead")
	}
	return w.server.take(ctx, m)
}

// memory is a database that keeps routing.MailStore's promises as storetest has
// them.
type memory struct {
	mu     sync.Mutex
	mails  map[routing.MailID]routing.Mail
	dead   map[string]bool // holders
	broken error
}

func newMemory() *memory {
	return &memory{mails: map[routing.MailID]routing.Mail{}, dead: map[string]bool{}}
}

func (s *memory) kill(holder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[holder] = true
}

func (s *memory) breakWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *memory) AddMail(_ context.Context, m routing.Mail) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.mails[m.ID]; s.broken != nil || known {
		return false, s.broken
	}
	s.mails[m.ID] = m
	return true, nil
}

func (s *memory) ClaimMails(_ context.Context, holder string, now, until time.Time, limit int) (claimed []routing.Mail, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil || s.dead[holder] {
		return nil, cmp.Or(s.broken, errDisk)
	}
	for _, m := range s.sortedLocked() {
		if m.State == routing.MailWaiting && !m.Due.After(now) && !m.Leased.After(now) && len(claimed) < limit {
			m.Holder, m.Epoch, m.Attempt, m.Leased = holder, m.Epoch+1, m.Attempt+1, until
			s.mails[m.ID] = m
			claimed = append(claimed, m)
		}
	}
	return claimed, nil
}

func (s *memory) sortedLocked() []routing.Mail {
	return slices.SortedFunc(maps.Values(s.mails), func(a, b routing.Mail) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
}

func (s *memory) SaveMail(_ context.Context, m routing.Mail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, known := s.mails[m.ID]
	switch {
	case s.broken != nil || s.dead[m.Holder]:
		return cmp.Or(s.broken, errDisk)
	case !known || old.Epoch != m.Epoch || old.Holder != m.Holder:
		return routing.Refuse(routing.Conflict, "mail_fenced")
	}
	m.Leased, m.Attempt = time.Time{}, old.Attempt
	s.mails[m.ID] = m
	return nil
}

func (s *memory) Mail(_ context.Context, id routing.MailID) (routing.Mail, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, known := s.mails[id]
	if !known {
		return m, routing.Refuse(routing.NotFound, "mail_unknown")
	}
	return m, nil
}

func (s *memory) MailSummary(context.Context) (sum routing.MailSummary, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.sortedLocked() {
		if m.State == routing.MailWaiting {
			next := m.Due
			if m.Leased.After(next) {
				next = m.Leased
			}
			if sum.Waiting++; sum.Next.IsZero() || next.Before(sum.Next) {
				sum.Next = next
			}
		}
		if m.State == routing.MailSent && m.EndedAt.After(sum.LastSent) {
			sum.LastSent = m.EndedAt
		}
		if m.FailedAt.After(sum.LastFailed.FailedAt) {
			sum.LastFailed = m
		}
	}
	return sum, s.broken
}

func (s *memory) ForgetMails(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.mails, func(_ routing.MailID, m routing.Mail) bool { return !m.EndedAt.IsZero() && m.EndedAt.Before(before) })
	return s.broken
}

// subjects are of so many letters.
func subjects(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("letter %02d", i))
	}
	return all
}
