package api

import (
	"time"

	"sufler/api/live"
	"sufler/routing"
	"sufler/routing/callback"
	"sufler/routing/queue"
)

// Callback is a request for a call as its visitor sees it. There is no operator in
// it and no supervisor: it is made from callback.View alone, never from a call.
type Callback struct {
	ID          routing.CallbackID `json:"id"`
	Token       string             `json:"token,omitempty" doc:"Only in the answer to the request itself."`
	State       callback.ViewState `json:"state" enum:"waiting,agent_found,ringing,talking,away,ended"`
	Reason      string             `json:"reason"`
	Place       int                `json:"place"`
	WaitMS      *int64             `json:"wait_ms" doc:"The expected wait in steps: 60000 (or less), 120000, 300000, 600000 (or more); null: not known."`
	Number      string             `json:"number"`
	NumberShown string             `json:"number_shown"`
	Caller      string             `json:"caller" doc:"The number that will ring."`
	CutOff      bool               `json:"cut_off" doc:"The call was interrupted before; they are first again."`
	Queue       routing.QueueName  `json:"queue"`
	CreatedAt   string             `json:"created_at"`
	TalkedAt    *string            `json:"talked_at"`
	EndedAt     *string            `json:"ended_at"`
}

// waitMS is a wait as pages are told it: 60000 is less than that, 600000 that or more.
func waitMS(wait time.Duration) *int64 {
	if wait == 0 {
		return nil
	}
	ms := wait.Milliseconds()
	return &ms
}

func stepMS(step queue.Step) *int64 { return waitMS(time.Duration(step.Minutes()) * time.Minute) }

func visitorObject(v callback.View) Callback {
	return Callback{
		ID: v.ID, State: v.State, Reason: v.Reason, Place: v.Place, WaitMS: waitMS(v.Wait), Number: v.Number, NumberShown: v.NumberShown, Caller: v.Caller,
		CutOff: v.CutOff, Queue: v.Queue, CreatedAt: live.Stamp(v.CreatedAt), TalkedAt: stamp(v.TalkedAt), EndedAt: stamp(v.EndedAt),
	}
}
