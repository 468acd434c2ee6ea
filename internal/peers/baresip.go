package peers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// BaresipOptions describe one telephone.
type BaresipOptions struct {
	// User is the user part of its address; Server is where it registers and where
	// short numbers are dialled, "127.0.0.1:5060".
	User, Password, Server string
	// Register makes it register; otherwise it can be called at SIPAddr and can
	// call any SIP address.
	Register bool
	// Transport is "udp" (the default) or "tcp".
	Transport string
	// WAV is what it says: an absolute path, 8 kHz, mono, 16 bit. Empty: silence.
	WAV string
	// AutoAnswer picks up by itself.
	AutoAnswer bool
	// Codecs in order of preference; "pcmu/8000/1" when empty.
	Codecs []string
	// Params are more parameters of the account, "mediaenc=srtp-mand".
	Params []string
}

// Baresip is a running telephone.
type Baresip struct {
	*Process
	// SIPAddr is where it takes SIP over UDP and TCP.
	SIPAddr string
	dir     string
	user    string
	control *control
}

// modules are the parts of baresip that are loaded. mwi is left out: without a
// server of messages it hangs at the end.
var modules = []string{
	"module g711.so", "module g722.so", "module opus.so", "module aubridge.so", "module aufile.so",
	"module sndfile.so", "module srtp.so", "module dtls_srtp.so", "module stun.so", "module ice.so",
	"module_tmp uuid.so", "module_tmp account.so", "module_app menu.so", "module_app ctrl_tcp.so",
}

// modulePaths are where Debian puts them.
var modulePaths = []string{"/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"}

// StartBaresip writes a configuration into dir, which must exist, and starts the
// telephone. It returns when the telephone takes commands.
func StartBaresip(ctx context.Context, dir string, opt BaresipOptions) (*Baresip, error) {
	sip, err := FreePort(2) // the second for TLS, which cannot be switched off
	if err != nil {
		return nil, err
	}
	ctrl, err := FreePort(1)
	if err != nil {
		return nil, err
	}
	rtp, err := FreePort(20)
	if err != nil {
		return nil, err
	}
	if err := writeBaresip(dir, opt, sip, ctrl, rtp); err != nil {
		return nil, fmt.Errorf("peers: baresip %s: %w", opt.User, err)
	}
	// -4: no IPv6; -s: every SIP message goes to the log.
	p, err := Start(Command{Program: "baresip", Args: []string{"-4", "-s", "-f", dir}, Dir: dir})
	if err != nil {
		return nil, err
	}
	b := &Baresip{Process: p, SIPAddr: "127.0.0.1:" + strconv.Itoa(sip), dir: dir, user: opt.User}
	if b.control, err = dialControl(ctx, "127.0.0.1:"+strconv.Itoa(ctrl), p.done); err != nil {
		p.Stop()
		return nil, fmt.Errorf("peers: baresip %s: %w\n%s", opt.User, err, p.Log())
	}
	return b, nil
}

func writeBaresip(dir string, opt BaresipOptions, sip, ctrl, rtp int) error {
	// baresip ends at once without a certificate, though it needs none here.
	cert := filepath.Join(dir, "cert.pem")
	if err := writeCertificate(cert); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "rec"), 0o700); err != nil {
		return err
	}
	source := "aubridge,silence"
	if opt.WAV != "" {
		source = "aufile," + opt.WAV
	}
	config := []string{
		"poll_method epoll",
		fmt.Sprintf("sip_listen 127.0.0.1:%d", sip),
		"sip_certificate " + cert, "sip_cafile " + cert,
		"call_local_timeout 120", "call_max_calls 4",
		"audio_player aubridge,null", "audio_source " + source, "audio_alert aubridge,alert", "audio_level no",
		"ausrc_srate 8000", "auplay_srate 8000", "ausrc_channels 1", "auplay_channels 1",
		"ausrc_format s16", "auplay_format s16", "auenc_format s16", "audec_format s16", "audio_buffer 20-160",
		fmt.Sprintf("rtp_ports %d-%d", rtp, rtp+19), "rtcp_mux no", "jitter_buffer_delay 1-5", "rtp_stats yes",
		"net_interface 127.0.0.1", // an address, not a name of an interface
		"module_path " + modulePath(),
	}
	config = append(config, modules...)
	config = append(config, fmt.Sprintf("ctrl_tcp_listen 127.0.0.1:%d", ctrl), "menu_bell no", "snd_path "+filepath.Join(dir, "rec"))
	files := map[string]string{"config": strings.Join(config, "\n") + "\n", "accounts": account(opt, sip) + "\n", "contacts": ""}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func modulePath() string {
	for _, path := range modulePaths {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return modulePaths[0]
}

func account(opt BaresipOptions, sip int) string {
	transport, server, interval := opt.Transport, opt.Server, 0
	if transport == "" {
		transport = "udp"
	}
	if server == "" {
		server = fmt.Sprintf("127.0.0.1:%d", sip)
	}
	if opt.Register {
		interval = 60
	}
	codecs := "pcmu/8000/1"
	if len(opt.Codecs) > 0 {
		codecs = strings.Join(opt.Codecs, ",")
	}
	params := []string{
		fmt.Sprintf("<sip:%s@%s;transport=%s>", opt.User, server, transport),
		"auth_user=" + opt.User, "auth_pass=" + opt.Password, "regint=" + strconv.Itoa(interval), "audio_codecs=" + codecs,
	}
	if opt.AutoAnswer {
		params = append(params, "answermode=auto")
	}
	return strings.Join(append(params, opt.Params...), ";")
}

// URI is the telephone's own address, for a call without a server.
func (b *Baresip) URI() string { return "sip:" + b.user + "@" + b.SIPAddr }

// Do gives a command: "dial" with an address, "accept", "hangup", "hold",
// "resume", "sndcode" with a digit, "transfer", "listcalls", "reginfo". Most
// exist only while there is a call.
func (b *Baresip) Do(ctx context.Context, command, params string) (string, error) {
	answer, err := b.control.do(ctx, command, params)
	if err != nil {
		return "", fmt.Errorf("peers: baresip %s: %s: %w", b.user, command, err)
	}
	return answer, nil
}

// Await waits for an event: "CALL_INCOMING", "CALL_RINGING", "CALL_ESTABLISHED",
// "CALL_CLOSED". Each event is given out once; those that came before the one
// awaited are passed over. The first registration is over before anybody can
// listen for it: ask the registrar.
func (b *Baresip) Await(ctx context.Context, kind string) (Event, error) {
	e, err := b.control.await(ctx, kind)
	if err != nil {
		return Event{}, fmt.Errorf("peers: baresip %s: %w\n%s", b.user, err, b.Log())
	}
	return e, nil
}

// Quit ends the telephone and waits for its end, so that its recordings are
// complete; only one that hangs is killed.
func (b *Baresip) Quit() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, _ = b.control.do(ctx, "quit", "")
	select {
	case <-b.done:
	case <-ctx.Done():
	}
	b.control.close()
	b.Stop()
}

// Heard returns the paths of what it heard, one file a call, oldest first. Quit first.
func (b *Baresip) Heard() ([]string, error) {
	return filepath.Glob(filepath.Join(b.dir, "rec", "dump-*-dec.wav"))
}
