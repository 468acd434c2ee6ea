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
	got.path, got.places, got.warnings = "", nil, nil
	for _, empty := range []any{&got.Phones, &got.Trunks, &got.Numbers, &got.Callbacks.Queues, &got.Callbacks.Allow, &got.Callbacks.Tokens, &got.People.Groups, &got.People.Operators, &got.HTTP.Origins, &got.HTTP.TrustedProxies} {
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
		`x.yaml:10:5: phones[0].extension: "abc" is no extension; write 2 to 6 digits, for example 101`,
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
		"same port for SIP":       {"http: {listen: 127.0.0.1:9}\nsip: {listen: 127.0.0.1:9}\n", `sip.listen: is the same address as http.listen`},
		"same port for browsers":  {"http: {admin: 127.0.0.1:9}\nwebrtc: {listen: 0.0.0.0:9}\n", `webrtc.listen: is the same address as http.admin`},
		"a port of sound":         {"webrtc: {listen: 127.0.0.1:20004}\n", `webrtc.listen: has a port of rtp.ports (20000-29999)`},
		"pages nowhere":           {"http: {listen: \"\"}\n", `http.listen: is empty; write HOST:PORT, for example 127.0.0.1:8080`},
		"figures nowhere":         {"http: {admin: \"\"}\n", `http.admin: is empty; write HOST:PORT`},
		"telephones nowhere":      {"sip: {listen: \"\"}\n", `sip.listen: is empty; write HOST:PORT`},
		"sound nowhere":           {"webrtc: {listen: \"\"}\n", `webrtc.listen: is empty; write HOST:PORT`},
		"everybody is a proxy":    {"http: {trusted_proxies: [0.0.0.0/0]}\n", `"0.0.0.0/0" is everybody`},
		"everywhere outside":      {"webrtc: {external_address: 0.0.0.0}\n", `"0.0.0.0" is no address that others can send to`},
		"half a certificate":      {"http: {tls: {cert_file: a.pem}}\n", `http.tls.key_file: is missing beside cert_file`},
		"other half":              {"http: {tls: {key_file: a.pem}}\n", `http.tls.cert_file: is missing beside key_file`},
		"certificate nowhere":     {"http: {tls: {cert_file: a.pem, key_file: b.pem}}\n", `a.pem cannot be read`},
		"proxy without address":   {"http: {trusted_proxies: [nginx]}\n", `"nginx" is no address; write one like 192.0.2.1, or a range like 192.0.2.0/24`},
		"public path":             {"public_url: https://calls.example.com/desk\n", `is no origin; write https://www.example.com without a path`},
		"return too late":         {"webrtc: {return_time: 5m}\n", `webrtc.return_time: must be shorter than 1m`},
		"external browser":        {"webrtc: {external_address: home}\n", `"home" is no IP address`},
		"another database":        {"database: {url: \"mysql://x/y\"}\n", `database.url: is no address of PostgreSQL`},
		"two databases":           {"database: {url: \"postgres://x/y\", url_file: y}\n", `database.url_file: stands beside database.url`},
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
    - {login: dora, rank: operator, password: four, answer_on: phone}
    - {login: eva, rank: operator, password: five, chat_limit: 11}
`))
	if err == nil {
		t.Fatal("got no error")
	}
	want := []string{
		`x.yaml:5:8: people.operators[1].login: "Anna" is the login of a person above; logins are unique`,
		`x.yaml:5:27: people.operators[1].rank: "boss" is not known here; write one of: operator, supervisor, owner`,
		`x.yaml:6:38: people.operators[2].phone: "7" is no phone of this file; name an extension from phones`,
		`x.yaml:6:59: people.operators[2].groups[0]: "sales" is no group; add it to people.groups`,
		`x.yaml:7:7: people.operators[3].login: is empty; give the name or mail this person logs in with`,
		`x.yaml:7:7: people.operators[3].password: is missing; write it as ${NAME} from the environment, or name a file with password_file`,
		`x.yaml:8:53: people.operators[4].answer_on: is phone, and this person has none; give one with phone, or write browser`,
		`x.yaml:9:52: people.operators[5].chat_limit: must be 1 to 10, or 0 for 3`,
	}
	if err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", err, strings.Join(want, "\n"))
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
