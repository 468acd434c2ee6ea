package impair

import (
	"encoding/binary"
	"net"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const many = 100_000

// run sends many packets over one path, 20 ms apart, without a network.
func run(opt Options) (p *path, arrived [][]time.Time, lostRuns []int) {
	p = newPath(opt, 0)
	now, lost := time.Unix(0, 0), 0
	for range many {
		at := p.arrivals(now)
		arrived = append(arrived, at)
		if at == nil {
			lost++
		} else if lost > 0 {
			lostRuns, lost = append(lostRuns, lost), 0
		}
		now = now.Add(20 * time.Millisecond)
	}
	return p, arrived, lostRuns
}

func share(n int) float64 { return float64(n) / many }

func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if got < want-by || got > want+by {
		t.Errorf("%s: got %.4f, want %.4f", what, got, want)
	}
}

func TestLossComesInBursts(t *testing.T) {
	for _, burst := range []float64{1, 4} {
		p, _, runs := run(Options{Loss: 0.05, Burst: burst, Seed: 7})
		near(t, "loss", share(p.counts.Lost), 0.05, 0.005)
		near(t, "mean burst", float64(p.counts.Lost)/float64(len(runs)), max(burst, 1/0.95), 0.3)
	}
}

func TestDelayAndJitterKeepTheOrder(t *testing.T) {
	_, arrived, _ := run(Options{Delay: 80 * time.Millisecond, Jitter: 30 * time.Millisecond, Seed: 7})
	sent, last := time.Unix(0, 0), time.Time{}
	for _, at := range arrived {
		delay := at[0].Sub(sent)
		if delay < 50*time.Millisecond || delay > 110*time.Millisecond {
			t.Fatalf("delay: got %s, want 50 to 110 ms", delay)
		}
		if at[0].Before(last) {
			t.Fatal("jitter changed the order")
		}
		last, sent = at[0], sent.Add(20*time.Millisecond)
	}
}

func TestDuplicatesAndOvertaking(t *testing.T) {
	p, arrived, _ := run(Options{Duplicate: 0.02, Reorder: 0.03, Seed: 7})
	near(t, "duplicates", share(p.counts.Duplicated), 0.02, 0.005)
	near(t, "reordered", share(p.counts.Reordered), 0.03, 0.005)
	overtaken := 0
	for i := range many - 1 {
		if arrived[i][0].After(arrived[i+1][0]) {
			overtaken++
		}
	}
	near(t, "overtaken", share(overtaken), 0.03, 0.005)
}

func TestTheSameSeedGivesTheSameNetwork(t *testing.T) {
	opt := Options{Loss: 0.1, Burst: 3, Jitter: 9 * time.Millisecond, Duplicate: 0.1, Reorder: 0.1, Seed: 42}
	_, first, _ := run(opt)
	_, second, _ := run(opt)
	if !reflect.DeepEqual(first, second) {
		t.Error("two runs of one seed differ")
	}
	opt.Seed++
	if _, other, _ := run(opt); reflect.DeepEqual(first, other) {
		t.Error("two seeds give the same network")
	}
}

func TestTheRelayCarriesBothWays(t *testing.T) {
	echo, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 100)
		for {
			n, from, err := echo.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			_, _ = echo.WriteToUDPAddrPort(buf[:n], from)
		}
	}()
	t.Cleanup(func() { _ = echo.Close(); <-ended })
	relay, err := New(netip.MustParseAddr("127.0.0.1"), addrPort(echo), Options{Loss: 0.2, Delay: time.Millisecond, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(relay.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()

	const packets = 200
	var packet [4]byte
	for n := range uint32(packets) {
		binary.BigEndian.PutUint32(packet[:], n)
		if _, err := conn.Write(packet[:]); err != nil {
			t.Fatal(err)
		}
	}
	// Nothing is under way any more when what came back and what was lost make up
	// all that was sent.
	back := 0
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for back < packets-relay.Counts().Lost {
		if _, err := conn.Read(packet[:]); err != nil {
			t.Fatalf("after %d packets: %v", back, err)
		}
		back++
	}
	if lost := relay.Counts().Lost; lost < 40 || lost > 110 {
		t.Errorf("lost: got %d of %d packets, want about a fifth of each way", lost, packets)
	}
}
