package useragent

import (
	"strings"
	"testing"
	"unicode"
)

// M095: what browsers send, and what an operator reads.
func TestBrowserAndSystemAreReadExactly(t *testing.T) {
	const apple, gecko = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "AppleWebKit/537.36 (KHTML, like Gecko)"
	for _, c := range []struct{ agent, browser, system string }{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + " Chrome/126.0.0.0 Safari/537.36", "Chrome 126", "Windows 10/11"},
		{"Mozilla/5.0 (Windows NT 6.1; Win64; x64) " + gecko + " Chrome/109.0.5414.120 Safari/537.36", "Chrome 109", "Windows 7"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + gecko + " Chrome/126.0.0.0 Safari/537.36", "Chrome 126", "macOS"},
		{"Mozilla/5.0 (X11; Linux x86_64) " + gecko + " Chrome/126.0.0.0 Safari/537.36", "Chrome 126", "Linux"},
		{"Mozilla/5.0 (X11; Linux x86_64) " + gecko + " HeadlessChrome/126.0.6478.55 Safari/537.36", "Chrome 126", "Linux"},
		{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + gecko + " Chrome/126.0.0.0 Safari/537.36", "Chrome 126", "ChromeOS"},
		{"Mozilla/5.0 (Linux; Android 10; K) " + gecko + " Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome 126", "Android"},
		{"Mozilla/5.0 (Linux; Android 9; SM-G960F) " + gecko + " Chrome/96.0.4664.45 Mobile Safari/537.36", "Chrome 96", "Android 9"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) " + apple + " CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", "Chrome 126", "iOS 17.5.1"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127", "Windows 10/11"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox 127", "macOS"},
		{"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox 115", "Linux"},
		{"Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox 127", "Android 14"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) " + apple + " FxiOS/127.1 Mobile/15E148 Safari/605.1.15", "Firefox 127.1", "iOS 17.5"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + apple + " Version/17.4.1 Safari/605.1.15", "Safari 17.4", "macOS"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) " + apple + " Version/13.1.2 Safari/605.1.15", "Safari 13.1", "macOS 10.14.6"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) " + apple + " Version/17.4.1 Mobile/15E148 Safari/604.1", "Safari 17.4", "iOS 17.4.1"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) " + apple + " Version/26.0 Mobile/15E148 Safari/604.1", "Safari 26", "iOS 26"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) " + apple + " Version/18.1 Mobile/15E148 Safari/604.1", "Safari 18.1", "iOS 18.1"},
		{"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) " + apple + " Version/16.6 Mobile/15E148 Safari/604.1", "Safari 16.6", "iPadOS 16.6"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge 126", "Windows 10/11"},
		{"Mozilla/5.0 (Linux; Android 10; K) " + gecko + " Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0", "Edge 126", "Android"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) " + apple + " Version/17.0 EdgiOS/126.0.2592.56 Mobile/15E148 Safari/605.1.15", "Edge 126", "iOS 17.5.1"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + " Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763", "Edge 18.17763", "Windows 10/11"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + " Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0", "Opera 110", "Windows 10/11"},
		{"Mozilla/5.0 (Linux; Android 10; K) " + gecko + " Chrome/124.0.0.0 Mobile Safari/537.36 OPR/82.0.0.0", "Opera 82", "Android"},
		{"Mozilla/5.0 (Linux; Android 14; SM-S911B) " + gecko + " SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet 25", "Android 14"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + gecko + " Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36", "Yandex Browser 24.6", "Windows 10/11"},
		{"Mozilla/5.0 (Windows NT 6.3; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11", "Windows 8.1"},
		{"Mozilla/5.0 (Windows NT 5.1) Something", "", "Windows"},
		{"curl/8.5.0", "", ""},
		{"", "", ""},
	} {
		if browser, system := Parse(c.agent); browser != c.browser || system != c.system {
			t.Errorf("%s\ngot  %q, %q\nwant %q, %q", c.agent, browser, system, c.browser, c.system)
		}
	}
}

// What comes out is short and plain whatever comes in.
func TestAHostileUserAgentIsHarmless(t *testing.T) {
	for _, agent := range []string{
		strings.Repeat("Chrome/1", 1<<17),
		"Chrome/" + strings.Repeat("9", 1<<20),
		"Mozilla/5.0 (Windows NT " + strings.Repeat("1.", 1000) + ")",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 99<script>\x00\x1b[2J\u202e) Version/1<b>.2 Safari/1",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_\xff) Version/ Safari/",
		"((((((((((((Android\r\nSet-Cookie: a=b)",
	} {
		browser, system := Parse(agent)
		for _, out := range []string{browser, system} {
			if len(out) > 40 || strings.ContainsFunc(out, func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune("<>&\"'", r) }) {
				t.Errorf("%.40q: got %q", agent, out)
			}
		}
	}
}
