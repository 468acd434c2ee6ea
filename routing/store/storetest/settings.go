package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"sufler/routing"
)

func setting(kind, id, data string) routing.Setting {
	return routing.Setting{Kind: kind, ID: id, Data: json.RawMessage(data), Changed: noon}
}

func (t place) settingsAreKept() {
	s := t.opened()
	orders, tag, service := setting("queue", "Orders", `{"groups": ["front"]}`), setting("tag", "žluťoučký", `{}`), setting("queue", "Service", `{}`)
	for _, one := range []routing.Setting{service, tag, setting("queue", "Orders", `{"groups": []}`)} {
		ok(t.T, s.PutSetting(t.Context(), one))
	}
	orders.Changed = noon.Add(time.Hour)
	ok(t.T, s.PutSetting(t.Context(), orders))
	if list := got(s.Settings(t.Context()))(t.T); !reflect.DeepEqual(list, []routing.Setting{orders, service, tag}) {
		t.Errorf("got %s", list)
	}
	ok(t.T, s.DeleteSetting(t.Context(), "queue", "Service"))
	ok(t.T, s.DeleteSetting(t.Context(), "queue", "Service"))
	ok(t.T, s.DeleteSetting(t.Context(), "queue", "žluťoučký")) // of another kind
	if list := got(s.Settings(t.Context()))(t.T); !reflect.DeepEqual(list, []routing.Setting{orders, tag}) {
		t.Errorf("got %s", list)
	}
}

func (t place) aSettingIsAddedOnce() {
	s := t.opened()
	const writers = 8
	results := make(chan error)
	for i := range writers {
		go func() {
			results <- s.AddSetting(t.Context(), setting("widget", "default", fmt.Sprintf(`{"n": %d}`, i)))
		}()
	}
	for range writers {
		ok(t.T, <-results)
	}
	first := got(s.Settings(t.Context()))(t.T)
	ok(t.T, s.AddSetting(t.Context(), setting("widget", "default", `{"n": -1}`)))
	if list := got(s.Settings(t.Context()))(t.T); len(list) != 1 || !reflect.DeepEqual(list, first) {
		t.Errorf("got %s, want the first alone: %s", list, first)
	}
}
