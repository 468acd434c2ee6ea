package mixer

// Recorder takes the sound of the ports that a plan tracks. It is called on the
// shard's thread: it never blocks and never allocates per frame. mixer/record
// has the one of the product.
type Recorder interface {
	// Capture takes one frame of a track, at the call's own clock.
	Capture(call CallID, track string, codec Codec, frame uint64, samples *[frameSamples]int16)
	// Planned says which plan holds from a frame on.
	Planned(plan Plan, frame uint64)
	// Ended says that nothing more comes of a call.
	Ended(call CallID)
}
