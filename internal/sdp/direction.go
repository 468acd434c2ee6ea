package sdp

// Direction is which way the sound of a stream goes, seen from whoever wrote the
// description (RFC 8866 section 6.7).
type Direction uint8

// The directions. They are sets of two bits, send and receive, so that an answer
// is an intersection.
const (
	Inactive Direction = 0
	SendOnly Direction = 1
	RecvOnly Direction = 2
	SendRecv Direction = SendOnly | RecvOnly
)

func (d Direction) String() string {
	return [...]string{Inactive: "inactive", SendOnly: "sendonly", RecvOnly: "recvonly", SendRecv: "sendrecv"}[d&SendRecv]
}

// Sends reports whether the writer of the description sends.
func (d Direction) Sends() bool { return d&SendOnly != 0 }

// Receives reports whether the writer of the description receives.
func (d Direction) Receives() bool { return d&RecvOnly != 0 }

// Reverse is the same stream seen from the other end.
func (d Direction) Reverse() Direction { return d>>1&SendOnly | d<<1&RecvOnly }

// Answer is our direction when the other end offers d and we would like want
// (RFC 3264 section 6.1): sendonly is answered by recvonly at most, inactive
// only by inactive.
func (d Direction) Answer(want Direction) Direction { return d.Reverse() & want }

func parseDirection(s string) (Direction, bool) {
	for d := Inactive; d <= SendRecv; d++ {
		if d.String() == s {
			return d, true
		}
	}
	return 0, false
}
