package demo

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"sufler/cmd/sufler/server"
	"sufler/routing"
	"sufler/routing/queue"
	"sufler/routing/session"
)

// thinking is how long the robot takes for an answer: nobody writes at once.
const thinking = 1500 * time.Millisecond

// enough is how long he waits for a visitor who says nothing more: he is wanted on
// the telephone, too.
const enough = time.Minute

// robotLines are what the robot writes, one after another and then the last again.
var robotLines = map[string][]string{
	"en": {
		"Good day, I am Boris, the **robot** of this demo. What can I do for you?",
		"I see. Orders of today leave the shop tomorrow morning.",
		"That is all I was built to say. Close the panel, or open the desk as Anna and answer yourself.",
	},
	"cs": {
		"Dobrý den, jsem Boris, **robot** této ukázky. S čím pomohu?",
		"Rozumím. Dnešní objednávky odcházejí z obchodu zítra ráno.",
		"Víc toho neumím. Panel můžete zavřít, nebo otevřete pult jako Anna a odpovězte si.",
	},
	"ru": {
		"Добрый день, я Борис, **робот** этой демонстрации. Чем помочь?",
		"Понимаю. Сегодняшние заказы уйдут из магазина завтра утром.",
		"Больше ничего не умею. Закройте панель или откройте рабочее место Анны и ответьте сами.",
	},
}

// chatter is Boris at his desk: he takes whom he is offered, and answers whoever
// writes to him. He waits as long as anybody: others are asked before him.
type chatter struct {
	server *server.Server
	me     routing.OperatorID
	log    *slog.Logger

	mu   sync.Mutex
	todo []func(context.Context)
	wake chan struct{}
	said map[routing.SessionID]int // his own lines; belongs to run
}

func newChatter(s *server.Server, login string) (*chatter, bool) {
	o, found := s.People.ByLogin(login)
	return &chatter{
		server: s, me: o.ID, log: s.Log.With(slog.String("operator", string(o.ID))), wake: make(chan struct{}, 1), said: map[routing.SessionID]int{},
	}, found
}

// run sits at the desk until ctx ends.
func (c *chatter) run(ctx context.Context) {
	c.server.Presence.DeskOpened(c.me)
	defer c.server.Presence.DeskClosed(c.me)
	now, stopLine := c.server.Line().Watch(c.lineChanged)
	defer stopLine()
	defer c.server.Sessions.Watch(c.sessionChanged)()
	for _, o := range now.Offers {
		c.lineChanged(queue.OfferMade{Offer: o})
	}
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		}
		for _, task := range c.take() {
			task(ctx)
		}
	}
}

func (c *chatter) do(task func(context.Context)) {
	c.mu.Lock()
	c.todo = append(c.todo, task)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *chatter) take() []func(context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	todo := c.todo
	c.todo = nil
	return todo
}

// lineChanged takes what is offered at the desk.
func (c *chatter) lineChanged(e queue.Event) {
	if made, ok := e.(queue.OfferMade); ok && made.Offer.Operator == c.me && !made.Offer.Phone {
		c.do(func(ctx context.Context) {
			if err := c.accept(ctx, made.Offer.Place); err != nil {
				c.log.Info("the robot was not first", slog.Any("err", err))
			}
		})
	}
}

func (c *chatter) accept(ctx context.Context, p queue.Place) error {
	var err error
	switch p.Kind {
	case routing.CallbackChannel:
		_, err = c.server.Callbacks.Accept(ctx, p.ID, c.me)
	case routing.VoiceChannel:
		_, err = c.server.Talks.Accept(ctx, p.ID, c.me)
	case routing.ChatChannel, routing.InvitationChannel:
		_, err = c.server.Sessions.Accept(ctx, p.ID, c.me)
	case routing.VideoChannel, routing.PhoneChannel: // nobody comes by these yet
	}
	return err
}

// sessionChanged looks after a moment whether there is something to answer.
func (c *chatter) sessionChanged(e session.Event) {
	changed, ok := e.(session.Changed)
	if !ok || changed.View.Operator != c.me {
		return
	}
	id := changed.View.ID
	if changed.View.State != routing.SessionActive {
		c.do(func(context.Context) { delete(c.said, id) })
		return
	}
	time.AfterFunc(thinking, func() { c.do(func(ctx context.Context) { c.answer(ctx, id) }) })
}

// answer greets who has said nothing yet, and then says a line to each message.
func (c *chatter) answer(ctx context.Context, id routing.SessionID) {
	v, err := c.server.Sessions.Get(ctx, id)
	n := c.said[id]
	if err != nil || v.State != routing.SessionActive || v.Operator != c.me || n > 0 && v.UnansweredAt.IsZero() {
		return
	}
	lines, known := robotLines[v.Language]
	if !known {
		lines = robotLines["en"]
	}
	o, _ := c.server.People.Operator(c.me)
	c.said[id]++
	_, err = c.server.Sessions.Say(ctx, session.Message{
		Session: id, Operator: o, ID: string(routing.NewID[routing.FactID]()), Text: lines[min(n, len(lines)-1)],
	})
	if err != nil {
		c.log.Warn("the robot was not heard", slog.Any("err", err))
	}
	time.AfterFunc(enough, func() { c.do(func(ctx context.Context) { c.endSilent(ctx, id, n+1) }) })
}

// endSilent ends a conversation in which nothing followed his n-th line.
func (c *chatter) endSilent(ctx context.Context, id routing.SessionID, n int) {
	if c.said[id] != n {
		return
	}
	if _, err := c.server.Sessions.End(ctx, id, c.me); err != nil {
		c.log.Info("the robot's conversation was over", slog.Any("err", err))
	}
}
