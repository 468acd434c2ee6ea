package people

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"sufler/routing"
)

// The objects that the table below is about, seen by an actor "me" of group orders.
var objects = map[string]Object{
	"mine":     {Operator: "me", Groups: []routing.GroupName{"orders"}},
	"group's":  {Operator: "other", Groups: []routing.GroupName{"service", "orders"}},
	"foreign":  {Operator: "other", Groups: []routing.GroupName{"service"}},
	"nobody's": {},
}

// Every rank x action x object. What is not listed must be refused.
var mayDo = map[Action]map[routing.Rank][]string{
	WaitingRead:        {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WaitingReadKept:    {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WaitingAccept:      {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WaitingSkip:        {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WaitingNumber:      {routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	VisitorRead:        {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	VisitorBan:         {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	BanLift:            {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	InvitationMake:     {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine"}, routing.RankOwner: {"mine"}},
	WaitingPreview:     {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WaitingRedirect:    {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	SessionRead:        {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	SessionWrite:       {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine"}, routing.RankOwner: {"mine"}},
	SessionNote:        {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	VisitorChange:      {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	DayRead:            {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine"}, routing.RankOwner: {"mine"}},
	TeamRead:           {routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	CallRead:           {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	CallHangup:         {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine"}, routing.RankOwner: {"mine"}},
	SupervisionListen:  {routing.RankSupervisor: {"group's"}, routing.RankOwner: {"group's", "foreign", "nobody's"}},
	SupervisionWhisper: {routing.RankSupervisor: {"group's"}, routing.RankOwner: {"group's", "foreign", "nobody's"}},
	SupervisionBarge:   {routing.RankSupervisor: {"group's"}, routing.RankOwner: {"group's", "foreign", "nobody's"}},
	CommentWrite:       {routing.RankSupervisor: {"group's"}, routing.RankOwner: {"group's", "foreign", "nobody's"}},
	RecordRead:         {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	RecordClientFile:   {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	RecordTrainingFile: {routing.RankSupervisor: {"group's"}, routing.RankOwner: {"group's", "foreign", "nobody's"}},
	RecordExport:       {routing.RankOperator: {"mine"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	SettingsRead:       {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	SettingsWrite:      {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	WordsRead:          {routing.RankOperator: {"mine", "group's", "foreign", "nobody's"}, routing.RankSupervisor: {"mine", "group's", "foreign", "nobody's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	TemplateRead:       {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	TemplateWrite:      {routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	PeopleRead:         {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	PeopleWrite:        {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	PhonesRead:         {routing.RankSupervisor: {"mine", "group's", "foreign", "nobody's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	TrunksRead:         {routing.RankSupervisor: {"mine", "group's", "foreign", "nobody's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	MissedRead:         {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	MissedDone:         {routing.RankOperator: {"mine", "group's"}, routing.RankSupervisor: {"mine", "group's"}, routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	MailRead:           {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
	MailTest:           {routing.RankOwner: {"mine", "group's", "foreign", "nobody's"}},
}

func me(rank routing.Rank) routing.Operator {
	return routing.Operator{ID: "me", Rank: rank, Active: true, Preview: true, Groups: []routing.GroupName{"orders"}}
}

func TestEveryRankMayDoWhatTheTableSaysAndNothingElse(t *testing.T) {
	refused := routing.Refuse(routing.Forbidden, "not_allowed")
	for action := range rights {
		if mayDo[action] == nil {
			t.Errorf("%s stands in the program and not in this table", action)
		}
	}
	for action, byRank := range mayDo {
		for rank := routing.Rank(0); rank <= routing.RankOwner+1; rank++ {
			for name, object := range objects {
				err := Can(me(rank), action, object)
				if want := slices.Contains(byRank[rank], name); (err == nil) != want {
					t.Errorf("%s, %s, %s: got %v, want allowed %v", rank, action, name, err, want)
				}
				if err != nil && !errors.Is(err, refused) {
					t.Errorf("%s, %s, %s: got %v, want not_allowed", rank, action, name, err)
				}
			}
		}
	}
}

// M062: the preview is the administrator's to give; supervisors have it by their rank.
func TestAnOperatorPreviewsOnlyWhereTheAdministratorSaysSo(t *testing.T) {
	for rank, want := range map[routing.Rank]bool{routing.RankOperator: false, routing.RankSupervisor: true, routing.RankOwner: true} {
		without := me(rank)
		without.Preview = false
		if err := Can(without, WaitingPreview, objects["group's"]); (err == nil) != want {
			t.Errorf("%s: got %v", rank, err)
		}
		if got := slices.Contains(May(without), WaitingPreview); got != want {
			t.Errorf("%s: may is %v", rank, got)
		}
	}
}

func TestReachIsToldInAWord(t *testing.T) {
	for action, want := range map[Action]string{WaitingRead: "group", CallRead: "own", TeamRead: "", "": ""} {
		if got := Reach(me(routing.RankOperator), action); got != want {
			t.Errorf("%s: got %q, want %q", action, got, want)
		}
	}
	if got := Reach(me(routing.RankOwner), TeamRead); got != "everything" {
		t.Errorf("got %q", got)
	}
}

func TestNobodyMayDoWhatHasNoName(t *testing.T) {
	for _, action := range []Action{"", "waiting", "call.everything", Supervise(0), Supervise(routing.Barge + 1)} {
		for rank := routing.Rank(0); rank <= routing.RankOwner+1; rank++ {
			if Can(me(rank), action, objects["mine"]) == nil {
				t.Errorf("%s may %q", rank, action)
			}
		}
	}
}

func TestSomebodyInactiveMayDoNothing(t *testing.T) {
	gone := me(routing.RankOwner)
	gone.Active = false
	for action := range rights {
		for name, object := range objects {
			if Can(gone, action, object) == nil {
				t.Errorf("somebody inactive may %s (%s)", action, name)
			}
		}
	}
	if may := May(gone); len(may) != 0 {
		t.Errorf("got %v", may)
	}
}

func TestNobodyWithoutNameOwnsWhatIsNobodys(t *testing.T) {
	nobody := routing.Operator{Rank: routing.RankOperator, Active: true}
	if Can(nobody, CallHangup, Object{}) == nil {
		t.Error("an empty id is the owner of an object without owner")
	}
}

func TestMayNamesTheDoors(t *testing.T) {
	for rank, want := range map[routing.Rank]string{
		0: "[]",
		routing.RankOperator: "[ban.lift call.hangup call.read day.read invitation.make missed.done missed.read record.client_file record.export record.read session.note session.read session.write " +
			"template.read visitor.ban visitor.change visitor.read waiting.accept waiting.preview waiting.read waiting.read_kept waiting.redirect waiting.skip words.read]",
		routing.RankSupervisor: "[ban.lift call.hangup call.read comment.write day.read invitation.make missed.done missed.read phones.read record.client_file record.export record.read record.training_file " +
			"session.note session.read session.write supervision.barge supervision.listen supervision.whisper team.read template.read template.write trunks.read " +
			"visitor.ban visitor.change visitor.read waiting.accept waiting.number waiting.preview waiting.read waiting.read_kept waiting.redirect waiting.skip words.read]",
	} {
		if got := fmt.Sprint(May(me(rank))); got != want {
			t.Errorf("%s: got  %s\nwant %s", rank, got, want)
		}
	}
}
