package api

import (
	"context"
	"net/http"

	"sufler/routing"
	"sufler/routing/mail"
	"sufler/routing/people"
)

// Mail is what *mail.Service does.
type Mail interface {
	IsSetUp() bool
	From() string
	Summary(context.Context) (routing.MailSummary, error)
	Test(context.Context, mail.Letter) (answer string, err error)
}

type (
	mailOut struct{ Body MailState }

	// MailState is how mail is.
	MailState struct {
		SetUp       bool         `json:"set_up" doc:"Without a mail server in the configuration nothing is mailed."`
		From        string       `json:"from"`
		Waiting     int          `json:"waiting"`
		LastSentAt  *string      `json:"last_sent_at"`
		LastFailure *MailFailure `json:"last_failure"`
	}

	// MailFailure is the attempt that failed last.
	MailFailure struct {
		At      string `json:"at"`
		To      string `json:"to"`
		Subject string `json:"subject"`
		Answer  string `json:"answer" doc:"The mail server's own words, or why it was not reached."`
		GivenUp bool   `json:"given_up"`
	}

	testMailIn struct {
		Body struct {
			To string `json:"to" maxLength:"254"`
		}
	}
	testMailOut struct {
		Body struct {
			Answer string `json:"answer" doc:"The mail server's own words."`
		}
	}
)

func (s *Server) mailRoutes() {
	route(s, may(people.MailRead), "get-mail", http.MethodGet, "/settings/mail", "How mail is", http.StatusOK, s.getMail)
	route(s, may(people.MailTest), "test-mail", http.MethodPost, "/settings/mail/test", "Send a mail to try the mail server", http.StatusOK, s.testMail)
}

func (s *Server) getMail(ctx context.Context, _ *struct{}) (*mailOut, error) {
	sum, err := s.opt.Mail.Summary(ctx)
	if err != nil {
		return nil, err
	}
	out := &mailOut{Body: MailState{SetUp: s.opt.Mail.IsSetUp(), From: s.opt.Mail.From(), Waiting: sum.Waiting, LastSentAt: stamp(sum.LastSent)}}
	if m := sum.LastFailed; m.ID != "" {
		out.Body.LastFailure = &MailFailure{
			At: *stamp(m.FailedAt), To: m.To, Subject: m.Subject, Answer: m.Answer, GivenUp: m.State == routing.MailFailed,
		}
	}
	return out, nil
}

// testMail waits for the mail server's own answer.
func (s *Server) testMail(ctx context.Context, in *testMailIn) (*testMailOut, error) {
	answer, err := s.opt.Mail.Test(ctx, mail.Writer{Say: s.texts.Say}.Test(in.Body.To, languageOf(ctx)))
	if err != nil {
		return nil, err
	}
	out := &testMailOut{}
	out.Body.Answer = answer
	return out, nil
}
