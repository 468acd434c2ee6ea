package store

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"sufler/routing"
)

// Every operation is one commit that is synced to disk; entries/s is what counts.
func BenchmarkAppend(b *testing.B) {
	body, err := json.Marshal(map[string]string{"text": strings.Repeat("ž", 60)})
	if err != nil {
		b.Fatal(err)
	}
	for name, size := range map[string]int{"group of 1": 1, "group of 20": 20, "group of 500": 500} {
		b.Run(name, func(b *testing.B) {
			s := benchStore(b)
			group := make([]routing.Entry, size)
			for b.Loop() {
				for i := range group {
					group[i] = routing.Entry{
						ID: routing.NewID[routing.FactID](), Session: routing.SessionID(rune('a' + i%20)), Kind: "chat.said",
						By: "system", Audience: routing.Everybody, Data: body,
					}
				}
				if _, err := s.AppendEntries(context.Background(), group); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func BenchmarkAddCallback(b *testing.B) {
	s := benchStore(b)
	for b.Loop() {
		c := routing.Callback{ID: routing.NewID[routing.CallbackID](), Origin: "browser", Number: "+420777000001", State: routing.CallbackQueued}
		if _, _, err := s.AddCallback(context.Background(), c, string(c.ID)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "callbacks/s")
}

func benchStore(b *testing.B) *Store {
	b.Helper()
	s, err := Open(context.Background(), Options{Folder: b.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}
