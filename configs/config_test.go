package configs

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestReferenceLoadsToTheDefaults(t *testing.T) {
	got, err := Parse("sufler.yaml", Reference)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	got.path, got.places = "", nil
	for _, empty := range []any{&got.Phones, &got.Trunks, &got.Numbers, &got.Callbacks.Queues, &got.Callbacks.Allow, &got.Callbacks.Tokens, &got.People.Groups, &got.People.Operators, &got.HTTP.Origins} {
		if v := reflect.ValueOf(empty).Elem(); v.Len() == 0 {
			v.SetZero()
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEveryKeyIsInTheReferenceWithACommentAboveIt(t *testing.T) {
	lines := strings.Split(string(Reference), "\n")
	for _, key := range keysOf(reflect.TypeFor[Config]()) {
		name := regexp.MustCompile(`^[ #-]*` + regexp.QuoteMeta(key) + `:`)
		found, explained := false, false
		for i, line := range lines {
			if !name.MatchString(line) {
				continue
			}
			found = true
			// A list of its own section is explained by the section above it.
			above := strings.TrimLeft(lines[max(i-1, 0)], " -")
			explained = explained || strings.HasPrefix(above, "#") && !regexp.MustCompile(`^#[ -]*[a-z_]+:`).MatchString(above) || key == "operators"
		}
		if !found {
			t.Errorf("%s: is not in sufler.yaml", key)
		} else if !explained {
			t.Errorf("%s: has no comment above it in sufler.yaml", key)
		}
	}
}

func keysOf(t reflect.Type) (keys []string) {
	for f := range t.Fields() {
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		keys = append(keys, name)
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			keys = append(keys, keysOf(inner)...)
		}
	}
	return keys
}

func TestAllMistakesAreToldAtOnceWithTheirPlace(t *testing.T) {
	file := `http:
  listn: 127.0.0.1:8080
sip:
  listen: 5060
rtp:
  ports: 20000
recording:
  mode: sometimes
phones:
  - extension: abc
    password: secret
trunks: north
`
	_, err := Parse("x.yaml", []byte(file))
	if _, ok := errors.AsType[Problems](err); !ok {
		t.Fatalf("got %v, want Problems", err)
	}
	want := []string{
		`x.yaml:2:3: http.listn: no such key; did you mean "listen"?`,
		`x.yaml:4:11: sip.listen: "5060" is no address; write HOST:PORT, for example 127.0.0.1:8080`,
		`x.yaml:6:10: rtp.ports: "20000" is no range of ports; write FIRST-LAST, for example 20000-29999`,
		`x.yaml:8:9: recording.mode: "sometimes" is not known here; write one of: off, on`,
		`x.yaml:12:9: trunks: must be a list; put each item on a line of its own after "- "`,
	}
	if err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestProblemsBetweenTheKeys(t *testing.T) {
	base := `
phones:
  - {extension: "101", password: phone-secret}
trunks:
  - {name: north, address: "127.0.0.1:5070"}
people:
  groups: [orders]
`
	for name, c := range map[string]struct{ add, want string }{
		"same port twice":         {"http: {listen: 127.0.0.1:9, admin: 127.0.0.1:9}\n", `http.admin: is the same address as http.listen`},
		"same port for SIP":       {"http: {listen: 127.0.0.1:9}\nsip: {listen: 127.0.0.1:9}\n", `sip.listen: is an address of http, too`},
		"queue without trunk":     {"callbacks: {allow: [\"+420\"], queues: [{name: Orders, groups: [sales]}]}\n", `"sales" is no group; add it to people.groups`},
		"queue without prefixes":  {"callbacks: {queues: [{name: Orders, groups: [orders]}]}\n", `callbacks.allow: is empty, so every number would be refused`},
		"number to nowhere":       {"numbers: [{number: \"+420222111000\", to: \"300\"}]\n", `"300" is no phone of this file`},
		"external address":        {"sip: {external_address: home}\n", `"home" is no IP address`},
		"secret from nowhere":     {"callbacks: {tokens: [{name: shop, token: \"${SUFLER_NOT_SET}\"}]}\n", `the environment has no SUFLER_NOT_SET`},
		"token that is too short": {"callbacks: {tokens: [{name: shop, token: short}]}\n", `is shorter than 20 characters`},
		"a key twice":             {"sip: {listen: 127.0.0.1:1, listen: 127.0.0.1:2}\n", `mapping key "listen" already defined`},
		"not yaml":                {"sip: [\n", `cannot be read as YAML`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("x.yaml", []byte(base+c.add))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

// Editors on Windows put a byte order mark in front; it is no part of the first key.
func TestAByteOrderMarkIsNoKey(t *testing.T) {
	c, err := Parse("x.yaml", []byte("\ufeffhttp: {listen: 127.0.0.1:9}\r\n"))
	if err != nil || c.HTTP.Listen != "127.0.0.1:9" {
		t.Errorf("got %v, %q", err, c.HTTP.Listen)
	}
}

func TestPeopleAreChecked(t *testing.T) {
	_, err := Parse("x.yaml", []byte(`people:
  groups: [orders]
  operators:
    - {login: anna, rank: operator, password: one}
    - {login: Anna, rank: boss, password: two}
    - {login: boris, rank: operator, phone: "7", groups: [sales], password: three}
    - {rank: owner}
`))
	if err == nil {
		t.Fatal("got no error")
	}
	if want := `x.yaml:5:27: people.operators[1].rank: "boss" is not known here; write one of: operator, supervisor, owner`; err.Error() != want {
		t.Errorf("got %s\nwant %s", err, want)
	}
}

func TestASecretFileMustBePrivate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sufler.yaml")
	content := []byte("phones:\n  - {extension: \"101\", password_file: p.secret}\n")
	if err := os.WriteFile(filepath.Join(dir, "p.secret"), []byte("long phone secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse(path, content)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.ReadSecret(c.Phones[0].Password, c.Phones[0].PasswordFile); got != "long phone secret" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if err := os.Chmod(filepath.Join(dir, "p.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(path, content); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v, want a hint to chmod 600", err)
	}
}

func TestWhereTellsThePlaceOfAKey(t *testing.T) {
	c, err := Parse("x.yaml", []byte("sip:\n  listen: 127.0.0.1:5070\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Where("sip.listen"); got != "x.yaml:2:3" {
		t.Errorf("got %s, want x.yaml:2:3", got)
	}
	if got := c.Where("http.listen"); got != "x.yaml" {
		t.Errorf("got %s, want x.yaml", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Reference)
	f.Add([]byte("sip: {listen: 1}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Parse("x.yaml", data)
		var problems Problems
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("got %v, want Problems", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Text == "" {
				t.Errorf("problem without place or words: %+v", p)
			}
		}
	})
}

func TestTheDemoIsASoundFile(t *testing.T) {
	c, err := Parse("demo.yaml", Demo)
	if err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"anna", "boris", "cyril", "sofia", "adam"} {
		found := false
		for _, o := range c.People.Operators {
			found = found || o.Login == login && string(o.Password) == "demo-"+login
		}
		if !found {
			t.Errorf("%s is missing or has another password", login)
		}
	}
}
