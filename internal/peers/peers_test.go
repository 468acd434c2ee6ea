package peers_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sufler/internal/peers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// writeTone writes ten seconds of a tone as baresip wants it.
func writeTone(t *testing.T, hertz float64) string {
	t.Helper()
	const rate, seconds = 8000, 10
	head := make([]byte, 44)
	copy(head, "RIFF....WAVEfmt ")
	binary.LittleEndian.PutUint32(head[4:], 36+2*rate*seconds)
	binary.LittleEndian.PutUint32(head[16:], 16)
	binary.LittleEndian.PutUint16(head[20:], 1)
	binary.LittleEndian.PutUint16(head[22:], 1)
	binary.LittleEndian.PutUint32(head[24:], rate)
	binary.LittleEndian.PutUint32(head[28:], 2*rate)
	binary.LittleEndian.PutUint16(head[32:], 2)
	binary.LittleEndian.PutUint16(head[34:], 16)
	copy(head[36:], "data")
	binary.LittleEndian.PutUint32(head[40:], 2*rate*seconds)
	for n := range rate * seconds {
		sample := int16(8000 * math.Sin(2*math.Pi*hertz*float64(n)/rate))
		head = binary.LittleEndian.AppendUint16(head, uint16(sample))
	}
	path := filepath.Join(t.TempDir(), "tone.wav")
	if err := os.WriteFile(path, head, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// power is the share of a recording's energy that lies at a frequency.
func power(t *testing.T, path string, hertz float64) float64 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]int16, (len(b)-44)/2)
	for n := range samples {
		samples[n] = int16(binary.LittleEndian.Uint16(b[44+2*n:]))
	}
	return share(samples, hertz)
}

// share is power of samples of 8 kHz.
func share(samples []int16, hertz float64) float64 {
	var re, im, all float64
	for n, sample := range samples {
		s := float64(sample)
		sin, cos := math.Sincos(2 * math.Pi * hertz * float64(n) / 8000)
		re, im, all = re+s*cos, im+s*sin, all+s*s
	}
	if all == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / float64(len(samples)) / all
}

func TestTwoBaresipsHearEachOther(t *testing.T) {
	ctx := within(t, 60*time.Second)
	start := func(user string, hertz float64, auto bool) *peers.Baresip {
		b, err := peers.StartBaresip(ctx, t.TempDir(), peers.BaresipOptions{User: user, WAV: writeTone(t, hertz), AutoAnswer: auto})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Quit)
		return b
	}
	alice, bob := start("alice", 433, false), start("bob", 1021, true)
	if _, err := alice.Do(ctx, "dial", bob.URI()); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*peers.Baresip{alice, bob} {
		if _, err := b.Await(ctx, "CALL_ESTABLISHED"); err != nil {
			t.Fatal(err)
		}
	}
	if err := peers.Until(ctx, "two seconds heard", func() bool { return heard(t, alice) > 2*16000 && heard(t, bob) > 2*16000 }); err != nil {
		t.Fatal(err)
	}
	if _, err := alice.Do(ctx, "hangup", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := bob.Await(ctx, "CALL_CLOSED"); err != nil {
		t.Fatal(err)
	}
	alice.Quit()
	bob.Quit()
	for _, c := range []struct {
		who         *peers.Baresip
		hears, self float64
	}{{alice, 1021, 433}, {bob, 433, 1021}} {
		files, err := c.who.Heard()
		if err != nil || len(files) != 1 {
			t.Fatalf("recordings: got %v, %v, want one", files, err)
		}
		// Packets that baresip itself loses at its start turn the phase, which spreads the tone.
		if p := power(t, files[0], c.hears); p < 0.2 {
			t.Errorf("%v Hz: got %.2f of the energy", c.hears, p)
		}
		if p := power(t, files[0], c.self); p > 0.01 {
			t.Errorf("%v Hz: got %.2f of the energy, want none", c.self, p)
		}
	}
}

// heard is how many bytes the telephone has recorded so far.
func heard(t *testing.T, b *peers.Baresip) int64 {
	t.Helper()
	files, err := b.Heard()
	if err != nil || len(files) == 0 {
		return 0
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return 0
	}
	return info.Size()
}

const caller = `<?xml version="1.0"?>
<scenario name="caller">
<send retrans="500"><![CDATA[
OPTIONS sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]>;tag=[call_number]
To: <sip:[service]@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="[answer]"/>
</scenario>`

const answerer = `<?xml version="1.0"?>
<scenario name="answerer">
<recv request="OPTIONS"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=1
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>`

func TestSIPpCountsCalls(t *testing.T) {
	for _, c := range []struct {
		name, expects string
		want          peers.Counts
	}{
		{"all good", "200", peers.Counts{Created: 5, Successful: 5}},
		{"another answer than expected", "486", peers.Counts{Created: 5, Failed: 5, Unexpected: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := within(t, 60*time.Second)
			server, err := peers.StartSIPp(t.TempDir(), peers.SIPpOptions{Scenario: answerer, Calls: 5})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Stop)
			client, err := peers.StartSIPp(t.TempDir(), peers.SIPpOptions{
				Scenario: strings.ReplaceAll(caller, "[answer]", c.expects), Remote: server.SIPAddr, Service: "101", Calls: 5, Rate: 50,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.Stop)
			got, err := client.Result(ctx)
			if err != nil {
				t.Fatal(err)
			}
			got.Retransmissions = 0 // a SIPp that is still starting is asked twice
			if got != c.want {
				t.Errorf("got %+v, want %+v\n%s", got, c.want, client.Trouble())
			}
		})
	}
}

// talkToOneself sends the microphone's sound through two peers of one page.
const talkToOneself = `(async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = (e) => b.addIceCandidate(e.candidate);
  b.onicecandidate = (e) => a.addIceCandidate(e.candidate);
  b.ontrack = (e) => { const out = new Audio(); out.srcObject = e.streams[0]; void out.play(); };
  a.addTrack(stream.getAudioTracks()[0], stream);
  await a.setLocalDescription(await a.createOffer());
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription(await b.createAnswer());
  await a.setRemoteDescription(b.localDescription);
  return true;
})()`

func TestChromiumSaysATone(t *testing.T) {
	ctx := within(t, time.Minute)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") }))
	t.Cleanup(page.Close)
	heard := make(chan []int16, 1000)
	b, err := peers.StartChromium(ctx, t.TempDir(), peers.ChromiumOptions{
		Modules: "../..", WAV: writeTone(t, 440), Hear: func(samples []int16) { heard <- samples },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Quit)
	for _, step := range [][]any{{"goto", page.URL}, {"evaluate", talkToOneself}} {
		if _, err := b.Do(ctx, step[0].(string), step[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	// A jitter buffer shifts phases: no long piece has one frequency.
	clear := 0
	for clear < 20 {
		select {
		case samples := <-heard:
			if share(samples, 440) > 0.9 && share(samples, 1000) < 0.01 {
				clear++
			}
		case <-ctx.Done():
			t.Fatalf("%d pieces of what the page hears are the tone", clear)
		}
	}
	if _, err := b.Do(ctx, "jump"); err == nil {
		t.Error("a method that does not exist was done")
	}
}

func TestChromiumWithoutAVoiceMayNotUseTheMicrophone(t *testing.T) {
	ctx := within(t, time.Minute)
	page := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(page.Close)
	b, err := peers.StartChromium(ctx, t.TempDir(), peers.ChromiumOptions{Modules: "../.."})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Quit)
	if _, err := b.Do(ctx, "goto", page.URL); err != nil {
		t.Fatal(err)
	}
	got, err := b.Do(ctx, "evaluate", "navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', (e) => e.name)")
	if err != nil || string(got) != `"NotAllowedError"` {
		t.Errorf("got %s, %v, want it refused", got, err)
	}
}

func TestAMissingProgramNamesItsPackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := peers.Find("baresip")
	missing, ok := errors.AsType[*peers.MissingError](err)
	if !ok || missing.Package != "baresip-core" {
		t.Errorf("got %v, want a missing baresip-core", err)
	}
	if _, err := peers.FindChromium(); err == nil {
		t.Error("a browser was found in an empty folder")
	}
}

func TestStopKillsTheWholeGroup(t *testing.T) {
	p, err := peers.Start(peers.Command{Program: "sh", Args: []string{"-c", "trap '' TERM; sleep 100 & echo $!; while :; do wait; done"}, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	ctx := within(t, 30*time.Second)
	if err := peers.Until(ctx, "no child", func() bool { return strings.TrimSpace(p.Log()) != "" }); err != nil {
		t.Fatal(err)
	}
	child := strings.TrimSpace(p.Log())
	p.Stop()
	if err := peers.Until(ctx, "the child lives", func() bool { return !lives(child) }); err != nil {
		t.Error(err)
	}
}

// lives reports whether a process runs; a zombie does not.
func lives(pid string) bool {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	return err == nil && !strings.Contains(string(status), "State:\tZ")
}

func TestFreePortsAreGivenOutOnce(t *testing.T) {
	given := make(map[int]bool)
	for range 100 {
		first, err := peers.FreePort(20)
		if err != nil {
			t.Fatal(err)
		}
		for port := first; port < first+20; port++ {
			if given[port] || port < 10000 || port >= 20000 || first%2 != 0 {
				t.Fatalf("port %d of %d: given out twice, outside of the range, or odd", port, first)
			}
			given[port] = true
		}
	}
}
