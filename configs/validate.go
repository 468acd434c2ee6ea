package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// check collects what is wrong between the values of a configuration.
type check struct {
	config   *Config
	broken   map[string]bool // the keys whose values are not known; nothing is said that rests on them
	problems Problems
}

// validate tells everything that is wrong between the keys.
func (c *Config) validate(broken map[string]bool) Problems {
	v := &check{config: c, broken: broken}
	v.network()
	v.listeners()
	v.tls()
	v.database()
	v.browsers()
	v.phones()
	v.trunks()
	v.numbers()
	v.people()
	v.callbacks()
	v.mail()
	return v.problems
}

// wrong notes a problem at a key that rests on other keys, too.
func (v *check) wrong(key, text string, on ...string) { v.note(Problem{Key: key, Text: text}, on) }

// warn notes something that the administrator should know.
func (v *check) warn(key, text string, on ...string) {
	v.note(Problem{Key: key, Text: text, Warning: true}, on)
}

// note adds a problem; a key that is missing in the file stands where its nearest
// parent does.
func (v *check) note(p Problem, on []string) {
	if v.unknown(p.Key) || slices.ContainsFunc(on, v.unknown) {
		return
	}
	at := place{1, 1}
	key := p.Key
	for k := key; k != ""; k = parent(k) {
		if found, ok := v.config.places[k]; ok {
			at = found
			break
		}
	}
	p.File, p.Line, p.Column = v.config.path, at.line, at.column
	v.problems = append(v.problems, p)
}

// unknown tells whether the value of a key, of something in it or of what it is
// in could not be read.
func (v *check) unknown(key string) bool {
	for broken := range v.broken {
		if within(key, broken) || within(broken, key) {
			return true
		}
	}
	return false
}

// within tells whether a key is another or stands in it.
func within(key, in string) bool {
	rest, ok := strings.CutPrefix(key, in)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func parent(key string) string {
	if i := strings.LastIndexAny(key, ".["); i >= 0 {
		return key[:i]
	}
	return ""
}

func (v *check) phones() {
	seen := make(map[string]bool)
	for i, p := range v.config.Phones {
		key := fmt.Sprintf("phones[%d]", i)
		switch {
		case !isExtension(p.Extension):
			v.wrong(key+".extension", fmt.Sprintf("%q is no extension; write 2 to 6 digits, for example 101", p.Extension))
		case seen[p.Extension]:
			v.wrong(key+".extension", fmt.Sprintf("%s is taken by a phone above; give this one another number", p.Extension))
		}
		seen[p.Extension] = true
		v.secret(key+".password", p.Password, p.PasswordFile, true)
	}
}

func isExtension(s string) bool {
	return len(s) >= 2 && len(s) <= 6 && strings.Trim(s, "0123456789") == ""
}

// secret checks a secret that stands in the file or in a file of its own.
func (v *check) secret(key string, value Secret, file string, needed bool) {
	switch {
	case value != "" && file != "":
		v.wrong(key+"_file", "stands beside "+key+"; keep one of the two")
	case value == "" && file == "" && needed:
		v.wrong(key, "is missing; write it as ${NAME} from the environment, or name a file with "+lastOf(key)+"_file", key+"_file")
	case file != "":
		if _, err := v.config.ReadSecret("", file); err != nil {
			v.wrong(key+"_file", err.Error())
		}
	}
}

func lastOf(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// Path is where a file lies that the configuration names: a relative name is
// taken from the configuration file's folder.
func (c *Config) Path(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(c.path), file)
}

// ReadSecret returns the secret itself, from its file when one is named.
func (c *Config) ReadSecret(value Secret, file string) (string, error) {
	if file == "" {
		return string(value), nil
	}
	file = c.Path(file)
	info, err := os.Stat(file)
	if err != nil {
		return "", fmt.Errorf("%s cannot be read; create it with the secret in it", file)
	}
	if info.Mode().Perm()&0o004 != 0 {
		return "", fmt.Errorf("%s can be read by everybody; run chmod 600 on it", file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s cannot be read by this user; check its owner", file)
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("%s is empty; write the secret into it", file)
	}
	return secret, nil
}

func (v *check) trunks() {
	seen := make(map[string]bool)
	for i, t := range v.config.Trunks {
		key := fmt.Sprintf("trunks[%d]", i)
		switch {
		case t.Name == "":
			v.wrong(key+".name", "is empty; give the trunk a name")
		case seen[t.Name]:
			v.wrong(key+".name", fmt.Sprintf("%q is the name of a trunk above; give this one another", t.Name))
		}
		seen[t.Name] = true
		if t.Address == "" || t.Address.Host() == "" {
			v.wrong(key+".address", "is empty; give the provider's host name or address with its port")
		}
		v.secret(key+".password", t.Password, t.PasswordFile, t.User != "")
	}
}

func (v *check) numbers() {
	for i, n := range v.config.Numbers {
		key := fmt.Sprintf("numbers[%d]", i)
		if n.Number == "" {
			v.wrong(key+".number", "is empty; write our number as +420222111000")
		}
		if !v.hasPhone(n.To) {
			v.wrong(key+".to", fmt.Sprintf("%q is no phone of this file; name an extension from phones", n.To), "phones")
		}
	}
}

func (v *check) hasPhone(extension string) bool {
	return slices.ContainsFunc(v.config.Phones, func(p Phone) bool { return p.Extension == extension })
}

func (v *check) people() {
	groups := v.config.People.Groups
	logins := make(map[string]bool)
	for i, o := range v.config.People.Operators {
		key := fmt.Sprintf("people.operators[%d]", i)
		login := strings.ToLower(o.Login)
		switch {
		case login == "":
			v.wrong(key+".login", "is empty; give the name or mail this person logs in with")
		case logins[login]:
			v.wrong(key+".login", fmt.Sprintf("%q is the login of a person above; logins are unique", o.Login))
		}
		logins[login] = true
		if o.Rank == "" {
			v.wrong(key+".rank", "is missing; write operator, supervisor or owner")
		}
		if o.Phone != "" && !v.hasPhone(o.Phone) {
			v.wrong(key+".phone", fmt.Sprintf("%q is no phone of this file; name an extension from phones", o.Phone), "phones")
		}
		if o.ChatLimit < 0 || o.ChatLimit > 10 {
			v.wrong(key+".chat_limit", "must be 1 to 10, or 0 for 3")
		}
		if o.Phone == "" && o.AnswerOn == AnswerPhone {
			v.wrong(key+".answer_on", "is phone, and this person has none; give one with phone, or write browser", key+".phone")
		}
		for j, g := range o.Groups {
			if !slices.Contains(groups, g) {
				v.wrong(fmt.Sprintf("%s.groups[%d]", key, j), fmt.Sprintf("%q is no group; add it to people.groups", g), "people.groups")
			}
		}
		v.secret(key+".password", o.Password, o.PasswordFile, true)
	}
}

func (v *check) callbacks() {
	c := v.config.Callbacks
	for key, n := range map[string]int{"per_browser_hour": c.PerBrowserHour, "per_number_day": c.PerNumberDay, "rounds": c.Rounds} {
		if n < 1 {
			v.wrong("callbacks."+key, "must be 1 or more; remove callbacks.queues to switch call backs off")
		}
	}
	names := make(map[string]bool)
	for i, q := range c.Queues {
		key := fmt.Sprintf("callbacks.queues[%d]", i)
		switch {
		case q.Name == "":
			v.wrong(key+".name", "is empty; give the queue a name that visitors may read")
		case names[q.Name]:
			v.wrong(key+".name", fmt.Sprintf("%q is the name of a queue above; give this one another", q.Name))
		}
		names[q.Name] = true
		if len(q.Groups) == 0 {
			v.wrong(key+".groups", "is empty; name at least one group that serves this queue")
		}
		for j, g := range q.Groups {
			if !slices.Contains(v.config.People.Groups, g) {
				v.wrong(fmt.Sprintf("%s.groups[%d]", key, j), fmt.Sprintf("%q is no group; add it to people.groups", g), "people.groups")
			}
		}
	}
	if len(c.Queues) > 0 && len(c.Allow) == 0 {
		v.wrong("callbacks.allow", "is empty, so every number would be refused; list the prefixes that may be called, for example +420", "callbacks.queues")
	}
	if len(c.Queues) > 0 && len(v.config.Trunks) == 0 {
		v.wrong("callbacks.queues", "needs a trunk to call visitors; add one under trunks", "trunks")
	}
	for i, t := range c.Tokens {
		key := fmt.Sprintf("callbacks.tokens[%d]", i)
		if t.Name == "" {
			v.wrong(key+".name", "is empty; name the server that uses this token")
		}
		v.secret(key+".token", t.Token, t.TokenFile, true)
		if token := string(t.Token); token != "" && len(token) < 20 {
			v.wrong(key+".token", "is shorter than 20 characters; make a long one, for example with openssl rand -hex 32")
		}
	}
}
