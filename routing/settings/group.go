package settings

import (
	"sufler/routing"
)

// Group is the rules for people of a group and for their conversations. That the
// group exists and who is in it is known by routing/people.
type Group struct {
	Name        routing.GroupName `json:"name" readOnly:"true"`
	WrapUpMost  Milliseconds      `json:"wrapup_max_ms" doc:"Wrap-up ends by itself after so long; 0: never."`
	LeftAfter   Milliseconds      `json:"left_after_ms" doc:"A visitor without connection for so long has left."`
	LostAfter   Milliseconds      `json:"lost_after_ms" doc:"The conversation of a visitor without connection for so long ends."`
	SilentAfter Milliseconds      `json:"silent_after_ms" doc:"A visitor who writes nothing for so long is reminded; after as long again the conversation ends. 0: never."`
	Amber       Milliseconds      `json:"amber_ms" doc:"A visitor without answer for so long is marked."`
	Red         Milliseconds      `json:"red_ms" doc:"And after so long shown to supervisors, too."`
	Misses      int               `json:"misses" doc:"An operator who misses so many offers in a row is paused; 0: never."`
}

// NewGroup returns the rules of a group for which nobody has made any.
func NewGroup(name routing.GroupName) Group {
	return Group{Name: name, LeftAfter: 2 * minute, LostAfter: 10 * minute, SilentAfter: 10 * minute, Amber: minute, Red: 3 * minute, Misses: 3}
}

func (g Group) key() string { return string(g.Name) }

func (g Group) place() (int, string) { return 0, string(g.Name) }

func (g Group) tidy() Group { return g }

func (g Group) check(_ *Directory, f *flaws) {
	f.name("name", string(g.Name))
	f.length("wrapup_max_ms", g.WrapUpMost, 0, day)
	f.length("left_after_ms", g.LeftAfter, 5_000, day)
	f.length("lost_after_ms", g.LostAfter, 5_000, day)
	f.length("silent_after_ms", g.SilentAfter, 0, day)
	f.length("amber_ms", g.Amber, 1_000, day)
	f.length("red_ms", g.Red, 1_000, day)
	f.number("misses", int64(g.Misses), 0, 100)
	if g.LostAfter < g.LeftAfter {
		f.Add("before", "lost_after_ms", "other", "left_after_ms")
	}
	if g.Red < g.Amber {
		f.Add("before", "red_ms", "other", "amber_ms")
	}
}

// Rules returns the rules of a group; those of NewGroup where nobody made any.
func (d *Directory) Rules(name routing.GroupName) Group {
	if g, ok := d.Groups.Get(string(name)); ok {
		return g
	}
	return NewGroup(name)
}

// RulesOf returns what holds for somebody of several groups: of each rule the
// value that leaves them most time; 0, which is no limit, leaves most.
func (d *Directory) RulesOf(names []routing.GroupName) Group {
	if len(names) == 0 {
		return NewGroup("")
	}
	all := d.Rules(names[0])
	all.Name = ""
	for _, name := range names[1:] {
		g := d.Rules(name)
		all.WrapUpMost = longer(all.WrapUpMost, g.WrapUpMost)
		all.SilentAfter = longer(all.SilentAfter, g.SilentAfter)
		all.Misses = longer(all.Misses, g.Misses)
		all.LeftAfter = max(all.LeftAfter, g.LeftAfter)
		all.LostAfter = max(all.LostAfter, g.LostAfter)
		all.Amber = max(all.Amber, g.Amber)
		all.Red = max(all.Red, g.Red)
	}
	return all
}

func longer[T Milliseconds | int](a, b T) T {
	if a == 0 || b == 0 {
		return 0
	}
	return max(a, b)
}
