package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// maxID is the largest number that a page written in JavaScript counts exactly
// to (RFC 8259 section 6).
const maxID = 1<<53 - 1

// Message is what a page says: do something with data, and answer with id.
type Message struct {
	ID   int64           `json:"id"`
	Do   string          `json:"do"`
	Data json.RawMessage `json:"data"`
}

// ParseMessage reads one message. Members that it does not know are ignored, as
// the protocol allows. When the message is refused but its id was readable, the
// id is returned with the error, so that the refusal finds its question.
func ParseMessage(raw []byte) (Message, error) {
	var m Message
	if err := json.Unmarshal(raw, &m); err != nil {
		return Message{}, fmt.Errorf("json: %w", err)
	}
	if m.ID < 1 || m.ID > maxID {
		return Message{}, errors.New("id: a whole number from 1 on is needed")
	}
	if !isWord(m.Do) {
		return Message{ID: m.ID}, errors.New("do: a word of a to z, _ and . is needed")
	}
	data := bytes.TrimSpace(m.Data)
	if len(data) > 0 && data[0] != '{' {
		return Message{ID: m.ID}, errors.New("data: an object is needed")
	}
	if len(data) == 0 {
		m.Data = json.RawMessage("{}")
	}
	return m, nil
}

// idOf finds the id in the beginning of a message that is not read whole, 0 for none:
// what asked with it is not to wait for an answer.
func idOf(beginning []byte) int64 {
	d := json.NewDecoder(bytes.NewReader(beginning))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return 0
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return 0
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return 0
		}
		var id int64
		if name == "id" && json.Unmarshal(value, &id) == nil && id >= 1 && id <= maxID {
			return id
		}
	}
	return 0
}

func isWord(s string) bool {
	if s == "" || len(s) > 40 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// answer is what a page gets for a message: ok or error, never both.
type answer struct {
	ID    int64 `json:"id"`
	OK    any   `json:"ok,omitempty"`
	Error any   `json:"error,omitempty"`
}

// envelope is an event on its way to one page.
type envelope struct {
	Seq  uint64          `json:"seq"`
	At   string          `json:"at"`
	Kind string          `json:"kind"`
	By   string          `json:"by"`
	Data json.RawMessage `json:"data"`
}
