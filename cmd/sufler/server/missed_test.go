package server

import (
	"slices"
	"testing"
	"time"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/dialplan"
)

// PRODUCT B10: who asked to be phoned and was talked to by nobody is to be seen to.
func TestWhoseCallbackCameToNothingIsMissed(t *testing.T) {
	want := map[string]routing.MissedReason{
		callback.ReasonTalked: 0, callback.ReasonCancelled: 0,
		callback.ReasonNobodyFree: routing.MissedNoAnswer, callback.ReasonInterrupted: routing.MissedInterrupted,
		callback.ReasonBusy: routing.MissedNotReached, callback.ReasonNoAnswer: routing.MissedNotReached, callback.ReasonDeclined: routing.MissedNotReached,
		callback.ReasonNoSuch: routing.MissedNotReached, callback.ReasonUnreachable: routing.MissedNotReached, callback.ReasonFailed: routing.MissedNotReached,
	}
	for reason, missed := range want {
		got, ok := whyMissed(callback.View{State: callback.ViewEnded, Reason: reason})
		if got != missed || ok != (missed != 0) {
			t.Errorf("%s: got %s, missed %v, want %s", reason, got, ok, missed)
		}
	}
	for _, state := range []callback.ViewState{callback.ViewWaiting, callback.ViewAgentFound, callback.ViewRinging, callback.ViewTalking, callback.ViewAway} {
		if _, ok := whyMissed(callback.View{State: state}); ok {
			t.Errorf("%s: missed while it goes on", state)
		}
	}
}

func TestWhoIsTalkedToIsToldOnceForEachCall(t *testing.T) {
	var told []string
	r := &reached{numbers: dialplan.Numbers{Home: "CZ"}, told: make(map[routing.CallID]bool), tell: func(who routing.Contact, at time.Time) {
		told = append(told, who.Phone+at.Format(" 15:04"))
	}}
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	snapshot := func(id routing.CallID, state call.State, number string, talked time.Time) call.Snapshot {
		return call.Snapshot{Call: id, State: state, TalkedAt: talked, Parties: []call.Party{{Role: routing.Client, Number: number}}}
	}
	for _, c := range []call.Snapshot{
		snapshot("1", call.StateWaiting, "777 000 001", time.Time{}),
		snapshot("1", call.StateTalking, "777 000 001", noon), // as a telephone at home shows it
		snapshot("1", call.StateTalking, "777 000 001", noon),
		snapshot("1", call.StateEnded, "777 000 001", noon),
		snapshot("2", call.StateTalking, "", noon), // from a page: no number
		snapshot("3", call.StateTalking, "102", noon),
		snapshot("4", call.StateEnded, "+420777000004", noon.Add(time.Minute)), // it was told of late
		snapshot("5", call.StateEnded, "+420777000005", time.Time{}),           // nobody talked
	} {
		r.watch(c)
	}
	if want := []string{"+420777000001 12:00", "102 12:00", "+420777000004 12:01"}; !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
	if len(r.told) != 2 {
		t.Errorf("%d calls are remembered, want the 2 that run", len(r.told))
	}
}
