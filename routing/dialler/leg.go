package dialler

import (
	"cmp"

	"sufler/internal/loop"
	"sufler/routing"
)

// leg is one wire to a person of whom two devices ring. The first that answers
// is the wire; until then both are.
type leg struct {
	id   routing.LegID
	sink func(routing.Signal)

	own *loop.Loop // the fields below belong to its goroutine

	devices  map[routing.LegID]routing.Leg // those that have not ended
	winner   routing.LegID                 // empty: nobody has answered
	early    routing.LegID                 // whose sound before the answer was told last
	declined bool                          // the person has declined: nobody can win any more
	rang     bool
	worst    routing.Ended // what says most about why nobody answered
	over     bool          // Ended was told
}

// ID implements routing.Leg.
func (l *leg) ID() routing.LegID { return l.id }

// Do implements routing.Leg: the winner is told, before there is one all are.
func (l *leg) Do(c routing.Command) {
	l.own.Send(func() {
		for id, device := range l.devices {
			if l.winner == "" || l.winner == id {
				device.Do(c)
			}
		}
	})
}

// ring adds a device. Its events come as tasks of their own, after this one.
func (l *leg) ring(by routing.Dialler, req routing.DialRequest) error {
	device, err := by.Dial(req, func(s routing.Signal) {
		l.own.Send(func() { l.heard(s) })
	})
	if err == nil {
		l.devices[req.Leg] = device
	}
	return err
}

func (l *leg) heard(s routing.Signal) {
	if l.devices[s.Leg] == nil {
		return
	}
	if e, ok := s.Event.(routing.Ended); ok {
		l.ended(s.Leg, e)
		return
	}
	if l.winner != "" || l.declined {
		if l.winner == s.Leg {
			l.tell(s.Event)
		}
		return // of a device that was late only the end matters
	}
	switch e := s.Event.(type) {
	case routing.Ringing:
		if !l.rang { // the second device rings too: no news
			l.rang = true
			l.tell(e)
		}
	case routing.EarlyMedia:
		l.early = s.Leg
		l.tell(e)
	case routing.Answered:
		l.winner = s.Leg
		l.tell(e)
		l.dismiss()
	default:
		l.tell(e)
	}
}

// dismiss hangs up every device but the winner.
func (l *leg) dismiss() {
	for id, device := range l.devices {
		if id != l.winner {
			device.Do(routing.Hangup{Cause: routing.Elsewhere})
		}
	}
}

// ended takes the end of a device. The leg is over with its winner, or with the
// last device when nobody has answered; the loop goes on to the end of all.
func (l *leg) ended(id routing.LegID, e routing.Ended) {
	delete(l.devices, id)
	l.note(e)
	switch {
	case l.winner == id:
		l.finish(e)
	case l.winner != "":
	case len(l.devices) == 0:
		l.finish(l.worst)
	case e.Cause == routing.Declined: // the person has said no, not the device
		l.declined = true
		l.dismiss()
	case l.early == id:
		l.early = ""
		l.tell(routing.PortChanged{}) // its sound is gone, the other device still rings
	}
	if len(l.devices) == 0 {
		l.own.Close()
	}
}

// note keeps the end that says most: what the person did before what a device or
// a network did, and of two alike the later.
func (l *leg) note(e routing.Ended) {
	if cmp.Compare(telling(e.Cause), telling(l.worst.Cause)) >= 0 {
		l.worst = e
	}
}

func telling(c routing.Cause) int {
	switch c {
	case routing.Declined:
		return 3
	case routing.NoAnswer, routing.BusyHere:
		return 2
	default:
		return 1
	}
}

func (l *leg) finish(e routing.Ended) {
	if !l.over {
		l.over = true
		l.tell(e)
	}
}

func (l *leg) tell(e routing.LegEvent) { l.sink(routing.Signal{Leg: l.id, Event: e}) }
