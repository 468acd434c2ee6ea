package settings

import (
	"maps"
	"regexp"
	"slices"
)

var (
	actions = regexp.MustCompile(`^[a-z][a-z_.]{0,39}$`)
	// keys is one key with what is held beside it, or two keys one after the other,
	// by KeyboardEvent.code.
	keys = regexp.MustCompile(`^(?:(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:Key[A-Z]|Digit[0-9]|F(?:[1-9]|1[0-2])|Slash|Comma|Period|Enter|Escape|Space|Arrow(?:Up|Down|Left|Right))|Key[A-Z] (?:Key[A-Z]|Digit[0-9]|Slash))$`)
	// browsers are those that a browser does not give away, or that people would miss.
	browsers = regexp.MustCompile(`^(?:Ctrl\+(?:Shift\+)?Key[CFLNPRTVWXZ]|F5|F1[12]|Alt\+F4|Alt\+Arrow(?:Left|Right)|Ctrl\+Digit[0-9]|Enter|Escape|Space)$`)
)

func checkShortcuts(shortcuts map[string]string, f *flaws) {
	if len(shortcuts) > 100 {
		f.Add("too_many", "shortcuts", "most", "100")
	}
	taken := map[string]string{}
	for _, action := range slices.Sorted(maps.Keys(shortcuts)) {
		at, key := "shortcuts."+action, shortcuts[action]
		switch {
		case !actions.MatchString(action):
			f.Add("unknown", "shortcuts", "value", action)
		case key == "": // off
		case !keys.MatchString(key):
			f.Add("no_key", at, "value", key)
		case browsers.MatchString(key):
			f.Add("browsers_key", at, "value", key)
		case taken[key] != "":
			f.Add("taken", at, "value", taken[key])
		default:
			taken[key] = action
		}
	}
}
