// Package typescript writes the types of an OpenAPI 3.1 description as TypeScript:
// an interface for each schema, and what each request takes and answers.
package typescript

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// prefix is left out of the names of requests: all have it.
const prefix = "/api/v1"

type document struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	Summary     string
	RequestBody struct{ Content content }
	Responses   map[string]struct{ Content content }
}

type content map[string]struct{ Schema schema }

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 types
	Enum                 []any
	Description          string
	Properties           map[string]schema
	Required             []string
	Items                *schema
	AdditionalProperties any
	OneOf                []schema
}

// types is one type or several: a value that may be null has two.
type types []string

func (t *types) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*t = types{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

// Write returns the source of the types, which says by whom it was made.
func Write(description []byte, by string) ([]byte, error) {
	var doc document
	if err := json.Unmarshal(description, &doc); err != nil {
		return nil, fmt.Errorf("typescript: %w", err)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "/** The types of /api/openapi.json. Made by %s; do not edit. */\n", by)
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		s := doc.Components.Schemas[name]
		out.WriteString("\n" + comment(s.Description, ""))
		if s.isObject() {
			fmt.Fprintf(&out, "export interface %s %s\n", identifier(name), s.object(""))
		} else {
			fmt.Fprintf(&out, "export type %s = %s;\n", identifier(name), s.text(""))
		}
	}
	out.WriteString("\n/** What each request takes and answers, by its method and its path under " + prefix + ". */\nexport interface Requests {\n")
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			op := doc.Paths[path][method]
			out.WriteString(comment(op.Summary, "  "))
			fmt.Fprintf(&out, "  %q: { body: %s; answer: %s };\n", strings.ToUpper(method)+" "+strings.TrimPrefix(path, prefix), op.body(), op.answer())
		}
	}
	out.WriteString("}\n")
	return []byte(out.String()), nil
}

func (o operation) body() string {
	if media, ok := o.RequestBody.Content["application/json"]; ok {
		return media.Schema.text("  ")
	}
	return "undefined"
}

// answer is what comes when nothing is refused; a file and nothing are no types.
func (o operation) answer() string {
	for status, response := range o.Responses {
		if media, ok := response.Content["application/json"]; ok && strings.HasPrefix(status, "2") {
			return media.Schema.text("  ")
		}
	}
	return "undefined"
}

func (s schema) isObject() bool {
	return slices.Equal(s.Type, types{"object"}) && (len(s.Properties) > 0 || !s.isMap())
}

func (s schema) isMap() bool {
	_, is := s.AdditionalProperties.(map[string]any)
	return is
}

// text is the type of a value.
func (s schema) text(indent string) string {
	switch {
	case s.Ref != "":
		return identifier(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:])
	case len(s.OneOf) > 0:
		var of []string
		for _, one := range s.OneOf {
			of = append(of, one.text(indent))
		}
		return strings.Join(of, " | ")
	}
	var of []string
	for _, name := range s.Type {
		of = append(of, s.simple(name, indent))
	}
	if len(of) == 0 {
		return "unknown"
	}
	return strings.Join(of, " | ")
}

func (s schema) simple(name, indent string) string {
	switch {
	case name == "null":
		return "null"
	case len(s.Enum) > 0:
		return union(s.Enum)
	}
	switch name {
	case "integer", "number":
		return "number"
	case "array":
		if s.Items == nil {
			return "unknown[]"
		}
		if text := s.Items.text(indent); !strings.Contains(text, " | ") {
			return text + "[]"
		}
		return "(" + s.Items.text(indent) + ")[]"
	case "object":
		if s.isMap() && len(s.Properties) == 0 {
			return "{ [name: string]: " + s.values(indent) + " }"
		}
		return s.object(indent)
	}
	return name
}

// values is the type of a map's values.
func (s schema) values(indent string) string {
	raw, err := json.Marshal(s.AdditionalProperties)
	if err != nil {
		return "unknown"
	}
	var of schema
	if err := json.Unmarshal(raw, &of); err != nil {
		return "unknown"
	}
	return of.text(indent)
}

func (s schema) object(indent string) string {
	if len(s.Properties) == 0 {
		return "{}"
	}
	var out strings.Builder
	out.WriteString("{\n")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if name == "$schema" {
			continue
		}
		property := s.Properties[name]
		optional := ""
		if !slices.Contains(s.Required, name) {
			optional = "?"
		}
		out.WriteString(comment(property.Description, indent+"  "))
		fmt.Fprintf(&out, "%s  %s%s: %s;\n", indent, identifierOrQuoted(name), optional, property.text(indent+"  "))
	}
	return out.String() + indent + "}"
}

func union(values []any) string {
	var of []string
	for _, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			return "unknown"
		}
		of = append(of, string(raw))
	}
	return strings.Join(of, " | ")
}

func comment(text, indent string) string {
	if text == "" {
		return ""
	}
	return indent + "/** " + strings.ReplaceAll(text, "*/", "* /") + " */\n"
}

var (
	strange    = regexp.MustCompile(`[^A-Za-z0-9_]+`)
	identified = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// identifier is a schema's name as one of TypeScript.
func identifier(name string) string { return strange.ReplaceAllString(name, "") }

func identifierOrQuoted(name string) string {
	if identified.MatchString(name) {
		return name
	}
	return fmt.Sprintf("%q", name)
}
