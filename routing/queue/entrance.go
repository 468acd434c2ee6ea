package queue

import (
	"context"
	"errors"
	"time"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Entrance is what a visitor finds at a queue who would come by a channel now.
type Entrance struct {
	Door     Door
	Full     bool      // DoorBusy, and nobody can wait any more
	Opens    time.Time // DoorClosed by the hours: when it opens; zero: it does not, or it is not the hours
	Position int       // DoorBusy: where they would stand
	Wait     Wait      // DoorBusy: how long
}

// Entrance looks at a queue, and where nobody is there at the one that it overflows
// into. An empty name is the first queue. It refuses with "queue_unknown".
func (l *Line) Entrance(ctx context.Context, name routing.QueueName, channel routing.Channel) (e Entrance, err error) {
	err = l.do(ctx, func() error {
		q, err := l.Queue(name)
		if err == nil {
			e = l.entrance(q, channel)
		}
		return err
	})
	return e, err
}

func (l *Line) entrance(q Queue, channel routing.Channel) Entrance {
	e := l.entranceOf(q, channel)
	var from []routing.QueueName
	for e.Door == DoorClosed && q.checkOpen(l.clock.Now()) == nil {
		from = append(from, q.Name)
		to, ok := l.behind(q, from, l.clock.Now())
		if !ok {
			break
		}
		q = to
		e = l.entranceOf(q, channel)
	}
	return e
}

func (l *Line) entranceOf(q Queue, channel routing.Channel) Entrance {
	refusal, refused := errors.AsType[*routing.Error](l.mayJoin(q))
	if refused && refusal.Kind == routing.Unavailable {
		opens, _ := q.Hours.Next(l.clock.Now())
		return Entrance{Door: DoorClosed, Opens: opens}
	}
	candidates := l.candidatesOf(q.Groups)
	now := l.aheadIn(q, candidates, channel)
	switch door := DoorOf(candidates, channel); {
	case door == DoorClosed:
		return Entrance{Door: DoorClosed}
	case refused:
		return Entrance{Door: DoorBusy, Full: true}
	case door == DoorOpen && now.isServedAtOnce():
		return Entrance{Door: DoorOpen}
	}
	return Entrance{Door: DoorBusy, Position: now.position, Wait: Wait{Step: l.history[stream{q.Name, channel}].estimate(now)}}
}

// aheadIn is what somebody would have before them who came now.
func (l *Line) aheadIn(q Queue, candidates []Candidate, channel routing.Channel) ahead {
	now := ahead{position: 1}
	for _, w := range l.places {
		if w.holder == nil && w.lane() == (lane{queue: q.Name}) && len(w.asks) == 0 {
			now.position++
		}
	}
	want := capacity.Want{Channel: channel}
	for _, c := range candidates {
		if capacity.IsThere(c.Person, false) == "" {
			now.servers++
		}
		if isFree(c, want) {
			now.free++
		}
	}
	return now
}
