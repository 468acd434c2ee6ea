package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/configs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds a broken test; it measures nothing.
const patience = 30 * time.Second

// lines is a configuration on free ports, one key a line.
func lines(dir string) []string {
	return []string{
		`http: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}`,
		`sip: {listen: "127.0.0.1:0"}`,
		`webrtc: {listen: "127.0.0.1:0"}`,
		fmt.Sprintf(`files: {dir: %q}`, filepath.Join(dir, "data")),
		`trunks: [{name: north, address: "127.0.0.1:9"}]`,
		`phones: [{extension: "101", password: only-a-test}]`,
		`callbacks: {allow: ["+420"]}`,
		`people: {groups: [all], operators: [{login: anna, rank: operator, groups: [all], phone: "101", password: only-a-test}]}`,
	}
}

func config(t *testing.T, dir string, change ...string) configs.Config {
	t.Helper()
	text := lines(dir)
	for _, line := range change {
		key, _, _ := strings.Cut(line, ":")
		for i := range text {
			if strings.HasPrefix(text[i], key+":") {
				text[i] = line
			}
		}
	}
	path := filepath.Join(dir, "sufler.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(text, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func start(t *testing.T, c configs.Config) (*Server, error) {
	t.Helper()
	return New(t.Context(), c, Options{Log: slog.New(slog.DiscardHandler)})
}

func closeAll(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.Close(ctx)
	if ctx.Err() != nil {
		t.Error("the server did not end")
	}
}

func get(t *testing.T, url string) (int, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// The second start finds the data of the first; goleak finds what it left running.
func TestAServerStartsServesAndEndsTwiceOnTheSameData(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		s, err := start(t, config(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		url, sip := s.URL()+"/readyz", s.Phones.UDPAddr().String()
		if status, err := get(t, url); status != http.StatusOK {
			t.Errorf("got %d %v, want 200", status, err)
		}
		if _, known := s.People.ByLogin("anna"); !known {
			t.Error("anna is not there")
		}
		closeAll(t, s)
		if status, err := get(t, url); err == nil {
			t.Errorf("got %d after the end", status)
		}
		conn, err := net.ListenPacket("udp", sip)
		if err != nil {
			t.Fatalf("the port of telephones is still held: %v", err)
		}
		_ = conn.Close()
	}
}

func TestAPortInUseIsToldWithFileAndLineAndNothingIsLeft(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	address := taken.Addr().String()
	for key, c := range map[string]struct {
		line  int
		write string
	}{
		"http.listen":   {1, fmt.Sprintf(`http: {listen: %q, admin: "127.0.0.1:0"}`, address)},
		"http.admin":    {1, fmt.Sprintf(`http: {listen: "127.0.0.1:0", admin: %q}`, address)},
		"webrtc.listen": {3, fmt.Sprintf(`webrtc: {listen: %q}`, address)},
		"sip.listen":    {2, fmt.Sprintf(`sip: {listen: %q}`, address)},
	} {
		s, err := start(t, config(t, t.TempDir(), c.write))
		if err == nil {
			closeAll(t, s)
			t.Errorf("%s: the server took a port that is in use", key)
			continue
		}
		want := regexp.MustCompile(fmt.Sprintf(`sufler\.yaml:%d:\d+: %s: .*%s.* in use`, c.line, regexp.QuoteMeta(key), regexp.QuoteMeta(address)))
		if !want.MatchString(err.Error()) {
			t.Errorf("got %q, want %s", err, want)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsToldWithFileAndLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := start(t, config(t, dir, fmt.Sprintf(`files: {dir: %q}`, filepath.Join(file, "data"))))
	if err == nil {
		closeAll(t, s)
	}
	if err == nil || !regexp.MustCompile(`sufler\.yaml:4:\d+: `).MatchString(err.Error()) {
		t.Errorf("got %v, want file and line", err)
	}
}

func TestADatabaseThatIsNotThereIsToldWithFileAndLineAndWithoutItsPassword(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	url := fmt.Sprintf("postgres://sufler:password-of-ours@%s/sufler", address)
	dir := t.TempDir()
	file := filepath.Join(dir, "database")
	if err := os.WriteFile(file, []byte(url), 0o600); err != nil {
		t.Fatal(err)
	}
	for key, write := range map[string]string{
		"database.url":      fmt.Sprintf("database: {url: %q}", url),
		"database.url_file": fmt.Sprintf("database: {url_file: %q}", file),
	} {
		s, err := start(t, config(t, dir, fmt.Sprintf("files: {dir: %q}\n%s", filepath.Join(dir, "data"), write)))
		if err == nil {
			closeAll(t, s)
			t.Fatal("a server started without its database")
		}
		want := regexp.MustCompile(fmt.Sprintf(`sufler\.yaml:5:\d+: %s: PostgreSQL at %s: .*refused$`, regexp.QuoteMeta(key), regexp.QuoteMeta(address)))
		if !want.MatchString(err.Error()) || strings.Contains(err.Error(), "password-of-ours") {
			t.Errorf("got %q, want %s and no password", err, want)
		}
	}
}
