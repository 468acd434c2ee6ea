package rtc

import (
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// bell wakes a goroutine from a thread that must not wait: an eventfd that the
// sleeper reads through the runtime's poller.
type bell struct {
	fd   int
	file *os.File
}

// one is what a ring adds to the eventfd.
var one = binary.NativeEndian.AppendUint64(nil, 1)

func newBell() (*bell, error) {
	fd, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("eventfd: %w", err)
	}
	return &bell{fd: fd, file: os.NewFile(uintptr(fd), "eventfd")}, nil
}

// ring never blocks. It must not be called after close.
func (b *bell) ring() { _, _ = unix.Write(b.fd, one) }

// wait sleeps until the bell has rung since the last wait.
func (b *bell) wait() bool {
	var count [8]byte
	_, err := b.file.Read(count[:])
	return err == nil
}

func (b *bell) close() { _ = b.file.Close() }
