// Package storetest is what every database must keep of the promises of
// routing's stores. A database joins with one call of Run.
package storetest

import (
	"testing"

	"sufler/routing"
)

// Store is all that the suite asks of a database.
type Store interface {
	routing.CallbackStore
	routing.DayStore
	routing.JournalStore
	routing.MailStore
	routing.MissedStore
	routing.OfflineStore
	routing.PeopleStore
	routing.RecordStore
	routing.VisitorStore
	routing.InvitationStore
	routing.SessionStore
	routing.SettingsStore
	Close() error
}

// Run walks the suite. fresh makes an empty place for one test; what it returns
// opens that place, again after each Close.
func Run(t *testing.T, fresh func(t *testing.T) (open func() Store)) {
	t.Helper()
	tests := []struct {
		name string
		run  func(place)
	}{
		{"CallbackKeepsEveryField", place.callbackKeepsEveryField},
		{"SameKeyOfOneOriginIsOneCallback", place.sameKeyOfOneOriginIsOneCallback},
		{"HundredParallelAddsOfOneKeyAreOneRow", place.hundredParallelAdds},
		{"OnlyTheHolderWrites", place.onlyTheHolderWrites},
		{"ClaimTakesOpenCallbacksOldestFirst", place.claimTakesOpenCallbacks},
		{"CallbacksAreCountedByOriginAndNumber", place.callbacksAreCounted},
		{"SequencesHaveNoGapsInEachSession", place.sequencesHaveNoGaps},
		{"SequencesHaveNoGapsWithManyWriters", place.sequencesHaveNoGapsWithManyWriters},
		{"AnEntryIsStoredOnce", place.anEntryIsStoredOnce},
		{"EntriesAreReadBySessionAndByCall", place.entriesAreRead},
		{"StrangeTextIsStored", place.strangeTextIsStored},
		{"OperatorsKeepEveryField", place.operatorsKeepEveryField},
		{"LoginsAreUniqueWithoutCase", place.loginsAreUnique},
		{"OneOfManyGetsALogin", place.oneOfManyGetsALogin},
		{"PhonesAndGroupsAreKept", place.phonesAndGroups},
		{"LoginsEnd", place.loginsEnd},
		{"SettingsAreKept", place.settingsAreKept},
		{"ASettingIsAddedOnce", place.aSettingIsAddedOnce},
		{"CallsAreListedNewestFirstWithoutRepeats", place.callsAreListed},
		{"CallsAreFound", place.callsAreFound},
		{"CommentsAreReplacedByID", place.commentsAreReplaced},
		{"VisitorKeepsEveryField", place.visitorKeepsEveryField},
		{"AVisitorOfOneTokenIsOneRow", place.oneTokenIsOneVisitor},
		{"VisitorsAreNumberedWithoutRepeats", place.visitorsAreNumbered},
		{"VisitorsAreSeenTogether", place.visitorsAreSeen},
		{"BansHoldUntilTheyAreOverOrLifted", place.bansHold},
		{"InvitationKeepsEveryField", place.invitationKeepsEveryField},
		{"AnInvitationForOnceHasOneWinner", place.onceHasOneWinner},
		{"InvitationsAreRefusedWrongOrOld", place.invitationsAreRefused},
		{"ACodeIsFreeWhenItIsOver", place.codesAreReused},
		{"InvitationsAreListedAndTakenBack", place.invitationsAreListed},
		{"SessionKeepsEveryField", place.sessionKeepsEveryField},
		{"SameKeyOfOneVisitorIsOneSession", place.sameKeyOfOneVisitorIsOneSession},
		{"OpenSessionsAreReadOldestFirst", place.openSessionsAreRead},
		{"SessionsAreFound", place.sessionsAreFound},
		{"SpansAreKept", place.spansAreKept},
		{"SessionsOfADayAreFound", place.sessionsOfADayAreFound},
		{"MailsKeepEveryField", place.mailsKeepEveryField},
		{"AMailIsClaimedByOneAtATime", place.mailsAreClaimed},
		{"OfManyWhoClaimAtOnceEachGetsOtherMails", place.parallelClaims},
		{"OnlyTheHolderSaysWhatBecameOfAMail", place.onlyTheHolderSavesAMail},
		{"MailsAreSummedUpAndForgotten", place.mailsAreSummedUp},
		{"MailsOutliveReopening", place.mailsOutliveReopening},
		{"TheMissedKeepEveryField", place.missedKeepEveryField},
		{"TheMissedAreFound", place.missedAreFound},
		{"OneOfManyEndsAMissed", place.oneEndsAMissed},
		{"AContactSettlesWhatIsOpenOfAPerson", place.contactSettles},
		{"AnOfflineRequestIsStoredWholeAndOnce", place.offlineRequestIsWhole},
		{"EverythingOutlivesReopening", place.everythingOutlivesReopening},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(place{t, fresh(t)}) })
	}
}

// place is one test and the place that it has for itself.
type place struct {
	*testing.T
	open func() Store
}

// opened opens the place for the length of the test.
func (t place) opened() Store {
	t.Helper()
	s := t.open()
	t.Cleanup(func() { closed(t.T, s) })
	return s
}

func closed(t *testing.T, s Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got returns the value of a call that must not fail: got(t)(s.Calls(...)).
func got[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		ok(t, err)
		return v
	}
}
