package people

import (
	"context"

	"sufler/internal/follow"
)

// Follow reads the store again and again until ctx ends, so that what the command
// line has changed holds without a signal and on every node.
func (d *Directory) Follow(ctx context.Context) {
	follow.Reread(ctx, d.clock, d.log, "people cannot be read again, those known stay", d.Reload)
}
