package people

import (
	"context"
	"log/slog"
	"time"
)

// followEvery is how soon what another process has changed is known here.
const followEvery = 2 * time.Second

// Follow reads the store again and again until ctx ends, so that what the command
// line has changed holds without a signal and on every node.
func (d *Directory) Follow(ctx context.Context) {
	due := make(chan struct{}, 1)
	failing := false
	for {
		timer := d.clock.AfterFunc(followEvery, func() { due <- struct{}{} })
		select {
		case <-due:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		err := d.Reload(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			d.log.Error("people cannot be read again, those known stay", slog.Any("err", err))
		}
		failing = err != nil
	}
}
