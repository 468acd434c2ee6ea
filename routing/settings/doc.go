// Package settings knows what people change by day: queues' rules, groups' rules,
// hours, templates, results, tags, parameters, widgets, policies, and what each
// operator has chosen for their own desk.
//
// The Directory keeps all of it in memory, each kind on a Shelf of its own, and
// writes every change through to the store. It checks what is put in; it applies
// none of it. What the configuration file owns (docs/adr/0003) is not here.
package settings
