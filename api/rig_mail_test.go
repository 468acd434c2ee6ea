package api

import (
	"context"
	"sync"

	"sufler/routing"
	"sufler/routing/mail"
	"sufler/web"
)

// letters is a mail service that sends nothing: it keeps what it is given and
// answers as it is told.
type letters struct {
	mu      sync.Mutex
	off     bool
	summary routing.MailSummary
	says    error
	tested  []mail.Letter
	woken   int
}

func (l *letters) IsSetUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.off
}

func (l *letters) From() string { return "info@shop.example" }

func (l *letters) Summary(context.Context) (routing.MailSummary, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.summary, nil
}

func (l *letters) Test(_ context.Context, letter mail.Letter) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := mail.Address(letter.To); err != nil {
		return "", err
	}
	l.tested = append(l.tested, letter)
	return "250 taken", l.says
}

func (l *letters) Draft(letter mail.Letter) (routing.Mail, error) {
	return routing.Mail{ID: routing.NewID[routing.MailID](), To: letter.To, Subject: letter.Subject, Text: letter.Text, State: routing.MailWaiting}, nil
}

func (l *letters) Wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.woken++
}

// change is for tests, which hold what the server reads.
func (l *letters) change(do func(*letters)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}

func (w *world) texts() web.Sentences {
	w.t.Helper()
	sentences, err := web.ReadSentences(web.Texts())
	must(w.t, err)
	return sentences
}
