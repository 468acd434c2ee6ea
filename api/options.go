package api

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sufler/internal/clock"
	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/callback"
	"sufler/routing/day"
	"sufler/routing/invitation"
	"sufler/routing/people"
	"sufler/routing/queue"
	"sufler/routing/records"
	"sufler/routing/session"
	"sufler/routing/settings"
	"sufler/routing/soundcheck"
	"sufler/routing/talk"
	"sufler/routing/visitor"
)

// Options are what a Server works with. A nil Demo means that the routes of the
// demo do not exist; everything else is needed unless it says otherwise.
type Options struct {
	Callbacks   Callbacks
	Talks       Talks
	Sessions    Sessions
	Waiting     Waiting
	Calls       Calls
	People      People
	Settings    *settings.Directory
	Visitors    Visitors
	Invitations Invitations
	Team        Team
	Days        Days
	Browsers    routing.Browsers // the sound of pages
	SoundCheck  SoundCheck
	Records     Records
	Journal     routing.Journal // downloads are written down in it
	Phones      Phones
	Trunks      Trunks
	Missed      MissedList
	Offline     Offline
	Mail        Mail
	Demo        Demo

	// PublicURL is where browsers find us: "https://calls.example.com". A request
	// that comes from our own pages is known by it, and by the Host it was sent to.
	PublicURL string
	// DemoHosts are the names, beside this machine's own, by which browsers may ask a
	// demo: a page of a stranger whose name leads here finds nothing.
	DemoHosts []string
	// File is the configuration file's values, as pages may show them.
	File []FileValue
	// Tokens are those of other people's servers, by name; only hashes are kept.
	Tokens map[string]string
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Widget is what the machine lets widgets offer.
	Widget Widget

	// Pages are the built pages and Texts the sentences of refusals: web.Files(),
	// web.Texts(). Built is false when there are no pages yet.
	Pages fs.FS
	Texts fs.FS
	Built bool

	// Ready returns nil when new calls and callbacks are taken.
	Ready func() error

	Location *time.Location // of times in refusals; nil: the machine's
	Clock    clock.Clock    // nil: the machine's
	Log      *slog.Logger   // nil: nothing is logged
	// Registry takes this package's figures; Metrics shows all figures at /metrics
	// of the admin handler, and of the main one in the demo.
	Registry prometheus.Registerer
	Metrics  prometheus.Gatherer
}

// FileValue is one value of the configuration file.
type FileValue struct {
	Key   string `json:"key" example:"http.listen"`
	Value string `json:"value" doc:"A secret is only told to be there."`
	Where string `json:"where" doc:"FILE:LINE:COLUMN; empty: not written there, the default holds."`
}

// Widget is what the machine lets widgets offer, from the configuration.
type Widget struct {
	Enabled  bool     // calls back can be made
	Talks    bool     // visitors may talk from the page
	Home     string   // "+420"
	Prefixes []string // what may be called
	Caller   string   // the number that will ring, as people write it
}

// Callbacks is what *callback.Service does: requests for a call, each with the
// token of its visitor, and the button of the operator who takes one.
type Callbacks interface {
	Request(context.Context, callback.Request) (v callback.View, token string, err error)
	Get(ctx context.Context, id routing.CallbackID, token string) (callback.View, error)
	Cancel(ctx context.Context, id routing.CallbackID, token string) (callback.View, error)
	Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (routing.CallID, error)
	Watch(watch func(callback.View)) (stop func())
}

// Talks is what *talk.Service does: talks from a visitor's page, each with the token
// of its visitor, and the button of the operator who takes one.
type Talks interface {
	Begin(context.Context, talk.Request) (v talk.View, token string, err error)
	Get(ctx context.Context, id routing.TalkID, token string) (talk.View, error)
	End(ctx context.Context, id routing.TalkID, token string) (talk.View, error)
	Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (routing.CallID, error)
	Watch(watch func(talk.View)) (stop func())
}

// Visitors is what *visitor.Service does: who is on the pages, and who is kept out.
type Visitors interface {
	ByToken(ctx context.Context, token string) (routing.Visitor, error)
	Known(ctx context.Context, token, language string) (routing.Visitor, error)
	Arrive(context.Context, visitor.Arrival) (routing.Visitor, visitor.PageID, error)
	Poll(context.Context, visitor.Arrival) (routing.Visitor, error)
	See(id routing.VisitorID, page visitor.PageID, url, title string)
	SetParameters(id routing.VisitorID, told map[string]string) error
	Leave(id routing.VisitorID, page visitor.PageID)
	Change(context.Context, visitor.Change) (routing.Visitor, error)
	Info(routing.VisitorID) (visitor.Info, bool)
	Here() []visitor.Info
	Banned(routing.VisitorID) bool
	Ban(context.Context, routing.Ban) (routing.Ban, error)
	Lift(ctx context.Context, id routing.VisitorID, by routing.OperatorID) error
	Bans(context.Context) ([]visitor.Kept, error)
	Watch(told func(visitor.Event)) (stop func())
}

// Invitations is what *invitation.Service does.
type Invitations interface {
	Redeem(ctx context.Context, codeOrToken, address string, visitor routing.VisitorID) (routing.Invitation, error)
	Invite(context.Context, invitation.Wanted) (i routing.Invitation, token string, err error)
	Open(ctx context.Context, by routing.OperatorID) ([]routing.Invitation, error)
	TakeBack(ctx context.Context, id routing.InvitationID, by routing.OperatorID) error
}

// Sessions is what *session.Service does: everything between visitors and us that goes on.
type Sessions interface {
	Begin(context.Context, session.Request) (session.View, error)
	Accept(ctx context.Context, place routing.PlaceID, by routing.OperatorID) (session.View, error)
	Say(context.Context, session.Message) (n uint64, err error)
	Read(ctx context.Context, m session.Message, n uint64) error
	Draft(ctx context.Context, of routing.VisitorID, text string) error
	Typing(ctx context.Context, id routing.SessionID, by routing.OperatorID, on bool) error
	End(ctx context.Context, id routing.SessionID, by routing.OperatorID) (session.View, error)
	Leave(context.Context, routing.VisitorID) (session.View, error)
	Confirm(ctx context.Context, id routing.SessionID, by routing.OperatorID, w session.WrapUp) (session.View, error)
	Redirect(ctx context.Context, id routing.SessionID, by routing.OperatorID, r session.Redirection) (session.View, error)
	RedirectWaiting(ctx context.Context, place routing.PlaceID, by routing.OperatorID, r session.Redirection) error
	Note(ctx context.Context, id routing.SessionID, by routing.OperatorID, text string) (session.Told, error)
	Tag(ctx context.Context, id routing.SessionID, by routing.OperatorID, tag string, on bool) error
	Rename(ctx context.Context, id routing.SessionID, by routing.OperatorID, c session.Contact) (session.View, error)
	Ban(ctx context.Context, id routing.SessionID, by routing.OperatorID, reason string) (session.View, error)
	Called(routing.VisitorID)
	Get(context.Context, routing.SessionID) (session.View, error)
	Open(context.Context) ([]session.View, error)
	OfVisitor(context.Context, routing.VisitorID) (v session.View, found bool, err error)
	Entries(ctx context.Context, id routing.SessionID, r session.Reader, n uint64) ([]session.Told, error)
	Watch(func(session.Event)) (stop func())
}

// Waiting is what *queue.Line does.
type Waiting interface {
	Skip(ctx context.Context, place routing.PlaceID, by routing.OperatorID) error
	Counters(ctx context.Context, groups []routing.GroupName, sight func(queue.Candidate) queue.Candidate) ([]queue.GroupCounters, error)
	Queue(routing.QueueName) (queue.Queue, error)
	Queues() []queue.Queue
	Entrance(name routing.QueueName, channel routing.Channel) (queue.Entrance, error)
	Snapshot() queue.Snapshot
	Watch(watch func(queue.Event)) (now queue.Snapshot, stop func())
}

// Calls is what *call.Exchange does.
type Calls interface {
	Find(routing.CallID) (*call.Call, error)
	Running() []call.Snapshot
	Watch(func(call.Snapshot)) (stop func())
	WatchMeters(func(call.Meter)) (stop func())
}

// People is what *people.Directory does.
type People interface {
	Login(ctx context.Context, address, login, password string) (people.Login, error)
	Admit(context.Context, routing.OperatorID) (people.Login, error)
	Logout(ctx context.Context, token string) error
	ByToken(ctx context.Context, token string) (routing.Operator, time.Time, error)
	ByLogin(login string) (routing.Operator, bool)
	Operator(routing.OperatorID) (routing.Operator, bool)
	Operators() []routing.Operator
	Groups() []routing.GroupName
	AddGroup(context.Context, routing.GroupName) error
	DeleteGroup(context.Context, routing.GroupName) error
	Change(context.Context, routing.OperatorID, people.Changes) (routing.Operator, error)
	SetAnswerOn(context.Context, routing.OperatorID, routing.AnswerOn) error
	Watch(changed func()) (stop func())
	Founded() bool
	Found(ctx context.Context, token string, p people.Person) (people.Login, error)
}

// Team is what *people.Presence does.
type Team interface {
	Members() []people.Member
	Member(routing.OperatorID) (people.Member, bool)
	Candidates(groups []routing.GroupName) []queue.Candidate
	SetStatus(id routing.OperatorID, s people.Status, reason string) error
	SetSound(of routing.OperatorID, held bool)
	WatchMembers(func(people.Member)) (stop func())
	DeskOpened(routing.OperatorID)
	DeskClosed(routing.OperatorID)
}

// Days is what *day.Service does: what people's days were.
type Days interface {
	Of(ctx context.Context, id routing.OperatorID, since time.Time) (day.Figures, error)
}

// SoundCheck is what *soundcheck.Service does: it lets people hear themselves.
type SoundCheck interface {
	Begin(ctx context.Context, by routing.OperatorID) (routing.LegID, error)
	Watch(watch func(soundcheck.Measured)) (stop func())
}

// Records is what has been kept of calls: the stores' methods and the files.
type Records interface {
	Call(context.Context, routing.CallID) (routing.CallRow, error)
	Calls(ctx context.Context, wanted routing.CallFilter, limit int) ([]routing.CallRow, error)
	Session(context.Context, routing.SessionID) (routing.Session, error)
	Sessions(ctx context.Context, wanted routing.SessionFilter, limit int) ([]routing.Session, error)
	EntriesSince(ctx context.Context, session routing.SessionID, since uint64) ([]routing.Entry, error)
	PutComment(context.Context, routing.Comment) error
	Comments(context.Context, routing.CallID) ([]routing.Comment, error)
	// Tracks returns who was recorded and how loud; none when nothing was, or not yet.
	Tracks(context.Context, routing.CallID) ([]records.Track, error)
	// Files returns the files that can be had.
	Files(context.Context, routing.CallID) ([]File, error)
	// Open opens one of them; it refuses with "file_unknown".
	Open(ctx context.Context, id routing.CallID, name string) (io.ReadSeekCloser, error)
}

// The names of a record's files.
const (
	ClientFile   = "client.wav"   // what the client could hear and say
	TrainingFile = "training.wav" // all tracks, the prompter too
)

// File is a file of a record.
type File struct {
	Name  string
	Bytes int64
}

// Phone is a softphone's account and where it is registered.
type Phone struct {
	Extension  routing.Extension
	Registered bool
	UserAgent  string
	Address    string
	Since      time.Time
}

// Phones shows the registrar.
type Phones interface{ Phones() []Phone }

// Trunk is a provider's line and how it is.
type Trunk struct {
	Name  routing.TrunkName
	State string // "up", "down", "registering"
	Text  string // the provider's own words
	Since time.Time
}

// Trunks shows the trunks.
type Trunks interface{ Trunks() []Trunk }

// Demo is the stage of `sufler demo` and its built-in phones.
type Demo interface {
	// Stage returns what is on it; its Call is empty while it is set up.
	Stage() Stage
	// SetMode changes the mode of the stage's supervisor. It refuses with
	// "stage_dark" while there is no call.
	SetMode(context.Context, routing.Mode) error
	// Prompt plays the next prompt at the supervisor's phone; as SetMode.
	Prompt(context.Context) (Prompt, error)
	// WatchPrompts gives each prompt to watch, which must not block.
	WatchPrompts(watch func(Prompt)) (stop func())
	// Listen gives what arrives at a built-in phone to hear, until stop is called:
	// the phone of a role on the stage, or the one of an extension. A frame is 160
	// samples at 8 kHz; hear must not block and must not keep them. It refuses with "ear_unknown".
	Listen(role routing.Role, phone routing.Extension, hear func(samples []int16)) (stop func(), err error)
	// Voice is the recorded talk of the client or the agent, at 8 kHz, for who has
	// no microphone; it may be played in a loop.
	Voice(role routing.Role) []int16
}

// Stage is the call of the stage and the phones that can be listened at.
type Stage struct {
	Call     routing.CallID
	Ears     []Ear
	Language string
	Voice    string // "machine" or "human"
}

// Ear is a built-in phone of the stage.
type Ear struct {
	Role  routing.Role
	Name  string
	Phone routing.Extension
}

// Prompt is what the stage's supervisor says next.
type Prompt struct {
	Text   string
	Length time.Duration
}
