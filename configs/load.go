package configs

import (
	"bytes"
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// place is where a key stands in the file, both counted from 1.
type place struct{ line, column int }

// Problem is one mistake in the file, in words for the administrator.
type Problem struct {
	File         string
	Line, Column int
	Key          string // "trunks[0].address"
	Text         string // what is wrong; what to do
	Warning      bool   // the file can be used all the same
}

func (p Problem) String() string {
	text := p.Text
	if p.Warning {
		text = "warning: " + text
	}
	if p.Key != "" {
		text = p.Key + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// Problems are all mistakes of a file at once, in the order of the file, and the
// warnings between them.
type Problems []Problem

// Mistakes is how many of them keep the file from being used.
func (p Problems) Mistakes() int {
	n := 0
	for _, one := range p {
		if !one.Warning {
			n++
		}
	}
	return n
}

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads and validates a file. Problems with its content come as Problems,
// all at once; any other error means that it could not be read.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse is Load for content that is in memory; path is what messages name.
func Parse(path string, data []byte) (Config, error) {
	c := Default()
	c.path, c.places = path, make(map[string]place)
	r := reader{config: &c, broken: make(map[string]bool)}
	if !r.read(data) {
		return Config{}, r.problems
	}
	problems := append(r.problems, c.validate(r.broken)...)
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	if problems.Mistakes() > 0 {
		return Config{}, problems
	}
	c.warnings = problems
	return c, nil
}

// Warnings are what an administrator should know of a file that can be used.
func (c *Config) Warnings() Problems { return c.warnings }

// Where tells the position of a key as FILE:LINE:COLUMN, or the file's name
// alone when the key is not written there.
func (c *Config) Where(key string) string {
	p, ok := c.places[key]
	if !ok {
		return c.path
	}
	return fmt.Sprintf("%s:%d:%d", c.path, p.line, p.column)
}

// reader walks the file's nodes beside the Go types and collects all problems.
type reader struct {
	config   *Config
	problems Problems
	// broken are the keys whose values are not known, because they are wrong or
	// probably hidden behind a slip of the pen.
	broken map[string]bool
}

// read returns false when the file is no YAML.
func (r *reader) read(data []byte) bool {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // editors on Windows begin a file with it
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		r.syntax(err)
		return false
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			r.value("", doc.Body, reflect.ValueOf(r.config).Elem())
		}
	}
	return true
}

// syntax turns the parser's first complaint into a problem; a file that is not
// YAML cannot be read further.
func (r *reader) syntax(err error) {
	p := Problem{File: r.config.path, Line: 1, Column: 1}
	text := strings.TrimSpace(strings.SplitN(err.Error(), "\n", 2)[0])
	if rest, ok := strings.CutPrefix(text, "["); ok {
		position, message, _ := strings.Cut(rest, "] ")
		line, column, _ := strings.Cut(position, ":")
		if n, err := strconv.Atoi(line); err == nil {
			p.Line = n
		}
		if n, err := strconv.Atoi(column); err == nil {
			p.Column = n
		}
		text = message
	}
	p.Text = "cannot be read as YAML: " + text + "; look at this line and the one above it"
	r.problems = append(r.problems, p)
}

func (r *reader) problem(key string, n ast.Node, text string) {
	position := n.GetToken().Position
	r.broken[key] = true
	r.problems = append(r.problems, Problem{File: r.config.path, Line: position.Line, Column: position.Column, Key: key, Text: text})
}

func (r *reader) value(key string, n ast.Node, to reflect.Value) {
	switch to.Kind() { //nolint:exhaustive // the shapes that Config uses; scalar reports any other
	case reflect.Struct:
		if _, reads := reflect.TypeAssert[encoding.TextUnmarshaler](to.Addr()); !reads {
			r.mapping(key, n, to)
			return
		}
	case reflect.Slice:
		r.list(key, n, to)
		return
	}
	r.scalar(key, n, to)
}

func (r *reader) mapping(key string, n ast.Node, to reflect.Value) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	case *ast.NullNode:
		return
	default:
		r.problem(key, n, "holds a single value; write its keys below it, indented")
		return
	}
	fields := fieldsOf(to.Type())
	for _, v := range values {
		name := v.Key.GetToken().Value
		path := join(key, name)
		index, known := fields[name]
		if !known {
			meant, text := suggest(name, fields)
			r.problem(path, v.Key, "no such key; "+text)
			if meant != "" {
				r.broken[join(key, meant)] = true
			}
			continue
		}
		position := v.Key.GetToken().Position
		r.config.places[path] = place{position.Line, position.Column}
		r.value(path, v.Value, to.Field(index))
	}
}

func (r *reader) list(key string, n ast.Node, to reflect.Value) {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		if _, null := n.(*ast.NullNode); !null {
			r.problem(key, n, "must be a list; put each item on a line of its own after \"- \"")
		}
		return
	}
	items := reflect.MakeSlice(to.Type(), len(s.Values), len(s.Values))
	for i, item := range s.Values {
		path := fmt.Sprintf("%s[%d]", key, i)
		position := item.GetToken().Position
		r.config.places[path] = place{position.Line, position.Column}
		r.value(path, item, items.Index(i))
	}
	to.Set(items)
}

func (r *reader) scalar(key string, n ast.Node, to reflect.Value) {
	text, ok := scalarText(n)
	if !ok {
		r.problem(key, n, "must be a single value; write it on the same line after the colon")
		return
	}
	if err := setScalar(to, text); err != nil {
		r.problem(key, n, err.Error())
	}
}

func scalarText(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.NullNode:
		return "", true
	}
	return "", false
}

func setScalar(to reflect.Value, text string) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](to.Addr()); ok {
		if text == "" && to.Kind() == reflect.String {
			to.SetString("")
			return nil
		}
		return u.UnmarshalText([]byte(text))
	}
	switch to.Kind() { //nolint:exhaustive // the scalars that Config uses; default reports any other
	case reflect.String:
		to.SetString(text)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number; write digits only", text)
		}
		to.SetInt(int64(n))
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false; write one of the two", text)
		}
		to.SetBool(b)
	default:
		return errors.New("cannot be set from the file; remove it")
	}
	return nil
}

func fieldsOf(t reflect.Type) map[string]int {
	fields := make(map[string]int)
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			fields[name] = i
		}
	}
	return fields
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// suggest names the known key that is nearest to what was written, or all keys.
func suggest(name string, fields map[string]int) (best, text string) {
	least := 3
	names := make([]string, 0, len(fields))
	for f := range fields {
		names = append(names, f)
	}
	slices.Sort(names)
	for _, f := range names {
		if d := distance(name, f); d < least {
			best, least = f, d
		}
	}
	if best != "" {
		return best, fmt.Sprintf("did you mean %q?", best)
	}
	return "", "the keys here are: " + strings.Join(names, ", ")
}

// distance is the number of letters to insert, delete or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
