package settings

import (
	"sufler/routing"
)

// The strategies: who of those who can take a place is asked first.
const (
	LongestIdle = "longest_idle"
	RoundRobin  = "round_robin"
	LeastBusy   = "least_busy"
	RingAll     = "ring_all"
)

// Where an overflow leads; empty is nowhere.
const (
	ToQueue = "queue"
	ToForm  = "form"
)

// Queue is the rules of a waiting line.
type Queue struct {
	Name       routing.QueueName   `json:"name" readOnly:"true"`
	Order      int                 `json:"order" doc:"The first queue is used by who names none."`
	Groups     []routing.GroupName `json:"groups" doc:"Who serves it; people of the first group are asked first."`
	Strategy   string              `json:"strategy" enum:"longest_idle,round_robin,least_busy,ring_all"`
	Priority   int                 `json:"priority" doc:"Places of a queue with a higher one are served first."`
	Offer      Milliseconds        `json:"offer_ms" doc:"How long one operator is asked."`
	Rounds     int                 `json:"rounds" doc:"How often all who are free are asked."`
	Pause      Milliseconds        `json:"pause_ms" doc:"Between two rounds."`
	Size       int                 `json:"size" doc:"How many places operators see."`
	PreSize    int                 `json:"pre_size" doc:"How many more may wait unseen; 0: none."`
	MaxWait    Milliseconds        `json:"max_wait_ms" doc:"After it a place overflows; 0: never."`
	Overflow   Overflow            `json:"overflow"`
	Hours      routing.HoursID     `json:"hours" doc:"When it is open; empty: always."`
	Sticky     bool                `json:"sticky" doc:"Who talked with the visitor before is asked first while online."`
	Welcome    map[string]string   `json:"welcome" doc:"The first message of each conversation, by language; none where it is empty."`
	ReturnTime Milliseconds        `json:"return_ms" doc:"How long an operator whose desk is lost may come back before the visitor is queued again."`
}

// Overflow is where a place goes that waits too long, finds the queue full or
// nobody logged in.
type Overflow struct {
	To    string            `json:"to" enum:",queue,form"`
	Queue routing.QueueName `json:"queue"`
}

// NewQueue returns the rules of a queue of which only the name is known.
func NewQueue(name routing.QueueName) Queue {
	return Queue{
		Name: name, Groups: []routing.GroupName{}, Strategy: LongestIdle, Offer: 20_000, Rounds: 3, Pause: 5_000, Size: 20, PreSize: 50,
		Welcome: map[string]string{}, ReturnTime: 20_000,
	}
}

func (q Queue) key() string { return string(q.Name) }

func (q Queue) place() (int, string) { return q.Order, string(q.Name) }

func (q Queue) tidy() Queue {
	q.Groups = listed(q.Groups)
	q.Welcome = tidyTexts(q.Welcome)
	if q.Overflow.To != ToQueue {
		q.Overflow.Queue = ""
	}
	return q
}

func (q Queue) check(in *Directory, f *flaws) {
	f.name("name", string(q.Name))
	f.groups("groups", q.Groups, in)
	if len(q.Groups) == 0 {
		f.Add("missing", "groups")
	}
	f.choice("strategy", q.Strategy, LongestIdle, RoundRobin, LeastBusy, RingAll)
	f.number("priority", int64(q.Priority), 0, 100)
	f.length("offer_ms", q.Offer, 5_000, 5*minute)
	f.number("rounds", int64(q.Rounds), 1, 20)
	f.length("pause_ms", q.Pause, 1_000, 10*minute)
	f.number("size", int64(q.Size), 1, 1_000)
	f.number("pre_size", int64(q.PreSize), 0, 10_000)
	f.length("max_wait_ms", q.MaxWait, 0, day)
	f.length("return_ms", q.ReturnTime, 0, 10*minute)
	q.Overflow.check(q.Name, in, f)
	if _, ok := in.Hours.Get(string(q.Hours)); q.Hours != "" && !ok {
		f.Add("unknown", "hours", "value", string(q.Hours))
	}
	f.texts("welcome", q.Welcome, in, messageMost)
}

func (o Overflow) check(of routing.QueueName, in *Directory, f *flaws) {
	f.choice("overflow.to", o.To, "", ToQueue, ToForm)
	if o.To != ToQueue {
		return
	}
	switch _, ok := in.Queues.Get(string(o.Queue)); {
	case o.Queue == "":
		f.Add("missing", "overflow.queue")
	case o.Queue != of && !ok:
		f.Add("unknown", "overflow.queue", "value", string(o.Queue))
	case in.leadsTo(o.Queue, of):
		f.Add("circle", "overflow.queue")
	}
}

// leadsTo tells whether what overflows from one queue comes to another.
func (d *Directory) leadsTo(from, to routing.QueueName) bool {
	for seen := map[routing.QueueName]bool{}; !seen[from]; {
		if from == to {
			return true
		}
		seen[from] = true
		q, ok := d.Queues.Get(string(from))
		if !ok || q.Overflow.To != ToQueue {
			return false
		}
		from = q.Overflow.Queue
	}
	return false
}
