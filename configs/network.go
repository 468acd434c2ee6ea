package configs

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

func (v *check) network() {
	c := v.config
	for key, address := range map[string]string{
		"sip.external_address": c.SIP.ExternalAddress, "rtp.external_address": c.RTP.ExternalAddress, "webrtc.external_address": c.WebRTC.ExternalAddress,
	} {
		switch ip, err := netip.ParseAddr(address); {
		case address == "":
		case err != nil:
			v.wrong(key, fmt.Sprintf("%q is no IP address; write the address that the outside sees", address))
		case ip.IsUnspecified():
			v.wrong(key, fmt.Sprintf("%q is no address that others can send to; write the address that the outside sees", address))
		}
	}
	if c.Files.Dir == "" {
		v.wrong("files.dir", "is empty; give the folder where data is kept")
	}
	if c.Supervision.PerCall < 1 || c.Supervision.PerCall > 8 {
		v.wrong("supervision.per_call", "must be from 1 to 8; 1 is usual")
	}
	if c.WebRTC.ReturnTime >= Duration(time.Minute) {
		v.wrong("webrtc.return_time", "must be shorter than 1m: a browser that is away so long is hung up; 20s is usual")
	}
}

// listeners finds those that would take each other's port. All of them use TCP;
// the sound of telephones is UDP, as one half of sip and webrtc is.
func (v *check) listeners() {
	c := v.config
	all := []struct {
		key     string
		address Address
		example string
	}{
		{"http.listen", c.HTTP.Listen, "127.0.0.1:8080"},
		{"http.admin", c.HTTP.Admin, "127.0.0.1:8081"},
		{"sip.listen", c.SIP.Listen, "127.0.0.1:5060"},
		{"webrtc.listen", c.WebRTC.Listen, "127.0.0.1:30000"},
	}
	for i, one := range all {
		if one.address == "" { // the kernel would open a port at every address
			v.wrong(one.key, "is empty; write HOST:PORT, for example "+one.example)
			continue
		}
		for _, before := range all[:i] {
			if clash(one.address, before.address) {
				v.wrong(one.key, fmt.Sprintf("is the same address as %s; give it a port of its own, for example %s", before.key, one.example), before.key)
				break
			}
		}
		port := one.address.port()
		if i > 1 && port >= int(c.RTP.Ports.First) && port <= int(c.RTP.Ports.Last) {
			v.wrong(one.key, fmt.Sprintf("has a port of rtp.ports (%s); give it one outside of them, for example %s", c.RTP.Ports, one.example), "rtp.ports")
		}
	}
}

// clash tells whether two listeners cannot both be opened.
func clash(a, b Address) bool {
	return a.port() != 0 && a.port() == b.port() && (a.Host() == b.Host() || a.isAny() || b.isAny())
}

// port is the number after the host; 0 when there is none.
func (a Address) port() int {
	_, text, _ := net.SplitHostPort(string(a))
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return port
}

// isAny tells whether all addresses of the machine are meant.
func (a Address) isAny() bool {
	ip, err := netip.ParseAddr(a.Host())
	return a.Host() == "" || err == nil && ip.IsUnspecified()
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

func (v *check) tls() {
	t, key := v.config.HTTP.TLS, "http.tls.cert_file"
	switch {
	case t.CertFile == "" && t.KeyFile == "":
		return
	case t.KeyFile == "":
		v.wrong("http.tls.key_file", "is missing beside cert_file; name the file with the certificate's private key", key)
		return
	case t.CertFile == "":
		v.wrong(key, "is missing beside key_file; name the file with the certificate and its chain", "http.tls.key_file")
		return
	}
	if strings.HasPrefix(string(v.config.PublicURL), "http://") {
		v.wrong("public_url", "begins with http://, but with http.tls the pages are at https://; write https://")
	}
	cert, err := os.ReadFile(v.config.Path(t.CertFile))
	if err != nil {
		v.wrong(key, fmt.Sprintf("%s cannot be read; name the file with the certificate and its chain (PEM)", v.config.Path(t.CertFile)))
	}
	secret, secretErr := v.config.ReadSecret("", t.KeyFile)
	if secretErr != nil {
		v.wrong("http.tls.key_file", secretErr.Error())
	}
	if err != nil || secretErr != nil {
		return
	}
	pair, err := tls.X509KeyPair(cert, []byte(secret))
	if err != nil {
		v.wrong(key, fmt.Sprintf("and key_file are no pair (%s); name the two files that belong together", strings.TrimPrefix(err.Error(), "tls: ")))
		return
	}
	v.certificate(pair.Leaf)
}

// certificate warns of what browsers will say about it.
func (v *check) certificate(leaf *x509.Certificate) {
	const key = "http.tls.cert_file"
	now := time.Now()
	switch {
	case now.After(leaf.NotAfter):
		v.warn(key, fmt.Sprintf("the certificate expired on %s; renew it, browsers refuse it", leaf.NotAfter.UTC().Format(time.DateOnly)))
	case now.Before(leaf.NotBefore):
		v.warn(key, fmt.Sprintf("the certificate is valid only from %s on; check the clock, or renew it", leaf.NotBefore.UTC().Format(time.DateOnly)))
	}
	if host := v.config.PublicURL.Host(); host != "" && leaf.VerifyHostname(host) != nil {
		v.warn(key, fmt.Sprintf("the certificate is not for %s, the host of public_url; get one that names it", host))
	}
}

// Host is the host of an origin, without a port.
func (o Origin) Host() string {
	u, err := url.Parse(string(o))
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (v *check) database() {
	d := v.config.Database
	v.secret("database.url", d.URL, d.URLFile, false)
	address, err := v.config.ReadSecret(d.URL, d.URLFile)
	if err != nil || address == "" {
		return
	}
	key := "database.url"
	if d.URLFile != "" {
		key = "database.url_file"
	}
	isURL := strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
	if isPairs := strings.Contains(address, "=") && !strings.Contains(address, "://"); !isURL && !isPairs {
		v.wrong(key, "is no address of PostgreSQL; write postgres://USER:PASSWORD@HOST:5432/DATABASE")
	}
}

// The warnings about browsers.
const (
	noMicrophone = "browsers will refuse the microphone; "
	getTLS       = "name a certificate in http.tls, or put a proxy with https in front and write its https:// address in public_url"
)

// browsers warns of an installation in which browsers cannot talk.
func (v *check) browsers() {
	c := v.config
	public, secured := c.PublicURL, c.HTTP.TLS.CertFile != ""
	behind := strings.HasPrefix(string(public), "https://") && !secured
	switch {
	case public != "" && !behind && !secured && !isLoopback(public.Host()):
		v.warn("public_url", noMicrophone+getTLS, "http.tls")
	case public == "" && !secured && !isLoopback(c.HTTP.Listen.Host()):
		v.warn("http.listen", noMicrophone+getTLS, "public_url", "http.tls")
	}
	if behind && len(c.HTTP.TrustedProxies) == 0 {
		v.warn("public_url", "is https, so a proxy stands in front, and all visitors would count as that one; list its address in http.trusted_proxies", "http.tls", "http.trusted_proxies")
	}
	outside := public != "" && !isLoopback(public.Host()) || public == "" && !isLoopback(c.HTTP.Listen.Host())
	if outside && c.WebRTC.ExternalAddress == "" && isLoopback(c.WebRTC.Listen.Host()) {
		v.warn("webrtc.listen", "is on this machine only, so browsers elsewhere hear nothing; write the address that they reach", "public_url", "http.listen", "webrtc.external_address")
	}
}
