// Package follow reads something again and again that others may change.
package follow

import (
	"context"
	"log/slog"
	"time"

	"sufler/internal/clock"
)

// Every is how soon what another process has changed is known here.
const Every = 2 * time.Second

// Reread calls read again and again until ctx ends. Trouble is told once, by the
// words for it, and again after it was over.
func Reread(ctx context.Context, c clock.Clock, log *slog.Logger, trouble string, read func(context.Context) error) {
	due := make(chan struct{}, 1)
	failing := false
	for {
		timer := c.AfterFunc(Every, func() { due <- struct{}{} })
		select {
		case <-due:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		err := read(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			log.Error(trouble, slog.Any("err", err)) //nolint:sloglint // each caller's words are a constant
		}
		failing = err != nil
	}
}
