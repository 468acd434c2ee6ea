package mail

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
)

// Sender hands one mail to the mail server and returns the server's own answer.
// What went wrong is an *Undelivered. It ends when ctx does; what was broken off may
// have been taken all the same.
type Sender interface {
	Send(ctx context.Context, m routing.Mail) (answer string, err error)
}

// Undelivered says why a mail was not taken.
type Undelivered struct {
	// Answer is what the server said, "550 5.1.1 no such mailbox", or in words why
	// there was no answer.
	Answer string
	// Answered says that the words are the server's.
	Answered bool
	// Final says that the server has refused this very mail: trying again is no use.
	Final bool
}

func (u *Undelivered) Error() string { return u.Answer }

// Options are what a Service works with.
type Options struct {
	// Node is this machine's name. With a boot id, new in each process, it is the
	// holder of what the service sends.
	Node    string
	Store   routing.MailStore
	Sender  Sender      // nil: mail is not set up, and every letter is refused
	From    string      // the address that owners are shown
	Clock   clock.Clock // nil: the machine's
	Log     *slog.Logger
	Metrics *Metrics // nil: counted and shown nowhere

	Keep      time.Duration // how long it is kept what was sent to whom; 0 means 14 days
	SendLimit time.Duration // for one mail; 0 means 1 min
	TestLimit time.Duration // for one that somebody waits for; 0 means 12 s
	AtOnce    int           // mails sent side by side; 0 means 4
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(prometheus.NewRegistry())
	}
	o.Keep = cmp.Or(o.Keep, 14*24*time.Hour)
	o.SendLimit = cmp.Or(o.SendLimit, time.Minute)
	o.TestLimit = cmp.Or(o.TestLimit, 12*time.Second)
	o.AtOnce = cmp.Or(o.AtOnce, 4)
	return o
}

// holder is new in every process, so that a restarted machine is never taken for
// the one that crashed.
func holder(node string) string { return node + "/" + uuid.NewString() }
