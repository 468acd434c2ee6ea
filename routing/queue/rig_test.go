package queue

import (
	"fmt"
	"slices"
	"strings"

	"sufler/routing"
)

// shows is who stands where in the line: "a 1 waiting", queue by queue where it is
// another than the first.
func (s *scene) shows() string {
	s.Helper()
	var all []string
	for _, p := range s.Line.Snapshot().Places {
		one := fmt.Sprintf("%s %d %s", p.ID, p.Position, p.State)
		if p.Queue != (*s.queues.Load())[0].Name {
			one = fmt.Sprintf("%s: %s", p.Queue, one)
		}
		all = append(all, one)
	}
	return strings.Join(all, ", ")
}

func (s *scene) wantShown(want string) {
	s.Helper()
	if got := s.shows(); got != want {
		s.Errorf("got  %s\nwant %s", got, want)
	}
}

func (s *scene) place(id routing.PlaceID) Place {
	s.Helper()
	places := s.Line.Snapshot().Places
	i := slices.IndexFunc(places, func(p Place) bool { return p.ID == id })
	if i < 0 {
		s.Fatalf("no place %s in %s", id, s.shows())
	}
	return places[i]
}

func (s *scene) accept(place routing.PlaceID, by routing.OperatorID) {
	s.Helper()
	if err := s.Accept(s.Context(), place, by); err != nil {
		s.Fatalf("%s accepts %s: %v", by, place, err)
	}
}

// forget drops what was told so far.
func (s *scene) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices, s.events = nil, nil
}

// asked is who was asked about a place, in that order.
func (s *scene) asked(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, n := range s.notices {
		if rest, ok := strings.CutPrefix(n, id+" "); ok && strings.Contains(rest, "?") {
			name, _, _ := strings.Cut(rest, "?")
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}
