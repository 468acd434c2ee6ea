package phone

import (
	"encoding/binary"
	"strings"

	pionrtp "github.com/pion/rtp"
)

// keys are the telephone keys in the order of their event codes (RFC 4733 section 3.2).
const keys = "0123456789*#ABCD"

const (
	keyFrames = 5 // a key is held for 100 ms
	keyEnds   = 3 // its end is said three times (RFC 4733 section 2.5.1.4)
	keyPause  = 4 // then 80 ms of nothing
	keyVolume = 10
)

// dialling plays telephone keys as events, one after another.
type dialling struct {
	queue []byte // event codes
	frame int    // of the key being played
	start uint32 // its timestamp
}

// press adds keys; signs that are none are left out.
func (d *dialling) press(digits string) {
	for _, r := range strings.ToUpper(digits) {
		if code := strings.IndexRune(keys, r); code >= 0 {
			d.queue = append(d.queue, byte(code))
		}
	}
}

// next makes the packet of this frame; ok is false while no key is played. All
// packets of a key carry the timestamp of its begin (RFC 4733 section 2.3).
func (d *dialling) next(timestamp uint32) (payload [4]byte, start uint32, marker, ok bool) {
	if len(d.queue) == 0 {
		return payload, 0, false, false
	}
	if d.frame == 0 {
		d.start = timestamp
	}
	d.frame++
	if d.frame > keyFrames+keyEnds {
		if d.frame == keyFrames+keyEnds+keyPause {
			d.queue, d.frame = d.queue[1:], 0
		}
		return payload, 0, false, false
	}
	payload[0], payload[1] = d.queue[0], keyVolume
	if d.frame > keyFrames {
		payload[1] |= 0x80
	}
	binary.BigEndian.PutUint16(payload[2:], uint16(min(d.frame, keyFrames)*frameSize))
	return payload, d.start, d.frame == 1, true
}

// pressed reads keys out of a stream: each once, whichever of its packets comes first.
type pressed struct {
	any  bool
	last uint32 // timestamp of the last key
	keys []byte
}

// read takes an event packet and returns the key if it is a new one.
func (k *pressed) read(p *pionrtp.Packet) (key byte, ok bool) {
	if len(p.Payload) < 4 || int(p.Payload[0]) >= len(keys) || k.any && p.Timestamp == k.last {
		return 0, false
	}
	k.any, k.last = true, p.Timestamp
	key = keys[p.Payload[0]]
	k.keys = append(k.keys, key)
	return key, true
}
