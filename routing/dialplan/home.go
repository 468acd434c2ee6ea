package dialplan

import (
	"strconv"

	"github.com/nyaruka/phonenumbers"
)

// HomePrefix is the country code of Home with plus, "+420"; empty when the
// country is not known.
func (n Numbers) HomePrefix() string {
	code := phonenumbers.GetCountryCodeForRegion(n.Home)
	if code == 0 {
		return ""
	}
	return "+" + strconv.Itoa(code)
}
