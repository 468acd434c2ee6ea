package configs

import "time"

// Config is the whole configuration file. Its yaml keys are lower_snake; a
// section's documentation for people is configs/sufler.yaml.
type Config struct {
	PublicURL   Origin      `yaml:"public_url"`
	HTTP        HTTP        `yaml:"http"`
	SIP         SIP         `yaml:"sip"`
	RTP         RTP         `yaml:"rtp"`
	WebRTC      WebRTC      `yaml:"webrtc"`
	Database    Database    `yaml:"database"`
	Files       Files       `yaml:"files"`
	Phones      []Phone     `yaml:"phones"`
	Trunks      []Trunk     `yaml:"trunks"`
	Numbers     []Number    `yaml:"numbers"`
	Callbacks   Callbacks   `yaml:"callbacks"`
	Supervision Supervision `yaml:"supervision"`
	Recording   Recording   `yaml:"recording"`
	Mail        Mail        `yaml:"mail"`
	People      People      `yaml:"people"`

	// path is the file's name, places the position of every key in it.
	path     string
	places   map[string]place
	warnings Problems
}

// HTTP is the web side: pages, API, WebSocket.
type HTTP struct {
	Listen         Address   `yaml:"listen"`
	Admin          Address   `yaml:"admin"`
	Origins        []Origin  `yaml:"origins"`
	TLS            TLS       `yaml:"tls"`
	TrustedProxies []Network `yaml:"trusted_proxies"`
}

// TLS is the certificate of http.listen; without files it speaks plain HTTP.
type TLS struct {
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
}

// SIP is the telephone side.
type SIP struct {
	Listen          Address  `yaml:"listen"`
	ExternalAddress string   `yaml:"external_address"`
	RingTimeout     Duration `yaml:"ring_timeout"`
}

// RTP is the sound of telephones.
type RTP struct {
	Ports           PortRange `yaml:"ports"`
	ExternalAddress string    `yaml:"external_address"`
	LostAfter       Duration  `yaml:"lost_after"`
}

// WebRTC is the sound of browsers.
type WebRTC struct {
	Listen          Address  `yaml:"listen"` // UDP and TCP
	ExternalAddress string   `yaml:"external_address"`
	Visitors        bool     `yaml:"visitors"`
	ReturnTime      Duration `yaml:"return_time"`
}

// Database is PostgreSQL; without a URL the database is a file in Files.Dir.
type Database struct {
	URL     Secret `yaml:"url"`
	URLFile string `yaml:"url_file"`
}

// Files says where everything that must survive a restart lies.
type Files struct {
	Dir string `yaml:"dir"`
}

// Phone is the account of a softphone.
type Phone struct {
	Extension    string `yaml:"extension"`
	Name         string `yaml:"name"`
	Password     Secret `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
}

// Trunk is a provider's line.
type Trunk struct {
	Name         string    `yaml:"name"`
	Address      Address   `yaml:"address"`
	Transport    Transport `yaml:"transport"`
	User         string    `yaml:"user"`
	Password     Secret    `yaml:"password"`
	PasswordFile string    `yaml:"password_file"`
	Number       E164      `yaml:"number"`
}

// Number sends calls to one of our numbers somewhere.
type Number struct {
	Number E164   `yaml:"number"`
	To     string `yaml:"to"`
}

// Callbacks is the visitor's "call me".
type Callbacks struct {
	Company        string    `yaml:"company"`
	Home           Country   `yaml:"home"`
	Allow          []Prefix  `yaml:"allow"`
	PerBrowserHour int       `yaml:"per_browser_hour"`
	PerNumberDay   int       `yaml:"per_number_day"`
	Offer          Duration  `yaml:"offer"`
	Ring           Duration  `yaml:"ring"`
	Rounds         int       `yaml:"rounds"`
	Queues         []Queue   `yaml:"queues"`
	Tokens         []APIUser `yaml:"tokens"`
}

// Queue is a waiting line and the groups that serve it, first group first.
type Queue struct {
	Name   string   `yaml:"name"`
	Groups []string `yaml:"groups"`
}

// APIUser is somebody's own server that may ask for callbacks.
type APIUser struct {
	Name      string `yaml:"name"`
	Token     Secret `yaml:"token"`
	TokenFile string `yaml:"token_file"`
}

// Supervision is listen, whisper and barge.
type Supervision struct {
	PerCall int `yaml:"per_call"`
}

// Recording says whether calls are recorded.
type Recording struct {
	Mode RecordingMode `yaml:"mode"`
}

// People are created at the first start; afterwards the database is their truth.
type People struct {
	Groups    []string   `yaml:"groups"`
	Operators []Operator `yaml:"operators"`
}

// Operator is a person of ours.
type Operator struct {
	Login        string    `yaml:"login"`
	Name         string    `yaml:"name"`
	PublicName   string    `yaml:"public_name"`
	Rank         Rank      `yaml:"rank"`
	Groups       []string  `yaml:"groups"`
	Phone        string    `yaml:"phone"`
	Available    Available `yaml:"available"`
	AnswerOn     AnswerOn  `yaml:"answer_on"`
	Language     Language  `yaml:"language"`
	Password     Secret    `yaml:"password"`
	PasswordFile string    `yaml:"password_file"`
	Robot        bool      `yaml:"robot"`
	ChatLimit    int       `yaml:"chat_limit"`
	Preview      bool      `yaml:"preview"`
}

// Default is the configuration of an empty file; configs/sufler.yaml loads to
// exactly this.
func Default() Config {
	return Config{
		HTTP: HTTP{Listen: "127.0.0.1:8080", Admin: "127.0.0.1:8081"},
		SIP:  SIP{Listen: "127.0.0.1:5060", RingTimeout: Duration(45 * time.Second)},
		RTP:  RTP{Ports: PortRange{First: 20000, Last: 29999}, LostAfter: Duration(30 * time.Second)},
		WebRTC: WebRTC{
			Listen: "127.0.0.1:30000", Visitors: true, ReturnTime: Duration(20 * time.Second),
		},
		Files: Files{
			Dir: "data",
		},
		Callbacks: Callbacks{
			Home: "CZ", PerBrowserHour: 3, PerNumberDay: 2,
			Offer: Duration(20 * time.Second), Ring: Duration(30 * time.Second), Rounds: 3,
		},
		Supervision: Supervision{PerCall: 1},
		Recording:   Recording{Mode: RecordingOff},
		Mail:        Mail{TLS: MailStartTLS, KeepDays: 14},
	}
}
