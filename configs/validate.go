package configs

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// check collects the problems of a configuration whose single values are sound.
type check struct {
	config   *Config
	problems Problems
}

// validate tells everything that is wrong between the keys.
func (c *Config) validate() Problems {
	v := &check{config: c}
	v.network()
	v.phones()
	v.trunks()
	v.numbers()
	v.people()
	v.callbacks()
	return v.problems
}

// wrong notes a problem at a key; a key that is missing in the file stands
// where its nearest parent does.
func (v *check) wrong(key, text string) {
	at := place{1, 1}
	for k := key; k != ""; k = parent(k) {
		if p, ok := v.config.places[k]; ok {
			at = p
			break
		}
	}
	v.problems = append(v.problems, Problem{v.config.path, at.line, at.column, key, text})
}

func parent(key string) string {
	if i := strings.LastIndexAny(key, ".["); i >= 0 {
		return key[:i]
	}
	return ""
}

func (v *check) network() {
	c := v.config
	if c.HTTP.Listen == c.HTTP.Admin && !strings.HasSuffix(string(c.HTTP.Admin), ":0") {
		v.wrong("http.admin", "is the same address as http.listen; give it a port of its own, for example 127.0.0.1:8081")
	}
	// SIP listens on TCP, too.
	if (c.SIP.Listen == c.HTTP.Listen || c.SIP.Listen == c.HTTP.Admin) && !strings.HasSuffix(string(c.SIP.Listen), ":0") {
		v.wrong("sip.listen", "is an address of http, too; give it a port of its own, for example 127.0.0.1:5060")
	}
	for key, address := range map[string]string{"sip.external_address": c.SIP.ExternalAddress, "rtp.external_address": c.RTP.ExternalAddress} {
		if _, err := netip.ParseAddr(address); address != "" && err != nil {
			v.wrong(key, fmt.Sprintf("%q is no IP address; write the address that phones outside see", address))
		}
	}
	if c.Files.Dir == "" {
		v.wrong("files.dir", "is empty; give the folder where data is kept")
	}
	if c.Supervision.PerCall < 1 || c.Supervision.PerCall > 8 {
		v.wrong("supervision.per_call", "must be from 1 to 8; 1 is usual")
	}
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
		v.wrong(key, "is missing; write it as ${NAME} from the environment, or name a file with "+lastOf(key)+"_file")
	case file != "":
		if _, err := v.config.ReadSecret("", file); err != nil {
			v.wrong(key+"_file", err.Error())
		}
	}
}

func lastOf(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// ReadSecret returns the secret itself, from its file when one is named. A
// relative name is taken from the configuration file's folder.
func (c *Config) ReadSecret(value Secret, file string) (string, error) {
	if file == "" {
		return string(value), nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(c.path), file)
	}
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
			v.wrong(key+".to", fmt.Sprintf("%q is no phone of this file; name an extension from phones", n.To))
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
			v.wrong(key+".phone", fmt.Sprintf("%q is no phone of this file; name an extension from phones", o.Phone))
		}
		for j, g := range o.Groups {
			if !slices.Contains(groups, g) {
				v.wrong(fmt.Sprintf("%s.groups[%d]", key, j), fmt.Sprintf("%q is no group; add it to people.groups", g))
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
				v.wrong(fmt.Sprintf("%s.groups[%d]", key, j), fmt.Sprintf("%q is no group; add it to people.groups", g))
			}
		}
	}
	if len(c.Queues) > 0 && len(c.Allow) == 0 {
		v.wrong("callbacks.allow", "is empty, so every number would be refused; list the prefixes that may be called, for example +420")
	}
	if len(c.Queues) > 0 && len(v.config.Trunks) == 0 {
		v.wrong("callbacks.queues", "needs a trunk to call visitors; add one under trunks")
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
