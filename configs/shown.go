package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Shown is one value of the file as pages may show it.
type Shown struct {
	Key   string // "http.listen", "trunks[0].name"
	Value string
	Where string // FILE:LINE:COLUMN; empty: not written there, so the default holds
}

// beginnings are the keys that are read once, when what they name is created;
// afterwards the database owns it (docs/adr/0003).
var beginnings = []string{"people", "http.origins", "callbacks.company", "callbacks.offer", "callbacks.rounds", "callbacks.queues"}

// Shown returns every value that the file owns, in the order of the reference.
// Secrets are told to be there or not, and nothing more.
func (c *Config) Shown() []Shown {
	var all []Shown
	add := func(key string, value reflect.Value) {
		one := Shown{Key: key, Value: shownValue(value)}
		if at, ok := c.places[key]; ok {
			one.Where = fmt.Sprintf("%s:%d:%d", c.path, at.line, at.column)
		}
		all = append(all, one)
	}
	config := reflect.ValueOf(c).Elem()
	for f, value := range config.Fields() {
		if key := f.Tag.Get("yaml"); key != "" {
			walk(key, value, add)
		}
	}
	return all
}

// walk calls add for each value under a key that is no list of sections and no section.
func walk(key string, value reflect.Value, add func(string, reflect.Value)) {
	switch {
	case slices.Contains(beginnings, key):
	case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct && value.Type().Elem() != reflect.TypeFor[Network]():
		for i := range value.Len() {
			walk(fmt.Sprintf("%s[%d]", key, i), value.Index(i), add)
		}
	case value.Kind() == reflect.Struct && isSection(value.Type()):
		for f, inner := range value.Fields() {
			walk(key+"."+f.Tag.Get("yaml"), inner, add)
		}
	default:
		add(key, value)
	}
}

// isSection tells a part of the file from a value that is written as one text.
func isSection(t reflect.Type) bool {
	for f := range t.Fields() {
		if f.Tag.Get("yaml") != "" {
			return true
		}
	}
	return false
}

// shownValue writes a list as people do, and everything else as its type does.
func shownValue(value reflect.Value) string {
	if value.Kind() != reflect.Slice {
		return fmt.Sprint(value.Interface())
	}
	parts := make([]string, value.Len())
	for i := range parts {
		parts[i] = fmt.Sprint(value.Index(i).Interface())
	}
	return strings.Join(parts, ", ")
}
