package visitor

import (
	"slices"

	"sufler/routing"
)

const (
	valuesMost = 100  // parameters in one message
	valueMost  = 1000 // characters of a value, whatever is defined
)

// SetParameters notes what a page tells of its visitor. Values are cut to what is
// defined for them. It refuses as Arrive does.
func (s *Service) SetParameters(id routing.VisitorID, told map[string]string) error {
	values, err := s.tidyValues(told)
	if err != nil {
		return err
	}
	s.change(func() []Event {
		v := s.visits[id]
		if v == nil {
			return nil
		}
		events := s.tellLocked(v, values)
		if len(events) > 0 {
			events = append(events, Changed{s.infoLocked(v)})
		}
		return events
	})
	return nil
}

// tellLocked notes values; one that is known already is no news.
func (s *Service) tellLocked(v *visit, values []Value) (events []Event) {
	for _, value := range values {
		if old, known := v.parameters[value.Name]; known && old == value.Value {
			continue
		}
		if v.parameters == nil {
			v.parameters = make(map[string]string)
		}
		v.parameters[value.Name] = value.Value
		events = append(events, Told{Visitor: v.visitor.ID, Session: s.sessions[v.visitor.ID], Value: value})
	}
	return events
}

// tidyValues keeps what is defined, in the order in which it is.
func (s *Service) tidyValues(told map[string]string) ([]Value, error) {
	if len(told) == 0 {
		return nil, nil
	}
	if len(told) > valuesMost {
		return nil, routing.Refuse(routing.Invalid, "request_invalid", "at", "parameters")
	}
	defined := s.opt.Parameters()
	if s.opt.RefuseUnknown() {
		for name := range told {
			if !slices.ContainsFunc(defined, func(p Parameter) bool { return p.Name == name }) {
				return nil, routing.Refuse(routing.Invalid, "parameter_unknown", "name", oneLine(name, 40))
			}
		}
	}
	var values []Value
	for _, p := range defined {
		if raw, ok := told[p.Name]; ok {
			values = append(values, Value{Name: p.Name, Title: p.Title, Value: oneLine(raw, min(max(p.Most, 1), valueMost))})
		}
	}
	return values, nil
}

// valuesOf are the values of parameters that are still defined.
func (s *Service) valuesOf(parameters map[string]string) []Value {
	if len(parameters) == 0 {
		return nil
	}
	var values []Value
	for _, p := range s.opt.Parameters() {
		if value, ok := parameters[p.Name]; ok {
			values = append(values, Value{Name: p.Name, Title: p.Title, Value: value})
		}
	}
	return values
}
