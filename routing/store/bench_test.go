package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

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

// BenchmarkFindCalls searches 100,000 calls for what one, many and none of them have.
func BenchmarkFindCalls(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *Store{"SQLite": benchStore, "PostgreSQL": benchPostgres} {
		s := open(b)
		fillCalls(b, s, 100_000)
		for what, wanted := range map[string]routing.CallFilter{
			"newest":          {},
			"one number":      {Digits: "420777012345"},
			"no such number":  {Digits: "999999999"},
			"no such name":    {Words: []routing.CallWord{{Text: "nobody"}}},
			"one's own":       {Within: &routing.CallScope{Operators: []routing.OperatorID{"operator7"}}},
			"own, no such":    {Within: &routing.CallScope{Operators: []routing.OperatorID{"operator7"}}, Digits: "999999999"},
			"nobody's number": {Within: &routing.CallScope{}, Digits: "777"},
		} {
			b.Run(name+"/"+what, func(b *testing.B) {
				before := processorTime(b)
				for b.Loop() {
					if _, err := s.Calls(context.Background(), wanted, 50); err != nil {
						b.Fatal(err)
					}
				}
				// Of this process: on a busy machine the time of the clock tells less.
				b.ReportMetric(float64(processorTime(b)-before)/float64(b.N)/float64(time.Millisecond), "cpu-ms/op")
			})
		}
	}
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func fillCalls(b *testing.B, s *Store, n int) {
	b.Helper()
	err := s.change(context.Background(), func(tx *sql.Tx) error {
		for i := range n {
			c := routing.CallRow{
				ID: routing.NewID[routing.CallID](), Session: "s", Kind: routing.PhoneCall, Queue: "Orders", ClientName: fmt.Sprintf("Jan Novák %d", i),
				Number: fmt.Sprintf("+420777%06d", i), Operator: routing.OperatorID(fmt.Sprintf("operator%d", i%20)),
				Started: time.UnixMilli(int64(i) * 60_000), Cause: "hung_up",
			}
			if err := putCall(context.Background(), tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && s.postgres {
		_, err = s.write.ExecContext(context.Background(), `ANALYZE calls`)
	}
	if err != nil {
		b.Fatal(err)
	}
}

func benchPostgres(b *testing.B) *Store {
	b.Helper()
	address, err := server.NewDatabase(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(context.Background(), Options{Folder: b.TempDir(), URL: address, Log: slog.New(slog.DiscardHandler)})
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
