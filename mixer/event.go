package mixer

import "time"

// Event is what the sound plane tells the program. Events of one call come in
// order; the receiver must not block.
type Event interface{ event() }

type (
	// Applied says that a plan holds, from which frame of the call's clock on.
	// Only then is a mode shown, answered and written down.
	Applied struct {
		Call  CallID
		Epoch uint64
		Frame uint64
		At    time.Time
	}
	// Refused says that a plan was not taken; the one before it still holds.
	Refused struct {
		Call   CallID
		Epoch  uint64
		Reason string
	}
	// Digit is one telephone key, taken out of the port's stream (RFC 4733).
	Digit struct {
		Call  CallID
		Port  PortID
		Digit byte // '0'-'9', '*', '#', 'A'-'D'
	}
	// MediaLost says that no packet has come for the plane's limit.
	MediaLost struct {
		Call CallID
		Port PortID
	}
	// MediaBack says that packets come again.
	MediaBack struct {
		Call CallID
		Port PortID
	}
	// Tripped says that the guard stopped a frame that held a source which the
	// listener's class must not hear. The source is cut already.
	Tripped struct {
		Call             CallID
		Listener, Source PortID
		Frame            uint64
	}
	// Broken says that the call's bus panicked and was ended; others go on.
	Broken struct {
		Call   CallID
		Reason string
	}
	// Metered tells levels and counts of one call, five times a second.
	Metered struct {
		Call   CallID
		Frame  uint64
		Levels []Level
		Cells  []Cell
		Guard  GuardCount
	}
)

func (Applied) event()   {}
func (Refused) event()   {}
func (Digit) event()     {}
func (MediaLost) event() {}
func (MediaBack) event() {}
func (Tripped) event()   {}
func (Broken) event()    {}
func (Metered) event()   {}

// Level is how loud a port speaks: the root mean square of the last meter
// interval and its highest sample, in dB below full scale (0 is full, -96 silence).
type Level struct {
	Port      PortID
	DBFS      float64
	PeakDBFS  float64
	Packets   uint64 // received in all
	Lost      uint64 // concealed frames in all
	Discarded uint64 // late, duplicate or foreign packets in all
}

// Cell counts the frames of one source that were put into what one listener was sent.
type Cell struct {
	Listener, Source PortID
	Frames           uint64
}

// GuardCount is what the guard has seen in one call. Every page that shows the
// promise reads it.
type GuardCount struct {
	Outside uint64 // frames sent to Outside ports
	Granted uint64 // of these, with a hidden source under a grant
	Stopped uint64 // frames with a hidden source and no grant, replaced by silence
}
