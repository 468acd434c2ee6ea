package settings

import (
	"context"
	"maps"
	"strconv"

	"sufler/routing"
)

// What is done with a parameter that nobody has defined.
const (
	Ignored = "ignored"
	Refused = "refused"
)

// policyID is the id of the only Policy.
const policyID = "company"

// Policy is what holds for everybody.
type Policy struct {
	AwayWeb           bool   `json:"away_web" doc:"Who is away is offered visitors from the web."`
	AwayForwarded     bool   `json:"away_forwarded" doc:"Who is away may be redirected to."`
	FreeTags          bool   `json:"free_tags" doc:"Operators may add tags that nobody has defined."`
	OperatorsMayBan   bool   `json:"operators_may_ban"`
	UnknownParameters string `json:"unknown_parameters" enum:"ignored,refused"`
	MailTranscripts   bool   `json:"mail_transcripts" doc:"A visitor may be sent the conversation."`
	ActiveMost        int    `json:"active_most" doc:"How many people may be active; 0: as many as there are."`
}

// NewPolicy returns what holds until somebody decides otherwise.
func NewPolicy() Policy {
	return Policy{AwayForwarded: true, FreeTags: true, OperatorsMayBan: true, UnknownParameters: Ignored, MailTranscripts: true}
}

func (p Policy) key() string { return policyID }

func (p Policy) place() (int, string) { return 0, "" }

func (p Policy) tidy() Policy { return p }

func (p Policy) check(_ *Directory, f *flaws) {
	f.choice("unknown_parameters", p.UnknownParameters, Ignored, Refused)
	f.number("active_most", int64(p.ActiveMost), 0, 100_000)
}

// Policy returns what holds for everybody.
func (d *Directory) Policy() Policy {
	if p, ok := d.Policies.Get(policyID); ok {
		return p
	}
	return NewPolicy()
}

// favouritesMost is how many templates one person may star.
const favouritesMost = 200

// Personal is what an operator has chosen for their own desk.
type Personal struct {
	Operator   routing.OperatorID   `json:"operator" readOnly:"true"`
	Favourites []routing.TemplateID `json:"favourites" doc:"Starred templates, the newest last."`
	Shortcuts  map[string]string    `json:"shortcuts" doc:"Keys by action, as Alt+KeyC, where they differ from the usual ones."`
}

// NewPersonal returns what somebody has who has chosen nothing.
func NewPersonal(of routing.OperatorID) Personal {
	return Personal{Operator: of, Favourites: []routing.TemplateID{}, Shortcuts: map[string]string{}}
}

func (p Personal) key() string { return string(p.Operator) }

func (p Personal) place() (int, string) { return 0, string(p.Operator) }

func (p Personal) tidy() Personal {
	p.Favourites = listed(p.Favourites)
	if p.Shortcuts == nil {
		p.Shortcuts = map[string]string{}
	}
	return p
}

func (p Personal) check(in *Directory, f *flaws) {
	if _, ok := in.people.Operator(p.Operator); !ok {
		f.Add("unknown", "operator", "value", string(p.Operator))
	}
	if len(p.Favourites) > favouritesMost {
		f.Add("too_many", "favourites", "most", strconv.Itoa(favouritesMost))
	}
	checkShortcuts(p.Shortcuts, f)
}

// Star makes a template a favourite of an operator, or takes the star away.
func (d *Directory) Star(ctx context.Context, o routing.Operator, id routing.TemplateID, starred bool) (Personal, error) {
	if t, ok := d.Templates.Get(string(id)); starred && (!ok || !t.Reaches(o)) {
		return Personal{}, routing.Refuse(routing.NotFound, "setting_unknown")
	}
	_, err := d.Personals.Change(ctx, string(o.ID), func(p *Personal) {
		p.Favourites = kept(p.Favourites, func(other routing.TemplateID) bool { return other != id })
		if starred {
			p.Favourites = append(p.Favourites, id)
		}
	})
	return d.Personal(o), err
}

// SetShortcuts replaces an operator's own keys.
func (d *Directory) SetShortcuts(ctx context.Context, o routing.Operator, shortcuts map[string]string) (Personal, error) {
	_, err := d.Personals.Change(ctx, string(o.ID), func(p *Personal) { p.Shortcuts = maps.Clone(shortcuts) })
	return d.Personal(o), err
}

// Personal returns what an operator has chosen; their favourites are only those
// that exist and that they may use.
func (d *Directory) Personal(o routing.Operator) Personal {
	p, ok := d.Personals.Get(string(o.ID))
	if !ok {
		return NewPersonal(o.ID)
	}
	p.Favourites = kept(p.Favourites, func(id routing.TemplateID) bool {
		t, ok := d.Templates.Get(string(id))
		return ok && t.Reaches(o)
	})
	return p
}
