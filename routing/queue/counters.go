package queue

import (
	"context"
	"slices"

	"sufler/routing"
	"sufler/routing/capacity"
)

// Counters are what the redirect dialog shows of a group or of one person (M163).
type Counters struct {
	Free      int // there, and can take another chat
	Busy      int // there, and can take nothing: full, in a call, or not to be disturbed
	Paused    int
	Queued    int // who waits for them and whom they see
	PreQueued int // who waits behind those
}

// GroupCounters are those of a group, and of its people.
type GroupCounters struct {
	Group   routing.GroupName
	Members []MemberCounters // by name
	Counters
}

// MemberCounters are those of one person: one of the first three is 1, or none when
// they are offline.
type MemberCounters struct {
	Operator routing.OperatorID
	Name     string
	Counters
}

// standing is a place as it is counted: who may take it.
type standing struct {
	operator routing.OperatorID // only they; empty: the groups
	groups   []routing.GroupName
	before   bool // in the pre-queue
}

// Counters counts groups, and the active people of each as sight lets them be seen.
func (l *Line) Counters(ctx context.Context, groups []routing.GroupName, sight func(Candidate) Candidate) ([]GroupCounters, error) {
	var all []GroupCounters
	err := l.do(ctx, func() error {
		places := l.standings()
		for _, g := range groups {
			people := l.people.Candidates([]routing.GroupName{g})
			for i := range people {
				people[i] = sight(people[i])
			}
			all = append(all, countGroup(g, people, places))
		}
		return nil
	})
	return all, err
}

func (l *Line) standings() (all []standing) {
	for _, w := range l.places {
		if w.holder == nil {
			all = append(all, standing{operator: w.join.For, groups: w.groups(), before: w.state() == PreQueued})
		}
	}
	return all
}

// countGroup counts one group by its people and by all places.
func countGroup(group routing.GroupName, people []Candidate, places []standing) GroupCounters {
	g := GroupCounters{Group: group}
	for _, c := range people {
		one := MemberCounters{Operator: c.Operator.ID, Name: c.Operator.Name, Counters: countPerson(c)}
		for _, p := range places {
			if p.operator == c.Operator.ID || p.operator == "" && rank(p.groups, c.Operator) < len(p.groups) {
				one.wait(p)
			}
		}
		g.Members = append(g.Members, one)
		g.Free, g.Busy, g.Paused = g.Free+one.Free, g.Busy+one.Busy, g.Paused+one.Paused
	}
	for _, p := range places {
		isOf := func(c Candidate) bool { return c.Operator.ID == p.operator }
		if p.operator == "" && slices.Contains(p.groups, group) || p.operator != "" && slices.ContainsFunc(people, isOf) {
			g.wait(p)
		}
	}
	return g
}

// wait counts somebody who waits.
func (c *Counters) wait(p standing) {
	if p.before {
		c.PreQueued++
	} else {
		c.Queued++
	}
}

// countPerson is where one person is counted.
func countPerson(c Candidate) (n Counters) {
	switch {
	case c.Status == capacity.Pause:
		n.Paused = 1
	case c.Status == capacity.Busy, c.Status == capacity.Online && capacity.HasRoom(c.Load, routing.ChatChannel) != "":
		n.Busy = 1
	case c.Status == capacity.Online:
		n.Free = 1
	}
	return n
}
