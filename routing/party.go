package routing

// Role is a person's part in one call.
type Role uint8

// The roles; zero is invalid on purpose.
const (
	Client     Role = iota + 1 // the visitor, or whoever called
	Agent                      // the operator who talks to the client
	Consulted                  // an outsider whom the agent asks (later)
	Supervisor                 // the prompter
)

func (r Role) String() string {
	names := [...]string{Client: "client", Agent: "agent", Consulted: "consulted", Supervisor: "supervisor"}
	if r == 0 || int(r) >= len(names) {
		return "invalid_role"
	}
	return names[r]
}

// Mode is how a supervisor takes part.
type Mode uint8

// The modes; zero is invalid on purpose and is heard by nobody.
const (
	Listen Mode = iota + 1
	Whisper
	Barge
)

func (m Mode) String() string {
	names := [...]string{Listen: "listen", Whisper: "whisper", Barge: "barge"}
	if m == 0 || int(m) >= len(names) {
		return "invalid_mode"
	}
	return names[m]
}

// ParseMode returns the mode of a word, or false.
func ParseMode(s string) (Mode, bool) {
	for m := Listen; m <= Barge; m++ {
		if m.String() == s {
			return m, true
		}
	}
	return 0, false
}
