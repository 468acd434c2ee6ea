package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"sufler/cmd/sufler/server"
	"sufler/configs"
	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/web"
)

const operatorUsage = `usage: sufler operator list       -config FILE
       sufler operator add        -config FILE [flags] LOGIN
       sufler operator password   -config FILE [-password-file FILE] LOGIN
       sufler operator deactivate -config FILE LOGIN
       sufler operator activate   -config FILE LOGIN

It works on the database, whether the server runs or not; a running one notices within
a few seconds. A password is asked for on the terminal, or read from -password-file
("-" is the standard input); it is never an argument.

sufler operator add -h tells the flags.
`

// staff is one use of "sufler operator": the people it works on and what was asked.
type staff struct {
	config       *configs.Config
	people       *people.Directory
	login        string
	add          people.Person
	passwordFile string
	out          io.Writer
}

var staffWork = map[string]func(*staff, context.Context) error{
	"list":       (*staff).list,
	"add":        (*staff).addPerson,
	"password":   (*staff).changePassword,
	"deactivate": (*staff).deactivate,
	"activate":   (*staff).activate,
}

func operatorCommand(ctx context.Context, args []string, out, errOut io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(errOut, operatorUsage)
		return 2
	}
	if slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		fmt.Fprint(out, operatorUsage)
		return 0
	}
	work, known := staffWork[args[0]]
	if !known {
		fmt.Fprintf(errOut, "sufler operator: there is no %q\n%s", args[0], operatorUsage)
		return 2
	}
	s := &staff{out: out}
	path, code, ok := s.parse(args[0], args[1:], errOut)
	if !ok {
		return code
	}
	config, ok := loadConfig(path, errOut)
	if !ok {
		return 1
	}
	if err := s.do(ctx, &config, work); err != nil {
		fmt.Fprintln(errOut, "sufler operator:", inWords(err))
		return 1
	}
	return 0
}

// parse reads the flags; the login may stand before or after them.
func (s *staff) parse(verb string, args []string, errOut io.Writer) (path string, code int, ok bool) {
	flags := flag.NewFlagSet("sufler operator "+verb, flag.ContinueOnError)
	flags.SetOutput(errOut)
	config := flags.String("config", "sufler.yaml", "the configuration `FILE`")
	switch verb {
	case "add":
		s.addFlags(flags)
		fallthrough
	case "password":
		flags.StringVar(&s.passwordFile, "password-file", "", "the `FILE` with the password; - is the standard input")
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") && verb != "list" {
		s.login, args = args[0], args[1:]
	}
	err := flags.Parse(args)
	rest := flags.Args()
	switch {
	case errors.Is(err, flag.ErrHelp):
		return "", 0, false
	case err != nil:
		return "", 2, false
	}
	if s.login == "" && len(rest) > 0 && verb != "list" {
		s.login, rest = rest[0], rest[1:]
	}
	switch {
	case len(rest) > 0:
		fmt.Fprintf(errOut, "%s: %q is not understood; see sufler operator -h\n", flags.Name(), rest[0])
		return "", 2, false
	case s.login == "" && verb != "list":
		fmt.Fprintf(errOut, "%s: whose? Write the login, for example: %[1]s -config %s anna\n", flags.Name(), *config)
		return "", 2, false
	}
	return *config, 0, true
}

func (s *staff) addFlags(flags *flag.FlagSet) {
	p := &s.add
	p.Rank, p.DeskOnly, p.Language = routing.RankOperator, true, web.Languages[0]
	flags.StringVar(&p.Name, "name", "", "the `NAME` that colleagues see (the login)")
	flags.StringVar(&p.PublicName, "public-name", "", "the `NAME` that visitors see (the name)")
	flags.Func("rank", "`RANK`: operator, supervisor or owner (operator)", func(text string) error {
		var rank configs.Rank
		err := rank.UnmarshalText([]byte(text))
		p.Rank = server.RankOf(rank)
		return err
	})
	flags.Func("groups", "`GROUPS`, with commas between them", func(text string) error {
		for g := range strings.SplitSeq(text, ",") {
			p.Groups = append(p.Groups, routing.GroupName(strings.TrimSpace(g)))
		}
		return nil
	})
	flags.Func("phone", "`EXTENSION` of the phone that rings for this person", func(text string) error {
		p.Phone = routing.Extension(text)
		return nil
	})
	flags.Func("answer-on", "where calls ring: browser, phone or both (both)", func(text string) error {
		var on configs.AnswerOn
		err := on.UnmarshalText([]byte(text))
		p.AnswerOn = server.AnswerOnOf(on)
		return err
	})
	flags.Func("available", "desk: online while the desk is open; phone: while the phone is registered (desk)", func(text string) error {
		var available configs.Available
		err := available.UnmarshalText([]byte(text))
		p.DeskOnly = available != configs.AvailablePhone
		return err
	})
	flags.Func("language", "`LANGUAGE` of the desk: en, cs or ru (en)", func(text string) error {
		var language configs.Language
		err := language.UnmarshalText([]byte(text))
		p.Language = string(language)
		return err
	})
}

func (s *staff) do(ctx context.Context, c *configs.Config, work func(*staff, context.Context) error) (err error) {
	log := slog.New(slog.DiscardHandler)
	store, err := server.OpenStore(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	groups := make([]routing.GroupName, len(c.People.Groups))
	for i, g := range c.People.Groups {
		groups[i] = routing.GroupName(g)
	}
	s.config = c
	s.people, err = people.Open(ctx, people.Options{Store: store, Clock: clock.System{}, Log: log, Setup: people.Setup{Groups: groups}})
	if err != nil {
		return err
	}
	for _, g := range s.add.Groups {
		if there, err := store.Groups(ctx); err != nil || !slices.Contains(there, g) {
			return errors.Join(err, fmt.Errorf("%q is no group; there are: %s", g, joined(there)))
		}
	}
	return work(s, ctx)
}

func joined[T ~string](words []T) string {
	text := make([]string, len(words))
	for i, w := range words {
		text[i] = string(w)
	}
	return cmp.Or(strings.Join(text, ", "), "none")
}

func (s *staff) list(context.Context) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LOGIN\tNAME\tRANK\tPHONE\tANSWERS ON\tGROUPS\tACTIVE")
	for _, o := range s.people.Operators() {
		active := "yes"
		if !o.Active {
			active = "no"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", o.Login, o.Name, o.Rank, cmp.Or(o.Phone, "-"), o.AnswerOn, joined(o.Groups), active)
	}
	return w.Flush()
}

func (s *staff) addPerson(ctx context.Context) error {
	if there, ok := s.people.ByLogin(s.login); ok {
		return routing.Refuse(routing.Conflict, "login_taken", "login", there.Login)
	}
	if err := s.hasPhone(); err != nil {
		return err
	}
	var err error
	if s.add.Password, err = readPassword(ctx, s.passwordFile); err != nil {
		return err
	}
	s.add.Login = s.login
	o, err := s.people.AddOperator(ctx, s.add)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s (%s) can log in now\n", o.Login, o.Rank)
	return nil
}

func (s *staff) hasPhone() error {
	extension := s.add.Phone
	if extension == "" {
		return nil
	}
	_, there := s.people.Phone(extension)
	there = there || slices.ContainsFunc(s.config.Phones, func(p configs.Phone) bool { return p.Extension == string(extension) })
	if !there {
		return fmt.Errorf("%q is no phone; add it to phones in the configuration", extension)
	}
	return nil
}

func (s *staff) changePassword(ctx context.Context) error {
	o, err := s.person()
	if err != nil {
		return err
	}
	password, err := readPassword(ctx, s.passwordFile)
	if err != nil {
		return err
	}
	if err := s.people.SetPassword(ctx, o.ID, password); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s has a new password and is logged out everywhere\n", o.Login)
	return nil
}

func (s *staff) deactivate(ctx context.Context) error { return s.setActive(ctx, false) }

func (s *staff) activate(ctx context.Context) error { return s.setActive(ctx, true) }

func (s *staff) setActive(ctx context.Context, active bool) error {
	o, err := s.person()
	if err != nil {
		return err
	}
	o.Active = active
	if err := s.people.UpdateOperator(ctx, o); err != nil {
		return err
	}
	if active {
		fmt.Fprintf(s.out, "%s can log in again\n", o.Login)
	} else {
		fmt.Fprintf(s.out, "%s is logged out and cannot log in any more\n", o.Login)
	}
	return nil
}

func (s *staff) person() (routing.Operator, error) {
	o, ok := s.people.ByLogin(s.login)
	if !ok {
		return o, fmt.Errorf("nobody has the login %q; sufler operator list shows who is there", s.login)
	}
	return o, nil
}

// inWords is an error as the pages would say it, where it is a refusal.
func inWords(err error) string {
	refusal, ok := errors.AsType[*routing.Error](err)
	texts, readErr := web.ReadSentences(web.Texts())
	if !ok || readErr != nil {
		return err.Error()
	}
	say := func(key string) string { return texts.Say(web.Languages[0], "error."+key, refusal.Params) }
	return say(refusal.Code) + " " + say(refusal.Code+".next")
}
