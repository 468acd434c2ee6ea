package settings

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// themed are the colours of the widget that may be changed, with those that it has
// by itself. The names are those of its CSS variables (web/shared/tokens.css);
// colours that tell a state are not among them.
var themed = map[string]Colour{
	"action":  {"#16181d", "#eceef2"},
	"on-ink":  {"#ffffff", "#16181d"},
	"surface": {"#ffffff", "#1c1f25"},
	"sunken":  {"#eef0f3", "#22262e"},
	"ink":     {"#16181d", "#eceef2"},
	"ink-2":   {"#444b55", "#c3c9d2"},
	"line":    {"#dfe3e8", "#323741"},
}

// readable are the pairs of text and ground that must stay so.
var readable = [][2]string{{"on-ink", "action"}, {"ink", "surface"}, {"ink", "sunken"}, {"ink-2", "surface"}}

// leastContrast is that of text (WCAG 2.2, success criterion 1.4.3).
const leastContrast = 4.5

func tidyTheme(theme map[string]Colour) map[string]Colour {
	tidied := make(map[string]Colour, len(theme))
	for name, colour := range theme {
		tidied[name] = Colour{Light: strings.ToLower(strings.TrimSpace(colour.Light)), Dark: strings.ToLower(strings.TrimSpace(colour.Dark))}
	}
	return tidied
}

func checkTheme(theme map[string]Colour, f *flaws) {
	for name, colour := range theme {
		if _, ok := themed[name]; !ok {
			f.Add("unknown", "theme."+name, "value", name)
			continue
		}
		for at, value := range map[string]string{"light": colour.Light, "dark": colour.Dark} {
			if _, ok := luminance(value); !ok {
				f.Add("no_colour", "theme."+name+"."+at, "value", value)
			}
		}
	}
	for _, pair := range readable {
		ink, ground := colourOf(theme, pair[0]), colourOf(theme, pair[1])
		if isPale(ink.Light, ground.Light) || isPale(ink.Dark, ground.Dark) {
			f.Add("pale", "theme."+pair[0], "other", pair[1])
		}
	}
}

func colourOf(theme map[string]Colour, name string) Colour {
	if colour, ok := theme[name]; ok {
		return colour
	}
	return themed[name]
}

// isPale tells whether one cannot be read on the other; what is no colour is told
// apart.
func isPale(ink, ground string) bool {
	a, okA := luminance(ink)
	b, okB := luminance(ground)
	return okA && okB && (max(a, b)+0.05)/(min(a, b)+0.05) < leastContrast
}

// luminance is how light #rrggbb is, 0 to 1 (WCAG 2.2, relative luminance).
func luminance(colour string) (float64, bool) {
	digits, ok := strings.CutPrefix(colour, "#")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !ok || err != nil || len(digits) != 6 {
		return 0, false
	}
	light := 0.0
	for i, weight := range []float64{0.0722, 0.7152, 0.2126} { // blue, green, red
		c := float64(n>>(8*i)&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		light += weight * c
	}
	return light, true
}

// ThemeNames are the names of the colours that may be changed, in order.
func ThemeNames() []string {
	var names []string
	for name := range themed {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
