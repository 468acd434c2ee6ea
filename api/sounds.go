package api

import (
	"sync"

	"sufler/routing"
)

// sounds knows which page of each person makes their sound: calls ring there and
// nowhere else. The first page that takes it has it until it leaves or another
// takes it by force.
type sounds struct {
	// tell says to whom somebody's sound has passed; nil: nobody has it. It is
	// called once for each change and in their order, and must not ask back.
	tell func(of routing.OperatorID, holder *viewer)

	telling sync.Mutex // held over a change and the telling of it

	mu      sync.Mutex
	holders map[routing.OperatorID]*viewer
}

func newSounds(tell func(routing.OperatorID, *viewer)) *sounds {
	return &sounds{tell: tell, holders: map[routing.OperatorID]*viewer{}}
}

// take gives a page the sound of its person, unless another has it and force is
// false. It returns whether the page has it now.
func (s *sounds) take(page *viewer, force bool) bool {
	return s.pass(page, func(holder *viewer) *viewer {
		if holder == nil || force {
			return page
		}
		return holder
	}) == page
}

// leave frees the sound if this page has it.
func (s *sounds) leave(page *viewer) {
	s.pass(page, func(holder *viewer) *viewer {
		if holder == page {
			return nil
		}
		return holder
	})
}

// pass lets next choose the holder of the sound of the page's person, tells of a
// change and returns who has it.
func (s *sounds) pass(page *viewer, next func(holder *viewer) *viewer) *viewer {
	s.telling.Lock()
	defer s.telling.Unlock()
	before := s.holder(page.operator)
	now := next(before)
	if now == before {
		return now
	}
	s.set(page.operator, now)
	s.tell(page.operator, now)
	return now
}

func (s *sounds) set(of routing.OperatorID, holder *viewer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if holder == nil {
		delete(s.holders, of)
		return
	}
	s.holders[of] = holder
}

// holder is the page that has somebody's sound, or nil.
func (s *sounds) holder(of routing.OperatorID) *viewer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holders[of]
}
