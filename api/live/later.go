package live

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"sufler/routing"
)

// Later is an answer that takes its time. Take returns it instead of an answer;
// the connection runs it beside itself, reads on, and answers when it is done. Its
// context ends with the connection and after Options.AnswerLimit.
type Later func(context.Context) (answer any, err error)

// answerLater does the work of a message without keeping the next ones waiting. A
// page that has too many of them open is refused one more.
func (c *Conn) answerLater(id int64, work Later) {
	if !c.beginSlow() {
		c.refuse(id, routing.Refuse(routing.Limited, "message_too_often"))
		return
	}
	c.working.Go(func() {
		defer c.endSlow()
		ctx, cancel := context.WithTimeout(c.going, c.hub.opt.AnswerLimit)
		defer cancel()
		c.reply(id, func() (any, error) { return work(ctx) })
	})
}

func (c *Conn) beginSlow() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slow == c.hub.opt.SlowAnswers {
		return false
	}
	c.slow++
	return true
}

func (c *Conn) endSlow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slow--
}

// reply answers a message with what work returns; a panic costs that message only.
func (c *Conn) reply(id int64, work func() (any, error)) {
	defer func() {
		if p := recover(); p != nil {
			c.panicked(id, p)
		}
	}()
	ok, err := work()
	if err != nil {
		c.refuse(id, err)
		return
	}
	c.answer(id, ok)
}

// panicked answers a message that met a fault of ours. A page that has not been told
// how things stand cannot go on.
func (c *Conn) panicked(id int64, p any) {
	c.hub.opt.Log.Error("page message panicked", slog.Any("err", p), slog.String("stack", string(debug.Stack())))
	c.refuse(id, errors.New("panic"))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stage != joined {
		c.finishLocked(endRefused)
	}
}
