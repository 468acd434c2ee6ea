package dialplan

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"sufler/routing"
)

// Numbers turns what people type into E.164 and says what may be called. It is a
// value; its zero allows nothing.
type Numbers struct {
	Home  string   // the country of numbers without country code, ISO 3166: "CZ"
	Allow []string // the only beginnings that may be called: "+420"
}

// emergency are the numbers that mean help in many countries; those of the home
// country are known besides.
var emergency = map[string]bool{"112": true, "911": true, "999": true}

// maxTyped is longer than any number with its spaces; E.164 has at most 15 digits.
const maxTyped = 40

// Normalise returns a number that may be called as E.164 with plus. It refuses
// with "number_invalid", "number_emergency" (number) and "number_not_allowed"
// (prefixes).
func (n Numbers) Normalise(typed string) (string, error) {
	dialled, ok := clean(typed)
	if !ok {
		return "", routing.Refuse(routing.Invalid, "number_invalid")
	}
	if n.isEmergency(dialled) {
		return "", refuseEmergency(dialled)
	}
	number, err := phonenumbers.Parse(dialled, n.Home)
	if err != nil {
		return "", routing.Refuse(routing.Invalid, "number_invalid")
	}
	if national := phonenumbers.GetNationalSignificantNumber(number); n.isEmergency(national) {
		return "", refuseEmergency(national) // "+420 112" is no way round
	}
	if !phonenumbers.IsValidNumber(number) {
		return "", routing.Refuse(routing.Invalid, "number_invalid")
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if !n.allows(e164) || isCostly(number) {
		return "", routing.Refuse(routing.Forbidden, "number_not_allowed", "prefixes", strings.Join(n.Allow, ", "))
	}
	return e164, nil
}

// E164 reads a number and asks neither what it costs nor whether it is allowed.
func (n Numbers) E164(typed string) (string, error) {
	dialled, ok := clean(typed)
	if !ok {
		return "", routing.Refuse(routing.Invalid, "number_invalid")
	}
	number, err := phonenumbers.Parse(dialled, n.Home)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", routing.Refuse(routing.Invalid, "number_invalid")
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// Show writes an E.164 number for people: in national form when it belongs to the
// home country, else in international form. What is no number is returned as it is.
func (n Numbers) Show(e164 string) string { return n.show(e164, phonenumbers.NATIONAL) }

// ShowInternational writes an E.164 number with its country code.
func (n Numbers) ShowInternational(e164 string) string {
	return n.show(e164, phonenumbers.INTERNATIONAL)
}

func (n Numbers) show(e164 string, atHome phonenumbers.PhoneNumberFormat) string {
	number, err := phonenumbers.Parse(e164, n.Home)
	if err != nil {
		return e164
	}
	if phonenumbers.GetRegionCodeForNumber(number) == n.Home {
		return phonenumbers.Format(number, atHome)
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

func (n Numbers) allows(e164 string) bool {
	for _, prefix := range n.Allow {
		if prefix != "" && strings.HasPrefix(e164, prefix) {
			return true
		}
	}
	return false
}

func (n Numbers) isEmergency(digits string) bool {
	return emergency[digits] || phonenumbers.IsEmergencyNumber(digits, n.Home)
}

func refuseEmergency(number string) error {
	return routing.Refuse(routing.Forbidden, "number_emergency", "number", number)
}

// isCostly reports whether the called side earns by the call: nobody may be made
// to pay by a form on a page.
func isCostly(number *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		return true
	default:
		return false
	}
}

// clean keeps a leading plus and ASCII digits and takes the usual separators
// out. Everything else is refused: letters, waiting marks (p, w, comma),
// parameters (;), hosts (@), control bytes, digits of other scripts.
func clean(typed string) (string, bool) {
	if len(typed) > maxTyped {
		return "", false
	}
	var out strings.Builder
	for _, r := range strings.TrimSpace(typed) {
		switch {
		case r >= '0' && r <= '9':
			out.WriteRune(r)
		case r == '+' && out.Len() == 0:
			out.WriteRune(r)
		case strings.ContainsRune(" -().\u00a0\u202f", r):
		default:
			return "", false
		}
	}
	return out.String(), strings.Trim(out.String(), "+") != ""
}
