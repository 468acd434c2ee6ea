//go:build unix && !linux

package rtc

// bell wakes a goroutine from a thread that must not wait. It costs a lock of the
// runtime for each ring: good enough to develop on.
type bell struct{ rung chan struct{} }

func newBell() (*bell, error) { return &bell{rung: make(chan struct{}, 1)}, nil }

func (b *bell) ring() {
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

func (b *bell) wait() bool {
	<-b.rung
	return true
}

func (b *bell) close() {}
