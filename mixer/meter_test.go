package mixer

import (
	"fmt"
	"slices"
	"testing"
)

func TestMetersTellLevelsAndCounts(t *testing.T) {
	c := newTrio(t)
	c.apply(c.mode("whisper"))
	c.steps(39)
	m := eventsOf[Metered](c.events)
	if len(m) != 4 {
		t.Fatalf("got %d reports in 40 frames, want 4", len(m))
	}
	last := m[len(m)-1]
	cells := make(map[string]uint64)
	for _, cell := range last.Cells {
		cells[fmt.Sprint(cell.Listener, "<", cell.Source)] = cell.Frames
	}
	want := map[string]uint64{
		fmt.Sprint(c.client, "<", c.agent): 40, fmt.Sprint(c.agent, "<", c.client): 40, fmt.Sprint(c.agent, "<", c.supervisor): 40,
		fmt.Sprint(c.supervisor, "<", c.client): 40, fmt.Sprint(c.supervisor, "<", c.agent): 40,
	}
	if fmt.Sprint(cells) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", cells, want)
	}
	if last.Guard.Outside != 40 || last.Guard.Granted != 0 {
		t.Errorf("got %+v, want 40 frames to the client", last.Guard)
	}
	for _, l := range last.Levels {
		if l.Port == c.supervisor && (l.DBFS < -19 || l.DBFS > -17) {
			t.Errorf("the supervisor speaks at %.1f dBFS, want about -18", l.DBFS)
		}
	}
}

func TestCountsOutliveChangesOfThePlan(t *testing.T) {
	c := newTrio(t)
	c.apply(c.mode("barge"))
	c.steps(9)
	c.apply(c.mode("alone"))
	c.steps(20)
	m := eventsOf[Metered](c.events)
	last := m[len(m)-1]
	i := slices.IndexFunc(last.Cells, func(cell Cell) bool { return cell.Listener == c.client && cell.Source == c.supervisor })
	if i < 0 || last.Cells[i].Frames != 10 || last.Guard.Granted != 10 {
		t.Errorf("got cells %+v, guard %+v; want 10 frames of the supervisor at the client", last.Cells, last.Guard)
	}
}

func TestAStoppedFrameCountsForNobody(t *testing.T) {
	c := newTrio(t)
	plan := c.mode("barge")
	plan.Grants = nil
	c.apply(plan)
	c.steps(29)
	meters := eventsOf[Metered](c.events)
	last := meters[len(meters)-1]
	if want := (GuardCount{Outside: 30, Stopped: 1}); last.Guard != want {
		t.Errorf("got %+v, want %+v", last.Guard, want)
	}
	for _, want := range []Cell{{c.client, c.agent, 29}, {c.client, c.supervisor, 0}} {
		if !slices.Contains(last.Cells, want) {
			t.Errorf("got %+v, want %+v among them", last.Cells, want)
		}
	}
}

func TestAListenerInTwoRowsHearsEachSourceOnce(t *testing.T) {
	c := newTrio(t)
	plan := c.mode("alone")
	plan.Rows = append(plan.Rows, row(c.client, c.agent))
	c.apply(plan)
	c.steps(6)
	if got := c.level(c.client); got != coded(agentSays) {
		t.Errorf("got %d, want %d", got, coded(agentSays))
	}
}
