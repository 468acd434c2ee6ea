package routing

import (
	"context"
	"encoding/json"
	"time"
)

// Setting is one document of what people change by day, as it is stored.
// Package routing/settings knows what stands in it.
type Setting struct {
	Kind    string // "queue", "template"
	ID      string // unique in its kind
	Data    json.RawMessage
	Changed time.Time
}

// SettingsStore keeps settings.
type SettingsStore interface {
	// Settings returns all, by kind and id.
	Settings(ctx context.Context) ([]Setting, error)
	// AddSetting does nothing when there is one of that kind and id.
	AddSetting(ctx context.Context, s Setting) error
	// PutSetting adds a setting or replaces it.
	PutSetting(ctx context.Context, s Setting) error
	// DeleteSetting does nothing when there is none.
	DeleteSetting(ctx context.Context, kind, id string) error
}
