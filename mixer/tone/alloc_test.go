//go:build !race

package tone

import "testing"

func TestMusicAllocatesNothingPerFrame(t *testing.T) {
	m, frame := Music(), make([]int16, 160)
	if got := testing.AllocsPerRun(1000, func() { m.Next(frame) }); got != 0 {
		t.Errorf("got %v allocations per frame", got)
	}
}
