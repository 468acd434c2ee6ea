// Package bus carries messages from whoever has something to tell to whoever
// wants to hear it, by topic. One process has its bus in memory; many nodes will
// have one over the network behind the same interface and the same test, bustest.
//
// A message is bytes and a topic is a word; the bus knows neither. It keeps
// nothing: who subscribes later asks the owner of the state for a snapshot.
package bus

import (
	"errors"
	"sync"
)

// Reasons why a subscription ended.
var (
	// ErrSlow says that the subscriber did not read and its queue was full. It has
	// missed messages: it asks for a snapshot and subscribes again.
	ErrSlow = errors.New("bus: subscriber too slow")
	// ErrClosed says that the bus or the subscription was closed.
	ErrClosed = errors.New("bus: closed")
)

// Bus is where messages are published. Its methods may be called from any
// goroutine.
type Bus interface {
	// Publish gives data to all who subscribe to topic and never waits for them.
	// Messages of one publisher arrive in order. Nobody may change data afterwards.
	Publish(topic string, data []byte) error
	// Subscribe hears the messages of topic that are published from now on. Depth is
	// how many may wait to be read; at least 1.
	Subscribe(topic string, depth int) (Subscription, error)
	// Close ends all subscriptions.
	Close()
}

// Subscription is one who hears a topic. Whoever subscribed closes it.
type Subscription interface {
	// Messages is closed when the subscription has ended; what was queued before
	// can still be read.
	Messages() <-chan []byte
	// Err is nil while the subscription lives, and why it ended afterwards.
	Err() error
	Close()
}

// Local is the bus of one process. It has no goroutine.
type Local struct {
	mu     sync.Mutex
	topics map[string]map[*local]struct{}
	closed bool
}

var _ Bus = (*Local)(nil)

// NewLocal makes a bus.
func NewLocal() *Local { return &Local{topics: make(map[string]map[*local]struct{})} }

type local struct {
	bus      *Local
	topic    string
	messages chan []byte
	err      error // guarded by the bus's mu
}

// Publish gives data to each subscriber, and cuts off those whose queue is full.
func (b *Local) Publish(topic string, data []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	for s := range b.topics[topic] {
		select {
		case s.messages <- data:
		default:
			b.endLocked(s, ErrSlow)
		}
	}
	return nil
}

// Subscribe hears a topic.
func (b *Local) Subscribe(topic string, depth int) (Subscription, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	s := &local{bus: b, topic: topic, messages: make(chan []byte, max(1, depth))}
	if b.topics[topic] == nil {
		b.topics[topic] = make(map[*local]struct{})
	}
	b.topics[topic][s] = struct{}{}
	return s, nil
}

// Close ends all subscriptions.
func (b *Local) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, subscribers := range b.topics {
		for s := range subscribers {
			b.endLocked(s, ErrClosed)
		}
	}
}

// endLocked ends a subscription once. Only a subscription that is in the map is
// sent to, so its channel can be closed here.
func (b *Local) endLocked(s *local, why error) {
	if s.err != nil {
		return
	}
	s.err = why
	close(s.messages)
	delete(b.topics[s.topic], s)
	if len(b.topics[s.topic]) == 0 {
		delete(b.topics, s.topic)
	}
}

func (s *local) Messages() <-chan []byte { return s.messages }

func (s *local) Err() error {
	s.bus.mu.Lock()
	defer s.bus.mu.Unlock()
	return s.err
}

func (s *local) Close() {
	s.bus.mu.Lock()
	defer s.bus.mu.Unlock()
	s.bus.endLocked(s, ErrClosed)
}
