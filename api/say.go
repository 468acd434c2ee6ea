package api

import (
	"context"
	"encoding/json"

	"sufler/api/live"
	"sufler/routing"
)

// said is how a word of the WebSocket is answered, and which pages may say it.
type said struct {
	by     viewAs
	answer func(*viewer, context.Context, json.RawMessage) (any, error)
}

// words are all that pages say after hello.
var words = map[string]said{
	"watch":       saying(deskView, (*viewer).watch),
	"sound.take":  saying(deskView, (*viewer).takeSound),
	"sound.leave": saying(deskView, (*viewer).leaveSound),
	"sound.offer": saying(deskView|talkView, (*viewer).offerSound),
	"sound.check": saying(deskView, (*viewer).checkSound),
	"sound.end":   saying(deskView|talkView, (*viewer).endSound),

	"session.open": saying(deskView, (*viewer).openSession),
	"session.shut": saying(deskView, (*viewer).shutSession),
	"chat.say":     saying(deskView|visitorView, (*viewer).chatSay),
	"chat.seen":    saying(deskView|visitorView, (*viewer).chatSeen),
	"chat.typing":  saying(deskView, (*viewer).chatTyping),
	"chat.draft":   saying(visitorView, (*viewer).chatDraft),

	"page.seen":      saying(visitorView, (*viewer).seePage),
	"parameters.set": saying(visitorView, (*viewer).setParameters),
	"visitors.watch": saying(deskView, (*viewer).watchVisitors),
}

// saying reads a word's data before its handler gets it.
func saying[T any](by viewAs, answer func(*viewer, context.Context, T) (any, error)) said {
	return said{by: by, answer: func(v *viewer, ctx context.Context, raw json.RawMessage) (any, error) {
		var data T
		if err := json.Unmarshal(raw, &data); err != nil {
			return nil, routing.Refuse(routing.Invalid, "message_invalid", "at", "data: "+err.Error())
		}
		return answer(v, ctx, data)
	}}
}

// Take answers a message that follows hello.
func (v *viewer) Take(ctx context.Context, m live.Message) (any, error) {
	word, known := words[m.Do]
	if !known || word.by&v.as == 0 {
		return nil, routing.Refuse(routing.Invalid, "message_unknown", "do", m.Do)
	}
	return word.answer(v, ctx, m.Data)
}

type watchData struct {
	Call routing.CallID `json:"call"`
}

// watch chooses the call whose levels the desk shows.
func (v *viewer) watch(_ context.Context, data watchData) (any, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.watching = data.Call
	return nil, nil
}
