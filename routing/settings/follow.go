package settings

import (
	"context"

	"sufler/internal/follow"
)

// Follow reads the store again and again until ctx ends, so that what another
// process has changed holds on every node.
func (d *Directory) Follow(ctx context.Context) {
	follow.Reread(ctx, d.clock, d.log, "settings cannot be read again, those known stay", d.Reload)
}
