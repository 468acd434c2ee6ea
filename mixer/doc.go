// Package mixer is the sound of a call: who hears whom, frame by frame.
//
// A Plane holds shards, a Shard holds buses, a Bus holds the ports of one call
// and mixes one frame of 20 ms at each Tick. A Plan says which listener hears
// which source; what it does not name is silence. The guard stands between the
// bus and the wires and knows nothing of plans: it holds every port to the class
// it was attached with.
//
// The package knows no socket, no SIP, no pion and no clock. Only plain values
// cross its border (port ids, plans, events), so that it can run in a process of
// its own. A Wire is given by sip/rtp or rtc and lives on this side of the border.
package mixer
