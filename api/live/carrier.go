package live

// carrier brings what lies in a connection's outbox to its page, and what the page
// says to hear: a WebSocket, or requests that ask for what is new. Nothing in it may
// block.
type carrier interface {
	// wake says that the outbox has something new or was closed. After what lies in a
	// closed one the carrier ends the line, and then calls over.
	wake()
	// ping notices a page whose network has vanished, and then ends the connection.
	ping()
}
