package visitor

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"sufler/routing"
)

// memory is a store of visitors who are all new: what is measured is the service.
type memory struct{ routing.VisitorStore }

func (memory) BansThatHold(context.Context, time.Time) ([]routing.Ban, error) { return nil, nil }

func (memory) VisitorByToken(context.Context, string) (routing.Visitor, error) {
	return routing.Visitor{}, routing.Refuse(routing.NotFound, "visitor_unknown")
}

func (memory) AddVisitor(_ context.Context, v routing.Visitor) (routing.Visitor, bool, error) {
	return v, true, nil
}

func (memory) SeeVisitors(context.Context, map[routing.VisitorID]time.Time) error { return nil }

// What a visitor costs in memory while they are here, with a history of ten pages.
func BenchmarkVisitorsHere(b *testing.B) {
	const n = 10_000
	for b.Loop() {
		before := heap()
		s, err := Open(b.Context(), Options{Store: memory{}})
		if err != nil {
			b.Fatal(err)
		}
		for i := range n {
			v, page, err := s.Arrive(b.Context(), Arrival{
				Token: tokenOf(fmt.Sprint("v", i)), Widget: "shop", Language: "cs", URL: shopURL, Title: "Lamps for every room",
				UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
			})
			if err != nil {
				b.Fatal(err)
			}
			for step := range 10 {
				s.See(v.ID, page, fmt.Sprint(shopURL, "lamps/", (i+step)%500), "A lamp")
			}
		}
		b.ReportMetric(float64(heap()-before)/float64(n), "bytes/visitor")
		s.Close(b.Context())
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
