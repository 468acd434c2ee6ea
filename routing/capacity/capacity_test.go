package capacity

import (
	"errors"
	"math/rand/v2"
	"testing"

	"sufler/routing"
)

const (
	chat       = routing.ChatChannel
	voice      = routing.VoiceChannel
	video      = routing.VideoChannel
	callback   = routing.CallbackChannel
	phone      = routing.PhoneChannel
	invitation = routing.InvitationChannel
)

var channels = []routing.Channel{chat, voice, video, callback, phone, invitation}

// online is somebody who is there for visitors, with a load.
func online(l Load) Person { return Person{Active: true, Status: Online, Load: l} }

// M002, M042, M043, M003, M046, M050, I003: chats up to the limit, the rest alone.
func TestWhoHasRoomForWhat(t *testing.T) {
	for name, c := range map[string]struct {
		load Load
		// chat is the answer for chats and invitations, whole for all others.
		chat, whole Code
	}{
		"nothing open":                      {Load{Limit: 3}, "", ""},
		"one chat of three":                 {Load{Limit: 3, Chats: 1}, "", ConversationOpen},
		"two chats of three":                {Load{Limit: 3, Chats: 2}, "", ConversationOpen},
		"three chats of three":              {Load{Limit: 3, Chats: 3}, ChatsFull, ConversationOpen},
		"three chats, no limit is set":      {Load{Chats: 3}, ChatsFull, ConversationOpen},
		"two chats, no limit is set":        {Load{Chats: 2}, "", ConversationOpen},
		"one chat of one":                   {Load{Limit: 1, Chats: 1}, ChatsFull, ConversationOpen},
		"nine chats of ten":                 {Load{Limit: 10, Chats: 9}, "", ConversationOpen},
		"ten chats of ten":                  {Load{Limit: 10, Chats: 10}, ChatsFull, ConversationOpen},
		"ten chats, an impossible limit":    {Load{Limit: 11, Chats: 10}, ChatsFull, ConversationOpen},
		"one chat, an impossible limit":     {Load{Limit: -1, Chats: 1}, ChatsFull, ConversationOpen},
		"more chats than the lowered limit": {Load{Limit: 2, Chats: 5}, ChatsFull, ConversationOpen},
		"a video call":                      {Load{Limit: 3, Whole: 1}, ConversationOpen, ConversationOpen},
		"a chat and a call":                 {Load{Limit: 3, Chats: 1, Whole: 1}, ConversationOpen, ConversationOpen},
		"supervising":                       {Load{Limit: 3, Supervises: true}, InCall, InCall},
		"in a call with a colleague":        {Load{Limit: 3, InCall: true}, InCall, InCall},
		"supervising beside a chat":         {Load{Limit: 3, Chats: 1, Supervises: true}, InCall, InCall},
	} {
		t.Run(name, func(t *testing.T) {
			for _, channel := range channels {
				want := c.whole
				if channel == chat || channel == invitation {
					want = c.chat
				}
				if got := CanTake(online(c.load), Want{Channel: channel}); got != want {
					t.Errorf("%s: got %q, want %q", channel, got, want)
				}
			}
		})
	}
}

// M184, M185, M046, D3: what has ended counts until OK, and is named where OK is all that is missing.
func TestAWrapUpHoldsWhatItsConversationHeld(t *testing.T) {
	for name, c := range map[string]struct {
		load        Load
		chat, whole Code
	}{
		"a chat to finish":                {Load{Limit: 3, Chats: 1, ChatWrapUps: 1}, "", WrapUpOpen},
		"three chats, one to finish":      {Load{Limit: 3, Chats: 3, ChatWrapUps: 1}, WrapUpOpen, ConversationOpen},
		"three chats, all to finish":      {Load{Limit: 3, Chats: 3, ChatWrapUps: 3}, WrapUpOpen, WrapUpOpen},
		"over a lowered limit":            {Load{Limit: 2, Chats: 4, ChatWrapUps: 1}, ChatsFull, ConversationOpen},
		"a callback to finish":            {Load{Limit: 3, Whole: 1, WholeWrapUps: 1}, WrapUpOpen, WrapUpOpen},
		"a callback to finish and a chat": {Load{Limit: 3, Chats: 1, Whole: 1, WholeWrapUps: 1}, WrapUpOpen, ConversationOpen},
		"a chat to finish and a callback": {Load{Limit: 3, Chats: 1, Whole: 1, ChatWrapUps: 1}, ConversationOpen, ConversationOpen},
		"a chat to finish, supervising":   {Load{Limit: 3, Chats: 1, ChatWrapUps: 1, Supervises: true}, InCall, InCall},
	} {
		t.Run(name, func(t *testing.T) {
			if got := HasRoom(c.load, chat); got != c.chat {
				t.Errorf("chat: got %q, want %q", got, c.chat)
			}
			if got := HasRoom(c.load, callback); got != c.whole {
				t.Errorf("callback: got %q, want %q", got, c.whole)
			}
		})
	}
}

// M021-M025, M167, D1, D4: the administrator's switch, then presence, then the
// administrator's word about those who are away.
func TestWhoIsThereForVisitors(t *testing.T) {
	for name, c := range map[string]struct {
		person         Person
		web, forwarded Code
	}{
		"online":                        {Person{Active: true, Status: Online}, "", ""},
		"inactive":                      {Person{Status: Online}, OperatorInactive, OperatorInactive},
		"inactive, also when away":      {Person{Status: Pause, AwayWeb: true, AwayForwarded: true}, OperatorInactive, OperatorInactive},
		"offline":                       {Person{Active: true, Status: Offline, AwayWeb: true, AwayForwarded: true}, OperatorOffline, OperatorOffline},
		"no status at all":              {Person{Active: true, AwayWeb: true, AwayForwarded: true}, OperatorOffline, OperatorOffline},
		"pause, nobody may come":        {Person{Active: true, Status: Pause}, OperatorAway, OperatorAway},
		"pause, forwarded may come":     {Person{Active: true, Status: Pause, AwayForwarded: true}, OperatorAway, ""},
		"pause, those of the web may":   {Person{Active: true, Status: Pause, AwayWeb: true}, "", OperatorAway},
		"busy, nobody may come":         {Person{Active: true, Status: Busy}, OperatorAway, OperatorAway},
		"busy, everybody may come":      {Person{Active: true, Status: Busy, AwayWeb: true, AwayForwarded: true}, "", ""},
		"online, whatever holds if not": {Person{Active: true, Status: Online, AwayWeb: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := CanTake(c.person, Want{Channel: chat}); got != c.web {
				t.Errorf("from the web: got %q, want %q", got, c.web)
			}
			if got := CanTake(c.person, Want{Channel: chat, Forwarded: true}); got != c.forwarded {
				t.Errorf("forwarded: got %q, want %q", got, c.forwarded)
			}
		})
	}
}

func TestWhoIsNotThereIsNotAskedForRoom(t *testing.T) {
	full := Person{Active: true, Status: Offline, Load: Load{Limit: 1, Chats: 1}}
	if got := CanTake(full, Want{Channel: chat}); got != OperatorOffline {
		t.Errorf("got %q", got)
	}
}

// M044
func TestVideoIsOfferedWithExactlyOneChat(t *testing.T) {
	for name, c := range map[string]struct {
		load Load
		want Code
	}{
		"no chat":                     {Load{}, NotOneChat},
		"one chat":                    {Load{Chats: 1}, ""},
		"two chats":                   {Load{Chats: 2}, NotOneChat},
		"two chats, one to finish":    {Load{Chats: 2, ChatWrapUps: 1}, WrapUpOpen},
		"two chats, both to finish":   {Load{Chats: 2, ChatWrapUps: 2}, NotOneChat},
		"one chat, which has ended":   {Load{Chats: 1, ChatWrapUps: 1}, NotOneChat},
		"a callback":                  {Load{Whole: 1}, NotOneChat},
		"one chat and a callback":     {Load{Chats: 1, Whole: 1}, NotOneChat},
		"one chat, a call to finish":  {Load{Chats: 1, Whole: 1, WholeWrapUps: 1}, WrapUpOpen},
		"one chat, while supervising": {Load{Chats: 1, Supervises: true}, InCall},
	} {
		t.Run(name, func(t *testing.T) {
			if got := CanOfferVideo(c.load); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnUnknownChannelTakesTheWholePerson(t *testing.T) {
	if HasRoom(Load{Chats: 1}, 0) != ConversationOpen || HasRoom(Load{}, 99) != "" {
		t.Error("an unknown channel goes beside a chat, or nowhere")
	}
}

func TestEveryReasonIsARefusalByItsOwnCode(t *testing.T) {
	if err := Code("").Refusal(); err != nil {
		t.Errorf("got %v for nothing", err)
	}
	for _, code := range Codes {
		refusal, ok := errors.AsType[*routing.Error](code.Refusal())
		if !ok || refusal.Kind != routing.Conflict || refusal.Code != string(code) {
			t.Errorf("got %v for %s", code.Refusal(), code)
		}
	}
	if routing.KindOf(Code("nonsense").Refusal()) != routing.Internal {
		t.Error("an unknown reason is no error of ours")
	}
}

// desk is a person by what lies on their desk, one thing after another: an
// independent count for the rules.
type desk struct {
	limit int
	open  []thing
	other bool // a call beside it
}

type thing struct {
	whole, ended bool
}

func (d *desk) load() Load {
	l := Load{Limit: d.limit, InCall: d.other}
	for _, x := range d.open {
		switch {
		case x.whole && x.ended:
			l.Whole, l.WholeWrapUps = l.Whole+1, l.WholeWrapUps+1
		case x.whole:
			l.Whole++
		case x.ended:
			l.Chats, l.ChatWrapUps = l.Chats+1, l.ChatWrapUps+1
		default:
			l.Chats++
		}
	}
	return l
}

// fits is the rule in words: alone, or a chat among fewer chats than the limit.
func (d *desk) fits(whole bool) bool {
	if d.other {
		return false
	}
	for _, x := range d.open {
		if x.whole || whole {
			return false
		}
	}
	return len(d.open) < d.limit
}

// without is the desk after every OK.
func (d *desk) without() *desk {
	left := &desk{limit: d.limit, other: d.other}
	for _, x := range d.open {
		if !x.ended {
			left.open = append(left.open, x)
		}
	}
	return left
}

// M002, M042, M184, I003: whatever comes, ends and is confirmed in whatever order,
// the function says what counting says, and obeying it never breaks a rule.
func TestObeyingItNeverOverloadsAnybody(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		d := &desk{limit: 1 + r.IntN(MostChats)}
		for range 200 {
			d.disturb(r)
			for _, channel := range channels {
				whole := channel != chat && channel != invitation
				got := HasRoom(d.load(), channel)
				if (got == "") != d.fits(whole) {
					t.Fatalf("seed %d: got %q for %s with %+v", seed, got, channel, *d)
				}
				if (got == WrapUpOpen) != (!d.fits(whole) && d.without().fits(whole)) {
					t.Fatalf("seed %d: got %q for %s with %+v, OK would leave %+v", seed, got, channel, *d, *d.without())
				}
			}
			d.check(t, seed)
		}
	}
}

// disturb lets something come, end or be confirmed.
func (d *desk) disturb(r *rand.Rand) {
	switch i := r.IntN(max(1, len(d.open))); r.IntN(6) {
	case 0, 1, 2:
		channel := channels[r.IntN(len(channels))]
		if HasRoom(d.load(), channel) == "" {
			d.open = append(d.open, thing{whole: channel != chat && channel != invitation})
		}
	case 3:
		if len(d.open) > 0 {
			d.open[i].ended = true
		}
	case 4:
		if len(d.open) > 0 && d.open[i].ended {
			d.open = append(d.open[:i], d.open[i+1:]...)
		}
	case 5:
		d.other = !d.other && len(d.open) == 0 || d.other && r.IntN(3) > 0
	}
}

func (d *desk) check(t *testing.T, seed uint64) {
	t.Helper()
	wholes := 0
	for _, x := range d.open {
		if x.whole {
			wholes++
		}
	}
	if len(d.open) > d.limit || wholes > 1 || wholes == 1 && len(d.open) > 1 {
		t.Fatalf("seed %d: overloaded with %+v", seed, *d)
	}
}
