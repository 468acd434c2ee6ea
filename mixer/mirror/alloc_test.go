//go:build !race

package mirror

import (
	"testing"
	"time"
)

func TestNothingIsAllocatedPerPacket(t *testing.T) {
	w, p := New(time.Second), packet(1)
	if got := testing.AllocsPerRun(1000, func() {
		w.Recv(p)
		w.Send(p)
		w.Flush()
	}); got != 0 {
		t.Errorf("got %v allocations", got)
	}
}
