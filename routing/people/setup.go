package people

import (
	"cmp"
	"context"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sufler/routing"
	"sufler/routing/callername"
	"sufler/routing/capacity"
)

// Setup is what the configuration names. What is missing is created at start;
// what exists is left as it is, because people may have changed it since.
type Setup struct {
	Groups []routing.GroupName
	People []Person
	Phones []Account
	// Overwrite makes the passwords of People and Phones hold for those that exist, too.
	Overwrite bool
}

// Person is somebody to be added.
type Person struct {
	Login      string
	Name       string
	PublicName string // empty: Name
	Rank       routing.Rank
	Groups     []routing.GroupName
	Phone      routing.Extension
	AnswerOn   routing.AnswerOn // zero: both
	DeskOnly   bool
	Robot      bool
	Language   string
	ChatLimit  int // 0: 3
	Preview    bool
	Password   string // empty: cannot log in with a password
}

// Account is a phone to be added, with its secret in clear.
type Account struct {
	Extension routing.Extension
	Name      string
	Secret    string
}

func (p Person) operator() routing.Operator {
	o := routing.Operator{
		ID: routing.NewID[routing.OperatorID](), Login: p.Login, Name: p.Name, PublicName: p.PublicName, Rank: p.Rank,
		Groups: p.Groups, Phone: p.Phone, AnswerOn: cmp.Or(p.AnswerOn, routing.AnswerBoth), Active: true, DeskOnly: p.DeskOnly, Robot: p.Robot, Language: p.Language,
	}
	o.ChatLimit, o.Preview = cmp.Or(p.ChatLimit, capacity.DefaultChats), p.Preview
	if o.Name == "" {
		o.Name = o.Login
	}
	if o.PublicName == "" {
		o.PublicName = o.Name
	}
	return o
}

func (d *Directory) setUp(ctx context.Context, s Setup) error {
	for _, g := range s.Groups {
		if err := d.AddGroup(ctx, g); err != nil {
			return err
		}
	}
	for _, p := range s.People {
		if err := d.addMissing(ctx, p, s.Overwrite); err != nil {
			return err
		}
	}
	for _, a := range s.Phones {
		if err := d.putMissing(ctx, a, s.Overwrite); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) addMissing(ctx context.Context, p Person, overwrite bool) error {
	if there, ok := d.ByLogin(p.Login); ok {
		if overwrite {
			return d.renew(ctx, there, p.Password)
		}
		return nil
	}
	o, err := d.add(ctx, p)
	if err != nil {
		return err
	}
	d.log.Info("operator added", slog.String("operator", string(o.ID)), slog.String("login", o.Login))
	return nil
}

// renew gives a person a password of the configuration, unless they have it.
func (d *Directory) renew(ctx context.Context, o routing.Operator, password string) error {
	match, err := d.hasher.matches(ctx, password, o.PasswordHash)
	if match || err != nil {
		return err
	}
	return d.putPassword(ctx, o.ID, password)
}

func (d *Directory) putMissing(ctx context.Context, a Account, overwrite bool) error {
	wanted := NewPhone(a.Extension, a.Name, a.Secret)
	if there, ok := d.Phone(a.Extension); ok && !overwrite {
		if there.HA1SHA256 != wanted.HA1SHA256 {
			d.log.Warn("the phone's secret in the configuration is not the one in the database, which holds", slog.String("phone", string(a.Extension)))
		}
		return nil
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	return d.putPhone(ctx, wanted)
}

// loginMost is the greatest length of a login, in characters; a mail address is one.
const loginMost = 100

// tidy checks what somebody typed about a new person. It refuses with
// "login_invalid" and, a name that is no line of text, "request_invalid" (at).
func (p Person) tidy() (Person, error) {
	p.Login = strings.TrimSpace(p.Login)
	if n := utf8.RuneCountInString(p.Login); n == 0 || n > loginMost || !utf8.ValidString(p.Login) || strings.ContainsFunc(p.Login, isUntypable) {
		return p, routing.Refuse(routing.Invalid, "login_invalid", "most", strconv.Itoa(loginMost))
	}
	for _, name := range []*string{&p.Name, &p.PublicName} {
		tidied, err := callername.Tidy(*name)
		if err != nil {
			return p, err
		}
		*name = tidied
	}
	return p, nil
}

// isHidden is what nobody sees in a text, and what turns it around.
func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// isUntypable is what nobody sees in a login, and so types wrong.
func isUntypable(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

func longEnough(password string) error {
	if utf8.RuneCountInString(password) < passwordLeast {
		return routing.Refuse(routing.Invalid, "password_short", "least", strconv.Itoa(passwordLeast))
	}
	return nil
}

// folded is a login as it is compared: fields of forms bring spaces along.
func folded(login string) string { return strings.ToLower(strings.TrimSpace(login)) }
