package settings

import (
	"slices"

	"sufler/routing"
)

// Who may use a template.
const (
	ForAll      = "all"
	ForGroup    = "group"
	ForOperator = "operator"
)

// Template is a prepared message.
type Template struct {
	ID       routing.TemplateID `json:"id" readOnly:"true"`
	Order    int                `json:"order"`
	Title    string             `json:"title"`
	Shortcut string             `json:"shortcut" doc:"Typed after #; may be empty. One of each for whom it is and its language."`
	Text     string             `json:"text" doc:"Formatted as messages are; {visitor} and {operator} become names."`
	Language string             `json:"language" doc:"Empty: any."`
	Scope    string             `json:"scope" enum:"all,group,operator"`
	Group    routing.GroupName  `json:"group" doc:"Of scope group."`
	Operator routing.OperatorID `json:"operator" doc:"Of scope operator."`
}

func (t Template) key() string { return string(t.ID) }

func (t Template) place() (int, string) { return t.Order, t.Title }

func (t Template) tidy() Template {
	t.Title, t.Text = oneLine(t.Title), tidyText(t.Text)
	if t.Scope != ForGroup {
		t.Group = ""
	}
	if t.Scope != ForOperator {
		t.Operator = ""
	}
	return t
}

func (t Template) check(in *Directory, f *flaws) {
	f.word("id", string(t.ID))
	f.line("title", t.Title, true)
	f.message("text", t.Text, messageMost, true)
	f.language("language", t.Language, in, false)
	f.choice("scope", t.Scope, ForAll, ForGroup, ForOperator)
	if t.Scope == ForGroup {
		f.groups("group", []routing.GroupName{t.Group}, in)
	}
	if _, ok := in.people.Operator(t.Operator); t.Scope == ForOperator && !ok {
		f.Add("unknown", "operator", "value", string(t.Operator))
	}
	if t.Shortcut == "" {
		return
	}
	f.word("shortcut", t.Shortcut)
	for _, other := range in.Templates.All() {
		if other.ID != t.ID && other.Shortcut == t.Shortcut && other.Language == t.Language && other.Scope == t.Scope && other.Group == t.Group && other.Operator == t.Operator {
			f.Add("taken", "shortcut", "value", other.Title)
		}
	}
}

// Reaches tells whether a person may use the template.
func (t Template) Reaches(o routing.Operator) bool {
	switch t.Scope {
	case ForAll:
		return true
	case ForGroup:
		return slices.Contains(o.Groups, t.Group)
	case ForOperator:
		return t.Operator == o.ID
	}
	return false
}

// TemplatesFor returns what a person may use, in order.
func (d *Directory) TemplatesFor(o routing.Operator) []Template {
	return kept(d.Templates.All(), func(t Template) bool { return t.Reaches(o) })
}

// Result is one answer to "how was it?" at the end of a conversation.
type Result struct {
	ID     routing.ResultID `json:"id" readOnly:"true"`
	Order  int              `json:"order"`
	Title  string           `json:"title"`
	Active bool             `json:"active" doc:"It can be chosen; one that cannot stays in old records."`
}

func (r Result) key() string { return string(r.ID) }

func (r Result) place() (int, string) { return r.Order, r.Title }

func (r Result) tidy() Result {
	r.Title = oneLine(r.Title)
	return r
}

func (r Result) check(in *Directory, f *flaws) {
	f.word("id", string(r.ID))
	f.line("title", r.Title, true)
	for _, other := range in.Results.All() {
		if other.ID != r.ID && other.Title == r.Title {
			f.Add("taken", "title", "value", r.Title)
		}
	}
}

// Parameter is something that a customer's page may tell of its visitor.
type Parameter struct {
	Name  string `json:"name" readOnly:"true"`
	Order int    `json:"order"`
	Title string `json:"title"`
	Most  int    `json:"max_length" doc:"In characters; a longer value is cut."`
	Shown bool   `json:"shown" doc:"Operators see it."`
}

func (p Parameter) key() string { return p.Name }

func (p Parameter) place() (int, string) { return p.Order, p.Title }

func (p Parameter) tidy() Parameter {
	p.Title = oneLine(p.Title)
	return p
}

func (p Parameter) check(_ *Directory, f *flaws) {
	f.snake("name", p.Name)
	f.line("title", p.Title, true)
	f.number("max_length", int64(p.Most), 1, 1_000)
}

// Tag is a mark for sessions that everybody knows.
type Tag struct {
	Name string `json:"name" readOnly:"true"`
}

func (t Tag) key() string { return t.Name }

func (t Tag) place() (int, string) { return 0, t.Name }

func (t Tag) tidy() Tag { return t }

func (t Tag) check(_ *Directory, f *flaws) { f.name("name", t.Name) }
