// Package useragent reads from the User-Agent of a browser what people call that
// browser and its system. It promises no truth: what browsers freeze or hide for the
// sake of privacy is left out rather than guessed.
package useragent

import "strings"

// longest is how much of a User-Agent is read; a browser's is under 300 bytes.
const longest = 1024

// Parse returns the browser and the operating system, each with its version where the
// text tells it: "Chrome 126", "Windows 10/11". What it does not know is empty.
func Parse(agent string) (browser, system string) {
	if len(agent) > longest {
		agent = agent[:longest]
	}
	return browserOf(agent), systemOf(agent)
}

// marks are the words by which browsers are told apart. Most name others as well, so
// that pages take them for these: who names more comes first.
var marks = []struct{ word, name string }{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"Edge/", "Edge"},
	{"OPR/", "Opera"},
	{"OPT/", "Opera"},
	{"OPiOS/", "Opera"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"YaBrowser/", "Yandex Browser"},
	{"Vivaldi/", "Vivaldi"},
	{"FxiOS/", "Firefox"},
	{"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"HeadlessChrome/", "Chrome"},
	{"Chromium/", "Chromium"},
	{"Chrome/", "Chrome"},
}

func browserOf(agent string) string {
	for _, mark := range marks {
		if _, after, ok := strings.Cut(agent, mark.word); ok {
			return with(mark.name, short(after))
		}
	}
	if _, after, ok := strings.Cut(agent, "Version/"); ok && strings.Contains(agent, "Safari/") {
		return with("Safari", short(after))
	}
	if strings.Contains(agent, "Trident/7.") {
		return "Internet Explorer 11"
	}
	return ""
}

func systemOf(agent string) string {
	_, inside, _ := strings.Cut(agent, "(")
	inside, _, _ = strings.Cut(inside, ")")
	switch {
	case strings.Contains(inside, "Windows NT "):
		return windows(inside)
	case strings.Contains(inside, "iPhone") || strings.Contains(inside, "iPod"):
		return with("iOS", appleVersion(agent, inside, "iPhone OS "))
	case strings.Contains(inside, "iPad"):
		return with("iPadOS", appleVersion(agent, inside, "CPU OS "))
	case strings.Contains(inside, "Android"):
		return with("Android", androidVersion(inside))
	case strings.Contains(inside, "Macintosh"):
		return with("macOS", macVersion(inside))
	case strings.Contains(inside, "CrOS"):
		return "ChromeOS"
	case strings.Contains(inside, "Linux"):
		return "Linux"
	}
	return ""
}

// windowsNames are what people call the versions. 10 and 11 give the same number.
var windowsNames = map[string]string{"10.0": "10/11", "6.3": "8.1", "6.2": "8", "6.1": "7"}

func windows(inside string) string {
	_, after, _ := strings.Cut(inside, "Windows NT ")
	return with("Windows", windowsNames[number(after, '.')])
}

// appleVersion: from 26 on Safari tells only its own version rightly, which is that of
// the system, and leaves the system's at 18.
func appleVersion(agent, inside, word string) string {
	_, after, _ := strings.Cut(inside, word)
	version := strings.ReplaceAll(number(after, '_'), "_", ".")
	_, own, _ := strings.Cut(agent, "Version/")
	if safari := short(own); strings.HasPrefix(version, "18.") && len(safari) > 1 && safari >= "26" {
		return safari
	}
	return version
}

// androidVersion: Chrome calls every version 10 and every model K.
func androidVersion(inside string) string {
	if strings.Contains(inside, "Android 10; K") {
		return ""
	}
	_, after, _ := strings.Cut(inside, "Android ")
	return number(after, '.')
}

// macVersion: for all since 10.15 browsers say 10.15.
func macVersion(inside string) string {
	_, after, _ := strings.Cut(inside, "Mac OS X ")
	version := strings.ReplaceAll(number(strings.ReplaceAll(after, "_", "."), '.'), "_", ".")
	if version == "10.15" || version == "10.15.7" {
		return ""
	}
	return version
}

func with(name, version string) string {
	if version == "" {
		return name
	}
	return name + " " + version
}

// short is a version as people say it: "126.0.0.0" is 126, "17.4.1" is 17.4.
func short(text string) string {
	major, rest, _ := strings.Cut(number(text, '.'), ".")
	minor, _, _ := strings.Cut(rest, ".")
	if minor == "" || minor == "0" {
		return major
	}
	return major + "." + minor
}

// numberMost is how much of a version is read.
const numberMost = 16

// number is the digits and separators that a text begins with.
func number(text string, separator byte) string {
	end := 0
	for end < len(text) && end < numberMost && (text[end] >= '0' && text[end] <= '9' || text[end] == separator) {
		end++
	}
	return strings.Trim(text[:end], string(separator))
}
