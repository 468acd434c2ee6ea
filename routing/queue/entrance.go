package queue

import (
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
// into. An empty name is the first queue. It waits for nobody and refuses with
// "queue_unknown".
func (l *Line) Entrance(name routing.QueueName, channel routing.Channel) (Entrance, error) {
	q, err := l.Queue(name)
	if err != nil {
		return Entrance{}, err
	}
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
	return e, nil
}

func (l *Line) entranceOf(q Queue, channel routing.Channel) Entrance {
	refusal, refused := errors.AsType[*routing.Error](l.mayJoin(q))
	if refused && refusal.Kind == routing.Unavailable {
		opens, _ := q.Hours.Next(l.clock.Now())
		return Entrance{Door: DoorClosed, Opens: opens}
	}
	candidates := l.people.Candidates(q.Groups)
	now := l.aheadIn(q, candidates, channel)
	switch door := DoorOf(candidates, channel); {
	case door == DoorClosed:
		return Entrance{Door: DoorClosed}
	case refused:
		return Entrance{Door: DoorBusy, Full: true}
	case door == DoorOpen && now.isServedAtOnce():
		return Entrance{Door: DoorOpen}
	}
	return Entrance{Door: DoorBusy, Position: now.position, Wait: Wait{Step: l.posted.Load().history[stream{q.Name, channel}].estimate(now)}}
}

// posted is what the loop leaves for those who look at an entrance.
type posted struct {
	unasked map[routing.QueueName]int // who waits for whoever serves the queue, and nobody is asked
	history history
}

// aheadIn is what somebody would have before them who came now.
func (l *Line) aheadIn(q Queue, candidates []Candidate, channel routing.Channel) ahead {
	now := ahead{position: 1 + l.posted.Load().unasked[q.Name]}
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
