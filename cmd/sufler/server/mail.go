package server

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"sufler/configs"
	"sufler/routing/mail"
	"sufler/routing/mail/smtp"
)

// startMail opens the outbox; without a mail server it takes no letter.
func (s *Server) startMail(context.Context) error {
	node, err := os.Hostname()
	if err != nil {
		return err
	}
	m := s.Config.Mail
	o := mail.Options{
		Node: node, Store: s.store, From: string(m.From), Clock: s.clock, Log: s.Log, Metrics: mail.NewMetrics(s.registry),
		Keep: time.Duration(m.KeepDays) * 24 * time.Hour,
	}
	if m.Server != "" {
		if o.Sender, err = s.mailSender(); err != nil {
			return err
		}
	}
	s.mail = mail.New(o)
	s.atClose(s.mail.Close)
	s.mail.Start()
	return nil
}

func (s *Server) mailSender() (*smtp.Sender, error) {
	m := s.Config.Mail
	password, err := s.Config.ReadSecret(m.Password, m.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("%s: mail.password_file: %w", s.Config.Where("mail.password_file"), err)
	}
	return smtp.New(smtp.Options{
		Address: string(m.Server), Security: securityOf(m.TLS), User: m.User, Password: password,
		From: string(m.From), FromName: cmp.Or(m.FromName, s.Config.Callbacks.Company), ReplyTo: string(m.ReplyTo),
	})
}

func securityOf(t configs.MailTLS) smtp.Security {
	switch t {
	case configs.MailOverTLS:
		return smtp.TLS
	case configs.MailPlain:
		return smtp.None
	case configs.MailStartTLS:
	}
	return smtp.StartTLS
}

// writer writes letters with the texts of the pages.
func (s *Server) writer() mail.Writer { return mail.Writer{Say: s.texts.Say} }
