package call

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"sufler/routing"
)

var (
	client    = seat{role: routing.Client}
	agent     = seat{role: routing.Agent}
	consulted = seat{role: routing.Consulted}
	music     = seat{role: sound}
)

func prompter(mode routing.Mode) seat { return seat{role: routing.Supervisor, mode: mode} }

// scenes are the lines of testdata/matrix.txt and of docs/matrix.md.
var scenes = []struct {
	name  string
	in    phase
	seats []seat
}{
	{"ringing out, tone", ringingOut, []seat{agent, music}},
	{"ringing out, early media", ringingOut, []seat{client, agent}},
	{"ringing out, tone, listen", ringingOut, []seat{agent, prompter(routing.Listen), music}},
	{"ringing out, early, listen", ringingOut, []seat{client, agent, prompter(routing.Listen)}},
	{"ringing out, tone, whisper", ringingOut, []seat{agent, prompter(routing.Whisper), music}},
	{"ringing out, early, barge", ringingOut, []seat{client, agent, prompter(routing.Barge)}},
	{"talk", talk, []seat{client, agent}},
	{"hold", hold, []seat{client, agent, music}},
	{"agent muted", talk, []seat{client, {role: routing.Agent, muted: true}}},
	{"agent muted, listen", talk, []seat{client, {role: routing.Agent, muted: true}, prompter(routing.Listen)}},
	{"private answer, listen", talk, []seat{client, {role: routing.Agent, private: true}, prompter(routing.Listen)}},
	{"private answer, whisper", talk, []seat{client, {role: routing.Agent, private: true}, prompter(routing.Whisper)}},
	{"listen", talk, []seat{client, agent, prompter(routing.Listen)}},
	{"whisper", talk, []seat{client, agent, prompter(routing.Whisper)}},
	{"barge", talk, []seat{client, agent, prompter(routing.Barge)}},
	{"take over, agent left", takenOver, []seat{client, {role: routing.Supervisor, mode: routing.Barge, leads: true}}},
	{"take over, agent listens", takenOver, []seat{client, agent, {role: routing.Supervisor, mode: routing.Barge, leads: true}}},
	{"pull aside", aside, []seat{client, agent, {role: routing.Supervisor, mode: routing.Whisper, leads: true}, music}},
	{"hold, listen", hold, []seat{client, agent, prompter(routing.Listen), music}},
	{"hold, whisper", hold, []seat{client, agent, prompter(routing.Whisper), music}},
	{"hold, barge", hold, []seat{client, agent, prompter(routing.Barge), music}},
	{"consult", consult, []seat{client, agent, consulted, music}},
	{"consult, listen", consult, []seat{client, agent, prompter(routing.Listen), consulted, music}},
	{"conference", conference, []seat{client, agent, consulted}},
	{"conference, listen", conference, []seat{client, agent, consulted, prompter(routing.Listen)}},
	{"conference, whisper", conference, []seat{client, agent, consulted, prompter(routing.Whisper)}},
	{"conference, barge", conference, []seat{client, agent, consulted, prompter(routing.Barge)}},
	{"whisper, dictating", talk, []seat{client, agent, {role: routing.Supervisor, mode: routing.Whisper, dictating: true}}},
	{"barge, dictating", talk, []seat{client, agent, {role: routing.Supervisor, mode: routing.Barge, dictating: true}}},
	{"whisper, supervisor lost", talk, []seat{client, agent, {role: routing.Supervisor, mode: routing.Whisper, muted: true}}},
	{"barge, supervisor lost", talk, []seat{client, agent, {role: routing.Supervisor, mode: routing.Barge, muted: true}}},
	{"menu", menu, []seat{client, music}},
	{"menu, the agent is there", menu, []seat{client, agent, music}},
	{"menu, listen", menu, []seat{client, agent, prompter(routing.Listen), music}},
	{"menu, barge", menu, []seat{client, agent, prompter(routing.Barge), music}},
	{"two supervisors, barge", talk, []seat{client, agent, prompter(routing.Barge), prompter(routing.Listen)}},
}

var letters = map[routing.Role]string{
	routing.Client: "C", routing.Agent: "A", routing.Consulted: "K", routing.Supervisor: "S", sound: "M",
}

// ears renders what client, agent, supervisor and consulted hear in a scene.
func ears(in phase, seats []seat) [4]string {
	var got [4]string
	for i, role := range []routing.Role{routing.Client, routing.Agent, routing.Supervisor, routing.Consulted} {
		got[i] = "."
		for _, l := range seats {
			if l.role == role && got[i] == "." {
				got[i] = heardBy(l, seats, in)
			}
		}
	}
	return got
}

func heardBy(l seat, seats []seat, in phase) string {
	var heard strings.Builder
	for _, role := range []routing.Role{sound, routing.Client, routing.Agent, routing.Consulted, routing.Supervisor} {
		for _, s := range seats {
			if s.role == role && s != l && hears(l, s, in) {
				heard.WriteString(letters[role])
			}
		}
	}
	if heard.Len() == 0 {
		return "-"
	}
	return heard.String()
}

// W002, W004-W009, I019: the table of the design, case by case.
func TestTheMatrixIsTheTableOfTheDesign(t *testing.T) {
	want := readMatrix(t)
	if len(want) != len(scenes) {
		t.Errorf("got %d scenes, want the %d of testdata/matrix.txt", len(scenes), len(want))
	}
	for _, sc := range scenes {
		if got := ears(sc.in, sc.seats); got != want[sc.name] {
			t.Errorf("%s: got %v, want %v", sc.name, got, want[sc.name])
		}
	}
}

func readMatrix(t *testing.T) map[string][4]string {
	t.Helper()
	text, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	table := make(map[string][4]string)
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 5 || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		table[cells[0]] = [4]string(cells[1:])
	}
	return table
}

// everySeat is each combination of role, mode and flags, the meaningless too.
func everySeat() []seat {
	var seats []seat
	for _, role := range []routing.Role{0, routing.Client, routing.Agent, routing.Consulted, routing.Supervisor, 5, sound} {
		for _, mode := range []routing.Mode{0, routing.Listen, routing.Whisper, routing.Barge, 4} {
			for flags := range 1 << 5 {
				seats = append(seats, seat{
					role: role, mode: mode, muted: flags&1 != 0, private: flags&2 != 0, dictating: flags&4 != 0,
					leads: flags&8 != 0, askDigits: flags&16 != 0,
				})
			}
		}
	}
	return seats
}

// everyPair calls f with each pair of seats in each phase, 0 and unknown phases too.
func everyPair(f func(l, s seat, in phase)) {
	seats := everySeat()
	for in := range menu + 3 {
		for _, l := range seats {
			for _, s := range seats {
				f(l, s, in)
			}
		}
	}
}

// W002: whatever the flags say, a prompter reaches the client or an outsider only
// by barge in a talk, or when he has taken the call over.
func TestNoOutsiderHearsAPrompterWithoutBargeOrTakeOver(t *testing.T) {
	allowed, heard := 0, 0
	everyPair(func(l, s seat, in phase) {
		if s.role != routing.Supervisor || l.role == routing.Agent || l.role == routing.Supervisor || !hears(l, s, in) {
			return
		}
		heard++
		barge := (in == talk || in == conference) && s.mode == routing.Barge
		if (barge || in == takenOver && s.leads) && (l.role == routing.Client || l.role == routing.Consulted) {
			allowed++
			return
		}
		t.Errorf("%+v hears %+v in phase %d", l, s, in)
	})
	if heard == 0 || allowed != heard {
		t.Errorf("got %d of %d allowed, want all and some", allowed, heard)
	}
}

func TestWhatHasNoMeaningNeitherHearsNorSpeaks(t *testing.T) {
	known := func(s seat) bool {
		switch s.role {
		case routing.Supervisor:
			return s.mode == routing.Listen || s.mode == routing.Whisper || s.mode == routing.Barge
		case routing.Client, routing.Agent, routing.Consulted, sound:
			return s.mode == 0
		default:
			return false
		}
	}
	everyPair(func(l, s seat, in phase) {
		meaningless := !known(l) || !known(s) || in < ringingOut || in > menu
		if meaningless && (hears(l, s, in) || digits(l, s, in)) {
			t.Errorf("%+v is reached by %+v in phase %d", l, s, in)
		}
		if hears(l, s, in) && (s.muted || s.dictating || l.role == sound || s.role == routing.Supervisor && l.role == routing.Supervisor) {
			t.Errorf("%+v hears %+v in phase %d", l, s, in)
		}
	})
}

func TestADigitOfASupervisorReachesNobody(t *testing.T) {
	reached := 0
	everyPair(func(l, s seat, in phase) {
		if !digits(l, s, in) {
			return
		}
		reached++
		toClient := l.role == routing.Client && s.role == routing.Agent
		toAgent := l.role == routing.Agent && l.askDigits && s.role == routing.Client
		if !toClient && !toAgent || in != talk && in != conference {
			t.Errorf("%+v gets the digits of %+v in phase %d", l, s, in)
		}
	})
	if reached == 0 {
		t.Error("got no digits at all")
	}
}

// A stricter mode can be sent at once only because it opens no ear.
func TestAStricterModeNeverOpensAnEar(t *testing.T) {
	everyPair(func(l, s seat, in phase) {
		if s.role != routing.Supervisor && l.role != routing.Supervisor || !hears(l, s, in) {
			return
		}
		freer := func(of seat) seat {
			if of.role == routing.Supervisor && of.mode < routing.Barge {
				of.mode++
			}
			return of
		}
		if !hears(freer(l), freer(s), in) {
			t.Errorf("%+v hears %+v in phase %d, but not with freer modes", l, s, in)
		}
	})
}

func TestTwoVoicesOnOnePortDoNotHearEachOther(t *testing.T) {
	plan := planFor(scene{in: talk, voices: []voice{{port: 1, party: "a", seat: agent}, {port: 1, party: "c", seat: client}}})
	for _, row := range plan.Rows {
		if len(row.Sources) != 0 {
			t.Errorf("got %v", plan.Rows)
		}
	}
}

// A plan grants what its rows need and the guard lets through, and no more.
func TestAGrantIsInThePlanIfAnOutsiderHearsAPrompter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	seats := everySeat()
	granted := 0
	for range 20000 {
		s := scene{call: "c", epoch: 7, in: phase(random.IntN(int(menu) + 2))}
		for port := range random.IntN(5) + 1 {
			v := voice{port: mixerPort(port + 1), party: routing.PartyID(rune('a' + port)), seat: seats[random.IntN(len(seats))], audited: true}
			s.voices = append(s.voices, v)
		}
		plan := planFor(s)
		granted += len(plan.Grants)
		for _, row := range plan.Rows {
			for _, source := range row.Sources {
				listener, speaker := s.voices[row.Listener-1].seat, s.voices[source-1].seat
				if row.Listener == source {
					t.Fatalf("%+v hears himself", listener)
				}
				prompted := speaker.role == routing.Supervisor && (listener.role == routing.Client || listener.role == routing.Consulted)
				if prompted && !isGranted(plan, source) {
					t.Fatalf("%+v hears %+v in phase %d without a grant", listener, speaker, s.in)
				}
			}
		}
		for _, g := range plan.Grants {
			if of := s.voices[g.Port-1].seat; of.muted || of.dictating {
				t.Fatalf("%+v has a grant in phase %d", of, s.in)
			}
		}
		for i := range s.voices {
			s.voices[i].audited = false
		}
		if plan := planFor(s); len(plan.Grants) != 0 {
			t.Fatalf("got grants %v without audit rows", plan.Grants)
		}
	}
	if granted == 0 {
		t.Error("got no grant at all")
	}
}
