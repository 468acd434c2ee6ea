package talk

import "sufler/routing"

// Request is what a visitor's page asks for.
type Request struct {
	Name     string // may be empty
	Queue    routing.QueueName
	Language string
	// Origin is who asks: the hash of a browser's token, an address. One talk of an
	// origin is open at a time, and the limit counts by it.
	Origin string
}
