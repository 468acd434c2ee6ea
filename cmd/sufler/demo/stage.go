package demo

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sufler/api"
	"sufler/cmd/sufler/server"
	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/tone"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/sip/phone"
)

// again is the pause before a talk that has ended is begun once more.
const again = 2 * time.Second

// stage keeps a call running between a client and Eva, with Viktor as prompter,
// and lets a newcomer hear each of the three. It implements api.Demo.
type stage struct {
	server   *server.Server
	log      *slog.Logger
	language string
	voices   voices
	client   *ear
	robots   map[routing.Extension]*robot

	wanted chan struct{} // a prompter is wanted in the call

	mu       sync.Mutex
	call     routing.CallID
	mode     routing.Mode
	next     int // of the prompts
	watchers map[int]func(api.Prompt)
	watched  int
}

// The people of the stage, by login, and their phones.
const (
	agentLogin, agentPhone   = "eva", routing.Extension("104")
	prompterLogin, prompterP = "viktor", routing.Extension("202")
)

func newStage(s *server.Server, language string, v voices, client *ear) *stage {
	return &stage{
		server: s, log: s.Log, language: language, voices: v, client: client, robots: make(map[routing.Extension]*robot),
		wanted: make(chan struct{}, 1), mode: routing.Whisper, watchers: make(map[int]func(api.Prompt)),
	}
}

// run begins the call and begins it again whenever it has ended.
func (s *stage) run(ctx context.Context) {
	stopCalls := s.server.Calls.Watch(s.follow)
	defer stopCalls()
	var joining sync.WaitGroup
	defer joining.Wait()
	joining.Go(func() { s.keepPrompted(ctx) })
	eva := s.robots[agentPhone]
	keepCalling(ctx, s.log, eva, string(agentPhone), phonePassword(&s.server.Config, agentPhone), stageNumber, s.server.Phones.UDPAddr().String(), talk(s.voices.agent))
}

// keepCalling keeps a robot in a call with a number until ctx ends.
func keepCalling(ctx context.Context, log *slog.Logger, r *robot, user, password, number, server string, sound func() mixer.Sound) {
	for ctx.Err() == nil {
		c, err := r.phone.Call(phone.Dial{To: number, Server: server, User: user, Password: password, Sound: sound(), Made: r.ear.in})
		if err != nil {
			log.Warn("a demo robot could not call", slog.Any("err", err))
		} else {
			select {
			case <-c.Ended():
			case <-ctx.Done():
				c.Hangup()
				return
			}
		}
		timer := time.NewTimer(again)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// follow takes the stage's call up when it talks, and lets the prompter join.
func (s *stage) follow(snap call.Snapshot) {
	client, ok := snap.Party(routing.Client)
	agent, there := snap.Party(routing.Agent)
	if !ok || !there || client.Number != stageNumber || agent.Phone != agentPhone {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case snap.State == call.StateEnded && snap.Call == s.call:
		s.call = ""
	case snap.State == call.StateTalking:
		s.call = snap.Call
		if _, supervised := snap.Party(routing.Supervisor); !supervised {
			select {
			case s.wanted <- struct{}{}:
			default: // asked for already
			}
		}
	}
}

// keepPrompted lets the prompter join whenever one is wanted, until ctx ends.
func (s *stage) keepPrompted(ctx context.Context) {
	for {
		select {
		case <-s.wanted:
			s.join(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// join lets the prompter's phone ring; a place that is taken already is fine.
func (s *stage) join(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	s.mu.Lock()
	id, mode := s.call, s.mode
	s.mu.Unlock()
	viktor, ok := s.server.People.ByLogin(prompterLogin)
	c, err := s.server.Calls.Find(id)
	if !ok || err != nil {
		return
	}
	if err := c.Supervise(ctx, viktor, mode); err != nil && routing.KindOf(err) != routing.Conflict && routing.KindOf(err) != routing.Gone {
		s.log.Warn("the stage has no prompter", slog.Any("err", err))
	}
}

// Stage implements api.Demo.
func (s *stage) Stage() api.Stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return api.Stage{
		Call: s.call, Language: s.language, Voice: "machine",
		Ears: []api.Ear{
			{Role: routing.Client, Name: stageNumber, Phone: ""},
			{Role: routing.Agent, Name: "Eva", Phone: agentPhone},
			{Role: routing.Supervisor, Name: "Viktor", Phone: prompterP},
		},
	}
}

// SetMode implements api.Demo.
func (s *stage) SetMode(ctx context.Context, mode routing.Mode) error {
	s.mu.Lock()
	id := s.call
	s.mode = mode
	s.mu.Unlock()
	viktor, ok := s.server.People.ByLogin(prompterLogin)
	c, err := s.server.Calls.Find(id)
	if id == "" || err != nil || !ok {
		return routing.Refuse(routing.Unavailable, "stage_dark")
	}
	return c.SetMode(ctx, viktor.ID, mode)
}

// Prompt implements api.Demo.
func (s *stage) Prompt(context.Context) (api.Prompt, error) {
	talking := s.robots[prompterP].ear.current()
	s.mu.Lock()
	dark := s.call == ""
	p := s.voices.prompts[s.next%len(s.voices.prompts)]
	s.next++
	watchers := make([]func(api.Prompt), 0, len(s.watchers))
	for _, w := range s.watchers {
		watchers = append(watchers, w)
	}
	s.mu.Unlock()
	if dark || talking == nil || talking.State().Stage != phone.Talking {
		return api.Prompt{}, routing.Refuse(routing.Unavailable, "stage_dark")
	}
	talking.Play(tone.NewClip(codec.MuLaw, p.payload, false))
	said := api.Prompt{Text: p.text, Length: p.length()}
	for _, w := range watchers {
		w(said)
	}
	return said, nil
}

// WatchPrompts implements api.Demo.
func (s *stage) WatchPrompts(watch func(api.Prompt)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched++
	id := s.watched
	s.watchers[id] = watch
	return func() {
		s.mu.Lock()
		delete(s.watchers, id)
		s.mu.Unlock()
	}
}

// Listen implements api.Demo.
func (s *stage) Listen(role routing.Role, extension routing.Extension, hear func(samples []int16)) (stop func(), err error) {
	at := s.earOf(role, extension)
	if at == nil {
		return nil, routing.Refuse(routing.NotFound, "ear_unknown")
	}
	return at.listen(hear), nil
}

func (s *stage) earOf(role routing.Role, extension routing.Extension) *ear {
	switch {
	case extension == "" && role == routing.Client:
		return s.client
	case extension == "" && role == routing.Agent:
		extension = agentPhone
	case extension == "":
		extension = prompterP
	}
	if r := s.robots[extension]; r != nil {
		return r.ear
	}
	return nil
}

// Voice implements api.Demo.
func (s *stage) Voice(role routing.Role) []int16 {
	payload := s.voices.client
	if role == routing.Agent {
		payload = s.voices.agent
	}
	samples := make([]int16, len(payload))
	codec.MuLaw.Decode(samples, payload)
	return samples
}
