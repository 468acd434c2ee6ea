package demo

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sufler/configs"
	"sufler/internal/certificate"
	"sufler/routing/store"
)

// certificateLasts is short: it is for one demo.
const certificateLasts = 30 * 24 * time.Hour

// letters are those that nobody takes for another when reading them aloud.
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

// newPassword returns about 59 random bits in three groups that a phone's keys bear.
func newPassword() string {
	var b strings.Builder
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[below(len(letters))])
	}
	return b.String()
}

// below returns a random number under n, each equally often.
func below(n int) int {
	for {
		var one [1]byte
		_, _ = rand.Read(one[:]) // never fails
		if v := int(one[0]); v < 256/n*n {
			return v % n
		}
	}
}

// openToLAN gives everybody new passwords and the pages a certificate: those of
// the demo are known to the whole world.
func openToLAN(c *configs.Config, address netip.Addr) error {
	for i := range c.People.Operators {
		c.People.Operators[i].Password = configs.Secret(newPassword())
	}
	for i := range c.Phones {
		c.Phones[i].Password = configs.Secret(newPassword())
	}
	folder, err := filepath.Abs(c.Files.Dir)
	if err != nil {
		return err
	}
	if err := store.MakeFolder(folder); err != nil {
		return err
	}
	c.HTTP.TLS = configs.TLS{CertFile: filepath.Join(folder, "lan.pem"), KeyFile: filepath.Join(folder, "lan.key")}
	return certify(c.HTTP.TLS, address.String(), time.Now())
}

// certify makes a certificate, unless the folder of an earlier demo has one that is
// still good: browsers were told to trust it.
func certify(files configs.TLS, host string, now time.Time) error {
	pair, err := tls.LoadX509KeyPair(files.CertFile, files.KeyFile)
	if err == nil && pair.Leaf.VerifyHostname(host) == nil && now.Add(24*time.Hour).Before(pair.Leaf.NotAfter) {
		return nil
	}
	cert, key, err := certificate.SelfSigned([]string{host, "localhost", "127.0.0.1"}, now.Add(-time.Hour), now.Add(certificateLasts))
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(files.CertFile, cert, 0o600), os.WriteFile(files.KeyFile, key, 0o600))
}

// fingerprint is what a browser shows of the certificate.
func fingerprint(files configs.TLS) (string, error) {
	pair, err := tls.LoadX509KeyPair(files.CertFile, files.KeyFile)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(pair.Leaf.Raw)
	bytes := make([]string, len(sum))
	for i, b := range sum {
		bytes[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(bytes, ":"), nil
}

// hostsOf are the names by which browsers elsewhere may ask.
func hostsOf(lan netip.Addr) []string {
	if !lan.IsValid() {
		return nil
	}
	hosts := []string{lan.String()}
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, strings.ToLower(name), strings.ToLower(name)+".local")
	}
	return hosts
}

func hintOf(lan netip.Addr) string {
	if lan.IsValid() {
		return "with -lan the passwords demo-NAME do not hold; the new ones were printed at the start"
	}
	return "the password of a phone is demo-NAME; from another machine start the demo with -lan"
}
