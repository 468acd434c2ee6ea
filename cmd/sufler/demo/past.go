package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"sufler/cmd/sufler/server"
	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/record"
	"sufler/routing"
	"sufler/routing/call"
)

// pastCall is a call of the days before the demo began. Its client's name says that
// it is made up; everything else is as a real one has left it.
type pastCall struct {
	ago      time.Duration
	kind     routing.CallKind
	client   string
	number   string
	operator string // login
	waited   time.Duration
	talked   time.Duration // 0: nobody talked
	cause    routing.Cause
	sound    bool // a recording is kept
	whisper  bool // Sofia whispered in the middle of it
}

const day = 24 * time.Hour

// pastCalls is the week before.
var pastCalls = []pastCall{
	{35 * time.Minute, routing.CallbackCall, "Jan Novák", "+420777000101", "anna", 21 * time.Second, 52 * time.Second, routing.HungUp, true, true},
	{2*time.Hour + 12*time.Minute, routing.WebCall, "Eva Malá", "", "boris", 9 * time.Second, 40 * time.Second, routing.HungUp, true, false},
	{3*time.Hour + 40*time.Minute, routing.CallbackCall, "Petr Horák", "+420777000103", "anna", 34 * time.Second, 0, routing.NoAnswer, false, false},
	{day + 1*time.Hour, routing.PhoneCall, "", "+420777000104", "boris", 6 * time.Second, 45 * time.Second, routing.HungUp, true, false},
	{day + 4*time.Hour, routing.CallbackCall, "Lucie Černá", "+420777000105", "anna", 48 * time.Second, 6*time.Minute + 5*time.Second, routing.HungUp, false, false},
	{day + 6*time.Hour, routing.CallbackCall, "Tomáš Dvořák", "+420777000106", "anna", 25 * time.Second, 0, routing.BusyHere, false, false},
	{2*day + 2*time.Hour, routing.WebCall, "Iva Králová", "", "anna", 14 * time.Second, 3*time.Minute + 18*time.Second, routing.HungUp, false, true},
	{2*day + 5*time.Hour, routing.PhoneCall, "", "+420777000108", "boris", 11 * time.Second, 95 * time.Second, routing.HungUp, false, false},
	{3*day + 3*time.Hour, routing.CallbackCall, "Marek Beneš", "+420777000109", "boris", 30 * time.Second, 4*time.Minute + 41*time.Second, routing.HungUp, false, false},
	{4*day + 1*time.Hour, routing.WebCall, "Olga Petrova", "", "anna", 18 * time.Second, 2*time.Minute + 2*time.Second, routing.LostMedia, false, false},
	{5*day + 2*time.Hour, routing.CallbackCall, "Karel Veselý", "+420777000111", "anna", 40 * time.Second, 0, routing.Declined, false, false},
	{6*day + 4*time.Hour, routing.PhoneCall, "", "+420777000112", "boris", 8 * time.Second, 130 * time.Second, routing.HungUp, false, false},
}

// remember gives an empty archive a past.
func remember(ctx context.Context, s *server.Server, v voices, now time.Time) error {
	calls, err := s.Database().Calls(ctx, routing.CallFilter{}, 1)
	if err != nil || len(calls) > 0 {
		return err
	}
	var failed error
	files := record.Options{Spool: filepath.Join(s.Config.Files.Dir, "spool", "past"), Done: filepath.Join(s.Config.Files.Dir, "files", "calls"), Log: s.Log}
	err = record.Write(files, func(r mixer.Recorder) {
		for _, p := range pastCalls {
			if failed = p.keep(ctx, s, r, v, now); failed != nil {
				return
			}
		}
	})
	if failed != nil {
		return fmt.Errorf("the demo's past: %w", failed)
	}
	return err
}

// told is the journal of a past call while it is written.
type told struct {
	session routing.SessionID
	call    routing.CallID
	entries []routing.Entry
	err     error
}

func (t *told) at(at time.Time, audience routing.Audience, fact routing.Fact) {
	data, err := json.Marshal(fact)
	if err != nil {
		t.err = err
	}
	t.entries = append(t.entries, routing.Entry{
		ID: routing.NewID[routing.FactID](), Session: t.session, Call: t.call, At: at, Kind: fact.Kind(), By: "system", Audience: audience, Data: data,
	})
}

// parties are those of a past call.
type parties struct {
	client, agent, supervisor          routing.PartyID
	clientLeg, agentLeg, supervisorLeg routing.LegID
	operator, prompter                 routing.Operator
}

func (p pastCall) keep(ctx context.Context, s *server.Server, r mixer.Recorder, v voices, now time.Time) error {
	operator, ok := s.People.ByLogin(p.operator)
	sofia, there := s.People.ByLogin("sofia")
	if !ok || !there {
		return nil // who was renamed in a kept folder has no past
	}
	began := now.Add(-p.ago)
	row := routing.CallRow{
		ID: routing.NewID[routing.CallID](), Session: routing.NewID[routing.SessionID](), Kind: p.kind, Queue: "Orders",
		ClientName: p.name(), Number: p.number, Operator: operator.ID, Started: began, Ended: began.Add(p.waited + p.talked), Cause: p.cause.String(),
	}
	if p.talked > 0 {
		row.Talked = began.Add(p.waited)
	}
	who := parties{
		client: routing.NewID[routing.PartyID](), agent: routing.NewID[routing.PartyID](), supervisor: routing.NewID[routing.PartyID](),
		clientLeg: routing.NewID[routing.LegID](), agentLeg: routing.NewID[routing.LegID](), supervisorLeg: routing.NewID[routing.LegID](),
		operator: operator, prompter: sofia,
	}
	t := &told{session: row.Session, call: row.ID}
	p.tell(t, row, who)
	if t.err != nil {
		return t.err
	}
	if _, err := s.Database().AppendEntries(ctx, t.entries); err != nil {
		return err
	}
	if err := s.Database().PutCall(ctx, row); err != nil {
		return err
	}
	if p.sound {
		p.record(r, row.ID, who, v)
	}
	return nil
}

// name says that nobody of that name has called.
func (p pastCall) name() string {
	if p.client == "" {
		return "Caller (demo)"
	}
	return p.client + " (demo)"
}

// tell writes the facts in the order in which they happen in a call.
func (p pastCall) tell(t *told, row routing.CallRow, who parties) {
	staff := routing.StaffOnly
	t.at(row.Started, routing.Everybody, call.Started{CallKind: p.kind.String(), Queue: string(row.Queue), Client: who.client, Name: row.ClientName, Number: row.Number})
	t.at(row.Started, staff, call.LegBegan{
		Leg: who.agentLeg, Party: who.agent, Role: routing.Agent.String(), Name: who.operator.Name, Operator: who.operator.ID, Phone: who.operator.Phone,
	})
	t.at(row.Started.Add(p.waited/3), staff, call.LegAnswered{Leg: who.agentLeg, Party: who.agent})
	t.at(row.Started.Add(p.waited/3), staff, call.LegBegan{
		Leg: who.clientLeg, Party: who.client, Role: routing.Client.String(), Name: row.ClientName, Number: row.Number, Incoming: p.kind != routing.CallbackCall,
	})
	if p.talked > 0 {
		t.at(row.Talked, staff, call.LegAnswered{Leg: who.clientLeg, Party: who.client})
		t.at(row.Talked, routing.Everybody, call.Talked{Agent: who.operator.PublicName})
		p.tellPlans(t, row, who)
		t.at(row.Ended, routing.SupervisorsOnly, call.GuardCounted{Outside: p.frames()})
	}
	t.at(row.Ended, staff, call.LegEnded{Leg: who.clientLeg, Party: who.client, Cause: p.cause.String(), Fault: routing.FaultNone.String()})
	t.at(row.Ended, routing.Everybody, call.HasEnded{Cause: p.cause.String(), By: "client", TalkedMS: p.talked.Milliseconds()})
}

func (p pastCall) tellPlans(t *told, row routing.CallRow, who parties) {
	if p.sound {
		t.at(row.Talked, routing.Everybody, call.RecordingStarted{})
	}
	supervision := call.Supervision{Party: who.supervisor, Supervisor: who.prompter.ID, Name: who.prompter.Name, Mode: routing.Whisper.String()}
	if p.whisper {
		came := p.timeOf(row, p.whispered(0))
		t.at(came, routing.SupervisorsOnly, call.LegBegan{
			Leg: who.supervisorLeg, Party: who.supervisor, Role: routing.Supervisor.String(), Name: who.prompter.Name, Operator: who.prompter.ID, Phone: who.prompter.Phone,
		})
		t.at(came, routing.SupervisorsOnly, call.LegAnswered{Leg: who.supervisorLeg, Party: who.supervisor})
		t.at(came, routing.SupervisorsOnly, call.SupervisionGranted{Supervision: supervision})
		t.at(came, routing.SupervisorsOnly, call.SupervisionStarted{Supervision: supervision, Frame: p.whispered(0)})
		t.at(p.timeOf(row, p.whispered(1)), routing.SupervisorsOnly, call.SupervisionEnded{Supervision: supervision, Cause: routing.HungUp.String(), Frame: p.whispered(1)})
	}
}

// frames is the length of the talk in frames of 20 ms.
func (p pastCall) frames() uint64 { return uint64(p.talked / (20 * time.Millisecond)) } //nolint:gosec // not negative

// whispered is the frame at which the prompter comes (0) and goes (1).
func (p pastCall) whispered(end uint64) uint64 { return p.frames() * (1 + end) / 3 }

func (p pastCall) timeOf(row routing.CallRow, frame uint64) time.Time {
	return row.Talked.Add(time.Duration(frame) * 20 * time.Millisecond) //nolint:gosec // hours at most
}

// The ports of a past call.
const (
	clientPort mixer.PortID = iota + 1
	agentPort
	prompterPort
)

// record gives the voices of the stage to the recorder, as the sound plane would.
func (p pastCall) record(r mixer.Recorder, id routing.CallID, who parties, v voices) {
	tracks := []mixer.Track{{Port: clientPort, Name: string(who.client)}, {Port: agentPort, Name: string(who.agent)}}
	talk := []mixer.Row{{Listener: clientPort, Sources: []mixer.PortID{agentPort}}, {Listener: agentPort, Sources: []mixer.PortID{clientPort}}}
	whisper := []mixer.Row{
		{Listener: clientPort, Sources: []mixer.PortID{agentPort}},
		{Listener: agentPort, Sources: []mixer.PortID{clientPort, prompterPort}},
		{Listener: prompterPort, Sources: []mixer.PortID{clientPort, agentPort}},
	}
	plan := func(epoch, frame uint64, rows []mixer.Row, tracks []mixer.Track) {
		r.Planned(mixer.Plan{Call: mixer.CallID(id), Epoch: epoch, Rows: rows, Tracks: tracks}, frame)
	}
	prompted := append(slices.Clip(tracks), mixer.Track{Port: prompterPort, Name: string(who.supervisor)})
	plan(1, 0, talk, tracks)
	for frame := range p.frames() {
		switch {
		case p.whisper && frame == p.whispered(0):
			plan(2, frame, whisper, prompted)
		case p.whisper && frame == p.whispered(1):
			plan(3, frame, talk, tracks)
		}
		p.capture(r, id, string(who.client), frame, v.client, frame)
		p.capture(r, id, string(who.agent), frame, v.agent, frame)
		if p.whisper && frame >= p.whispered(0) && frame < p.whispered(1) {
			p.capture(r, id, string(who.supervisor), frame, v.prompts[0].payload, frame-p.whispered(0))
		}
	}
	r.Ended(mixer.CallID(id))
}

// capture gives the n-th frame of a voice; after its end it is silent.
func (p pastCall) capture(r mixer.Recorder, id routing.CallID, track string, frame uint64, voice []byte, n uint64) {
	var samples [160]int16
	if from := n * 160; from+160 <= uint64(len(voice)) {
		codec.MuLaw.Decode(samples[:], voice[from:from+160])
	}
	r.Capture(mixer.CallID(id), track, mixer.PCMU, frame, &samples)
}
