package routing

// Channel is how somebody comes to us, and so what it takes to serve them. In JSON
// it is the "kind" of a place or a session.
type Channel uint8

// The channels; zero is invalid on purpose. The numbers are kept in the database.
const (
	ChatChannel       Channel = iota + 1 // to write
	VoiceChannel                         // to talk by the browser
	VideoChannel                         // to talk by the browser and be seen
	CallbackChannel                      // to be phoned
	PhoneChannel                         // a caller who hears music
	InvitationChannel                    // came by the code or link of an operator
)

func (c Channel) String() string {
	names := [...]string{
		ChatChannel: "chat", VoiceChannel: "voice", VideoChannel: "video", CallbackChannel: "callback", PhoneChannel: "phone",
		InvitationChannel: "invitation",
	}
	if c == 0 || int(c) >= len(names) {
		return "invalid_channel"
	}
	return names[c]
}

// ParseChannel returns the channel of a word, or false.
func ParseChannel(s string) (Channel, bool) {
	for c := ChatChannel; c <= InvitationChannel; c++ {
		if c.String() == s {
			return c, true
		}
	}
	return 0, false
}
