package main

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	webpage "sufler/cmd/sufler/page"
	"sufler/mixer/tone"
	"sufler/sip/phone"
)

// The supervisor of these stories has a name and a number that nothing else can be
// taken for.
const (
	leadName  = "Žofie Ďáblová"
	leadPhone = "802017"
)

// distinct gives Sofia that name and number.
func distinct(config string) string {
	return strings.NewReplacer("Sofia Veselá", leadName, `"201"`, `"`+leadPhone+`"`, "name: Sofia,", "name: "+leadName+",").Replace(config)
}

// scene is a talk with everybody's wires tapped.
type scene struct {
	h            *house
	leadBy       string // what Sofia joins with
	clientTap    *tap
	agentTap     *tap
	leadTap      *tap
	ear          *tone.Ear // the client's
	anna, sofia  *tab      // anna is nil where she talks at a telephone
	desk         *tab      // Anna's, however she talks
	leads        *handset
	call         string
	words        []secretWord // of the supervisor
	visitorPages func() []byte
	end          func(t *testing.T)

	clientFrom, agentFrom int // how much of the pages came before the comparison
}

// account is what two people were sent, comparable with that of another talk.
type account struct {
	client, agent map[string][]string
	sent          map[string]map[string][]byte // to whom, by which way, as it was
}

// webScene is a visitor on a page who talks to Anna on her page.
func webScene(t *testing.T, leadBy string) *scene {
	t.Helper()
	s := newScene(t, plan{edit: distinct}, leadBy)
	s.anna = s.h.sits(t, "anna")
	s.anna.tapped = s.agentTap
	p, begun, err := webpage.Visitor(patiently(t), s.h.pages(), "Jan Novák", "Orders")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	jan := &visitor{tab: tab{Page: p, tapped: s.clientTap}, talk: begun}
	jan.speaks(t, begun.Leg, clientVoice)
	s.call = s.anna.accepts(t, agentVoice)
	jan.becomes(t, "talking")
	s.ear = jan.ear
	s.visitorPages = jan.Bytes
	s.end = func(t *testing.T) {
		t.Helper()
		for _, path := range []string{"/api/v1/talks/" + begun.ID, "/api/v1/widget"} {
			jan.must(t, http.MethodGet, path, nil, nil)
		}
		jan.must(t, http.MethodDelete, "/api/v1/talks/"+begun.ID, nil, nil)
		jan.becomes(t, "ended")
		s.anna.shows(t, "ended")
	}
	return s
}

// phoneScene is a callback to a telephone, by Anna at hers.
func phoneScene(t *testing.T, leadBy string) *scene {
	t.Helper()
	clientTap, agentTap := &tap{}, &tap{}
	network := newHandsetWith(t, phone.Options{Trace: clientTap.message, Wire: clientTap.wire}).speaks(tone.ClientHz, -20).on("+420777000001", byHand)
	s := newScene(t, plan{edit: distinct, trunk: network.Addr().String()}, leadBy)
	s.clientTap, s.agentTap = clientTap, agentTap
	anna := newHandsetWith(t, phone.Options{Trace: agentTap.message, Wire: agentTap.wire}).speaks(tone.AgentHz, -20).on("101", byHand).at(t, s.h, "101")
	asked := s.h.ask(t, "+420777000001", "Jan Novák")
	socket := s.h.follow(t, asked)
	// An answer at once may overtake the ringing before it, which is then never told.
	agent := anna.next(t)
	until(t, "Anna's telephone rings", func() bool { return s.runs(t).Agent.State == "ringing" })
	agent.Answer()
	client := network.next(t)
	until(t, "the client's telephone rings", func() bool { return s.runs(t).Client.State == "ringing" })
	client.Answer()
	s.h.becomes(t, asked, "talking")
	s.ear = network.ear(client)
	s.call = s.runs(t).ID
	var shown []byte
	s.visitorPages = func() []byte {
		socket.mu.Lock()
		defer socket.mu.Unlock()
		return slices.Concat(socket.raw, shown)
	}
	s.end = func(t *testing.T) {
		t.Helper()
		shown = slices.Concat(s.h.visitor(asked).do(t, http.MethodGet, asked.path(), nil).body, []byte("\n"), s.h.shop().do(t, http.MethodGet, "/api/v1/widget", nil).body)
		agent.Hangup()
		over(t, client)
		over(t, agent)
		s.h.becomes(t, asked, "ended")
		until(t, "the end is told", func() bool { return slices.Contains(socket.told(), "ended") })
	}
	return s
}

// newScene starts the house, with Sofia at her desk.
func newScene(t *testing.T, p plan, leadBy string) *scene {
	t.Helper()
	s := &scene{h: newHouse(t, p), leadBy: leadBy, clientTap: &tap{}, agentTap: &tap{}, leadTap: &tap{}}
	s.sofia = s.h.sits(t, "sofia")
	s.sofia.tapped = s.leadTap
	// The queue shall not ask her, or her name would be in the call for another reason.
	s.sofia.must(t, http.MethodPut, "/api/v1/me/status", map[string]string{"status": "pause"}, nil)
	if leadBy == "phone" {
		s.sofia.must(t, http.MethodPut, "/api/v1/me/answer_on", map[string]string{"answer_on": "phone"}, nil)
		s.leads = newHandsetWith(t, phone.Options{Trace: s.leadTap.message}).speaks(tone.SupervisorHz, -20).on(leadPhone, phone.Behaviour{}).at(t, s.h, leadPhone)
	}
	return s
}

// runs is the one call, as Sofia sees it.
func (s *scene) runs(t *testing.T) liveCall {
	t.Helper()
	var all struct{ Calls []liveCall }
	s.sofia.must(t, http.MethodGet, "/api/v1/calls", nil, &all)
	if len(all.Calls) != 1 {
		t.Fatalf("got %+v, want one call", all.Calls)
	}
	return all.Calls[0]
}

func (s *scene) supervision() string { return "/api/v1/calls/" + s.call + "/supervision" }

// to brings the supervision into a mode, the first by joining; without a
// supervisor it does nothing.
func (s *scene) to(t *testing.T, m string, joined bool) {
	t.Helper()
	if joined {
		s.sofia.must(t, http.MethodPatch, s.supervision(), mode(m), nil)
		return
	}
	s.sofia.must(t, http.MethodPost, s.supervision(), mode(m), nil)
	if s.leadBy == "browser" {
		s.sofia.speaks(t, s.sofia.shows(t, "rings"), voice{tone.SupervisorHz, -20})
	}
	var now liveCall
	until(t, "the supervisor is on the line", func() bool {
		now = s.runs(t)
		return now.Supervisor != nil && now.Supervisor.State == "talking"
	})
	s.learn(t, now)
}

// learn is everything by which the supervisor could be known.
func (s *scene) learn(t *testing.T, now liveCall) {
	t.Helper()
	var who struct {
		Me struct{ ID, Login, Name string }
	}
	s.sofia.must(t, http.MethodGet, "/api/v1/me", nil, &who)
	s.words = []secretWord{
		spelled("name", leadName), spelled("first name", "Žofie"), spelled("number", leadPhone), spelled("login", who.Me.Login),
		spelled("operator", who.Me.ID), spelled("party", now.Supervisor.Party),
	}
	if s.leadBy == "browser" {
		s.words = append(s.words, spelled("leg", s.sofia.leg))
		for what, value := range s.leadTap.identities() {
			s.words = append(s.words, spelled(what, value))
		}
		s.words = append(s.words, addressed("address", s.leadTap.candidate(t)))
		return
	}
	s.words = append(s.words, addressed("address", s.leads.Addr()), spelled("Call-ID", s.leadTap.header(t, "Call-ID")))
}

// identities are the names that a browser and the server gave its line.
func (s *tap) identities() map[string]string {
	all := map[string]string{}
	text := string(s.sent()["SDP"])
	offered := s.sdp[0]
	for i, m := range regexp.MustCompile(`a=(ice-ufrag|ice-pwd|fingerprint:sha-256|msid|ssrc)[: ](\S+)`).FindAllStringSubmatch(text, -1) {
		// The server has one certificate for all.
		if !strings.HasPrefix(m[1], "fingerprint") || strings.Contains(offered, m[2]) {
			all[m[1]+" "+string(rune('a'+i))] = m[2]
		}
	}
	return all
}

// candidate is where the browser's own sound comes from.
func (s *tap) candidate(t *testing.T) netip.AddrPort {
	t.Helper()
	m := regexp.MustCompile(`a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ`).FindStringSubmatch(string(s.sent()["SDP"]))
	if m == nil {
		t.Fatalf("no candidate in %s", s.sent()["SDP"])
	}
	return netip.MustParseAddrPort(m[1] + ":" + m[2])
}

// header is a header of the INVITE that came to a telephone.
func (s *tap) header(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`INVITE sip:[^\0]*?\r\n` + name + `: (\S+)`).FindStringSubmatch(string(s.sent()["SIP"]))
	if m == nil {
		t.Fatalf("no %s in %s", name, s.sent()["SIP"])
	}
	return m[1]
}

// tells lets a talk go through every mode, or take as long without a supervisor,
// and returns what was sent.
func (s *scene) tells(t *testing.T, supervised bool) account {
	t.Helper()
	s.hear(t, ofAgent)
	s.mark(t)
	for i, m := range []string{"listen", "whisper", "barge", "listen"} {
		if supervised {
			s.to(t, m, i > 0)
		}
		if supervised && m == "barge" {
			s.hear(t, ofAgent, ofSupervisor)
			continue
		}
		s.hear(t, ofAgent)
	}
	if supervised {
		s.sofia.must(t, http.MethodDelete, s.supervision(), nil, nil)
		until(t, "the supervisor has left", func() bool { return s.runs(t).Supervisor == nil })
	}
	s.hear(t, ofAgent)
	s.end(t)
	return s.account(t)
}

// hear waits for a second that lies wholly in what is now, and says who is in it.
func (s *scene) hear(t *testing.T, must ...int) {
	t.Helper()
	from := len(s.ear.Windows()) + 1
	until(t, "a second is heard by the client", func() bool { return len(s.ear.Windows()) > from })
	hears(t, "client", s.ear.Windows()[from:from+1], must...)
}

// mark is where accounts begin to be compared: both talk, and nothing more of how
// they came to it is on its way.
func (s *scene) mark(t *testing.T) {
	t.Helper()
	s.desk = s.anna
	if s.desk == nil {
		p, err := webpage.Desk(patiently(t), s.h.pages(), "anna", secret)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		s.desk = &tab{Page: p}
		if _, err := p.Await(patiently(t), "the desk is drawn", func(e webpage.Event) bool { return e.Kind == "sound.changed" }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.desk.Say(patiently(t), "watch", map[string]string{"call": s.call}, nil); err != nil {
		t.Fatal(err)
	}
	s.desk.must(t, http.MethodGet, "/api/v1/calls/"+s.call, nil, nil)
	s.clientFrom, s.agentFrom = len(s.visitorPages()), len(s.desk.Bytes())
}

func (s *scene) account(t *testing.T) account {
	t.Helper()
	desk := s.desk
	record := "/api/v1/records/" + s.call
	until(t, "the record is whole", func() bool {
		var shown struct {
			Row   struct{ Cause string }
			Files []any
			Facts []struct{ Kind string }
		}
		p := s.h.desk(t, "anna")
		got := p.do(t, http.MethodGet, record, nil)
		if got.status != http.StatusOK || json.Unmarshal(got.body, &shown) != nil || shown.Row.Cause == "" || len(shown.Files) == 0 {
			return false
		}
		ends := map[string]int{}
		for _, f := range shown.Facts {
			ends[f.Kind]++
		}
		return ends["leg.ended"] == 2 && ends["call.ended"] == 1 && ends["session.ended"] == 1 && ends["talk.ended"]+ends["callback.ended"] == 1
	})
	desk.must(t, http.MethodGet, record, nil, nil)
	desk.must(t, http.MethodGet, "/api/v1/calls/"+s.call, nil, nil)
	desk.must(t, http.MethodGet, "/api/v1/records", nil, nil)
	if sizes := regexp.MustCompile(`"bytes":[1-9]\d*,"may":false`).FindAll(desk.Bytes(), -1); sizes != nil {
		t.Errorf("the agent reads the size of a file that she may not have: %s", sizes)
	}
	file := s.h.clientFile(t, s.call)
	a := account{sent: map[string]map[string][]byte{"client": s.clientTap.sent(), "agent": s.agentTap.sent()}}
	a.sent["client"]["pages"], a.sent["agent"]["pages"] = s.visitorPages(), desk.Bytes()
	a.sent["client"]["client.wav"] = file
	a.client = map[string][]string{"pages": alike(s.visitorPages()[s.clientFrom:]), "sound": s.clientTap.shapes(), "SIP": dialog(s.clientTap.messages), "file": {string(file[:4]) + string(file[8:40])}}
	levels, rest := meters(desk.Bytes()[s.agentFrom:])
	if len(levels) == 0 {
		t.Error("the agent's desk was told no levels")
	}
	a.agent = map[string][]string{"pages": alike(rest), "meters": levels, "sound": s.agentTap.shapes(), "SIP": dialog(s.agentTap.messages)}
	return a
}

// clientFile is the client's recording, as whoever may hand it out gets it.
func (h *house) clientFile(t *testing.T, call string) []byte {
	t.Helper()
	p, got := h.desk(t, "sofia"), reply{}
	until(t, "the client's file is there", func() bool {
		got = p.do(t, http.MethodGet, "/api/v1/records/"+call+"/files/client.wav", nil)
		return got.status == http.StatusOK
	})
	return got.body
}

// wordsOfSupervision are told to nobody but supervisors; Anna's own desk names
// rights and who hears whom.
var wordsOfSupervision = []secretWord{
	spelled("supervision", "supervis"), spelled("whisper", "whisper"), spelled("barge", "barge"), spelled("listen", "listen"),
	spelled("prompter", "prompter"), spelled("coach", "coach"), spelled("monitor", "monitor"),
}

// W002, W006, W009: whoever supervises and with whatever, nobody else
// can tell by anything that was sent to them.
func TestOutsideNothingThatIsSentTellsOfASupervisor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		scene func(*testing.T, string) *scene
		must  []string // what the client's wires have carried, or nothing was proved
	}{
		{"a visitor on a page", webScene, []string{"STUN", "DTLS", "RTP", "RTCP"}},
		{"a client at a telephone", phoneScene, []string{"RTP", "RTCP"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var plain account
			supervised := map[string]account{}
			var mu sync.Mutex
			all := t.Run("talks", func(t *testing.T) { // ends when each of them has
				t.Run("alone", func(t *testing.T) {
					t.Parallel()
					plain = c.scene(t, "browser").tells(t, false)
				})
				for _, by := range []string{"browser", "phone"} {
					t.Run("supervised by "+by, func(t *testing.T) {
						t.Parallel()
						s := c.scene(t, by)
						told := s.tells(t, true)
						s.hides(t, told, c.must)
						mu.Lock()
						defer mu.Unlock()
						supervised[by] = told
					})
				}
			})
			if !all {
				return
			}
			for _, told := range supervised {
				same(t, "client", plain.client, told.client)
				same(t, "agent", plain.agent, told.agent)
			}
		})
	}
}

// hides fails where something that was sent names the supervisor. must are the
// kinds that the client's wires have carried, or nothing was proved.
func (s *scene) hides(t *testing.T, told account, must []string) {
	t.Helper()
	for _, kind := range must {
		if s.clientTap.has(kind) == 0 {
			t.Errorf("no %s was seen at the client", kind)
		}
	}
	if n := s.clientTap.sources(); n != 1 {
		t.Errorf("the client was sent %d streams, want one", n)
	}
	searched(t, "client", told.sent["client"], slices.Concat(s.words, wordsOfSupervision))
	searched(t, "agent", told.sent["agent"], s.words)
}

// searched fails where one of the words was sent, and proves on the same bytes
// that it would have been found.
func searched(t *testing.T, who string, sent map[string][]byte, words []secretWord) {
	t.Helper()
	for way, data := range sent {
		for _, what := range found(data, words) {
			t.Errorf("the %s was sent the supervisor's %s by %s:\n%.3000s", who, what, way, data)
		}
		half := len(data) / 2
		for _, w := range words {
			planted := slices.Concat(data[:half], w.forms[0], data[half:])
			if !slices.Contains(found(planted, words), w.what) {
				t.Errorf("%s, %s: a planted %s was not found", who, way, w.what)
			}
		}
	}
}

func same(t *testing.T, who string, plain, supervised map[string][]string) {
	t.Helper()
	for way, want := range plain {
		got := supervised[way]
		for _, line := range missing(want, got) {
			t.Errorf("%s, %s: only without a supervisor: %.2000s", who, way, line)
		}
		for _, line := range missing(got, want) {
			t.Errorf("%s, %s: only with a supervisor: %.2000s", who, way, line)
		}
	}
}

// missing are the lines of all that others has not, as often as all has them.
func missing(all, others []string) (lines []string) {
	left := map[string]int{}
	for _, line := range others {
		left[line]++
	}
	for _, line := range all {
		if left[line]--; left[line] < 0 {
			lines = append(lines, line)
		}
	}
	return lines
}
