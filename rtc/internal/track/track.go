// Package track is a stream of sound that pion sends for us. It knows pion's way of
// asking for one, and leaves sequence numbers and timestamps to those who have them.
package track

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// ErrUnbound says that there is nobody to send to yet, or any more.
var ErrUnbound = errors.New("track: nobody to send to")

// Track is one stream. Its names, the CNAME among them, are random and say nothing
// of anybody (RFC 7022 section 4.2).
type Track struct {
	id, stream string
	wants      func(webrtc.RTPCodecParameters) bool
	bound      atomic.Pointer[binding]
}

// binding is what pion and the far end have agreed on.
type binding struct {
	writer webrtc.TrackLocalWriter
	codec  webrtc.RTPCodecParameters
	ssrc   uint32
}

var _ webrtc.TrackLocal = (*Track)(nil)

// New makes a stream for the first common codec that is wanted.
func New(wants func(webrtc.RTPCodecParameters) bool) *Track {
	return &Track{id: randomName(), stream: randomName(), wants: wants}
}

func randomName() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// Send puts one packet on its way with the header that it is given; the SSRC is
// the one that was agreed on.
func (t *Track) Send(header *pionrtp.Header, payload []byte) error {
	b := t.bound.Load()
	if b == nil {
		return ErrUnbound
	}
	header.SSRC = b.ssrc
	if _, err := b.writer.WriteRTP(header, payload); err != nil {
		return fmt.Errorf("track: %w", err)
	}
	return nil
}

// SSRC is the stream's, 0 before it was agreed on.
func (t *Track) SSRC() uint32 {
	if b := t.bound.Load(); b != nil {
		return b.ssrc
	}
	return 0
}

// Type is the payload type that was agreed on; false before.
func (t *Track) Type() (uint8, bool) {
	if b := t.bound.Load(); b != nil {
		return uint8(b.codec.PayloadType), true
	}
	return 0, false
}

// Bind is called by pion when the two ends have agreed.
func (t *Track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, codec := range c.CodecParameters() {
		if t.wants(codec) {
			t.bound.Store(&binding{writer: c.WriteStream(), codec: codec, ssrc: uint32(c.SSRC())})
			return codec, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind is called by pion when the stream ends.
func (t *Track) Unbind(webrtc.TrackLocalContext) error {
	t.bound.Store(nil)
	return nil
}

// ID names the track.
func (t *Track) ID() string { return t.id }

// RID is empty: there is one quality.
func (t *Track) RID() string { return "" }

// StreamID names the stream; pion makes it the CNAME.
func (t *Track) StreamID() string { return t.stream }

// Kind is sound.
func (t *Track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
