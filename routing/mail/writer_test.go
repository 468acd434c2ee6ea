package mail

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sufler/web"
)

var update = flag.Bool("update", false, "write testdata")

func writer(t *testing.T) Writer {
	t.Helper()
	sentences, err := web.ReadSentences(web.Texts())
	if err != nil {
		t.Fatal(err)
	}
	return Writer{Say: sentences.Say}
}

func prague(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// noon is noon of Prague in winter, an hour before the year 2027 in UTC is far away.
var noon = time.Date(2026, 12, 31, 22, 58, 0, 0, time.UTC)

func chat() []Line {
	return []Line{
		{At: noon, Text: "Anna has joined", System: true},
		{At: noon, Who: "Anna", Text: "Dobrý den, **jak** mohu _pomoci_?"},
		{At: noon.Add(time.Minute), Who: "Jan Novák", Text: "Lampa nesvítí:\n- vypínač\n- žárovka"},
		{At: noon.Add(2 * time.Minute), Who: "Anna", Text: "Zkuste [návod](https://shop.example/lamp) a 2*3*4 = 24"},
	}
}

// letters are one of each kind and language.
func letters(t *testing.T) map[string]Letter {
	t.Helper()
	w, zone := writer(t), prague(t)
	all := map[string]Letter{}
	for _, language := range web.Languages {
		all["transcript."+language] = w.Transcript(Transcript{
			To: "jan@example.com", Visitor: "Jan Novák", Company: "Lampárna", Language: language, Zone: zone, Began: noon, Lines: chat(), Session: "s",
		})
		all["reply."+language] = w.Reply(Reply{
			To: "jan@example.com", Company: "Lampárna", Language: language, Zone: zone, Link: "https://shop.example/?chat=1", Lines: chat()[1:2], Session: "s",
		})
		all["offline."+language] = w.Offline(Offline{
			To: "info@shop.example", Company: "Lampárna", Language: language, At: noon, Zone: zone, Name: "Jan Novák", Email: "jan@example.com",
			Phone: "+420 777 000 001", Page: "https://shop.example/lamp", Speaks: "cs", Text: "Zavolejte mi prosím.\r\nDíky",
		})
		all["test."+language] = w.Test("adam@shop.example", language)
	}
	return all
}

// M183, I021: what everybody could read, in the reader's language and time.
func TestLettersReadAsTheyShould(t *testing.T) {
	for name, l := range letters(t) {
		got := strings.TrimSpace("To: "+l.ToName) + " <" + l.To + ">\n"
		if l.ReplyTo != "" {
			got += "Reply-To: " + l.ReplyToName + " <" + l.ReplyTo + ">\n"
		}
		got += "Subject: " + l.Subject + "\n\n" + l.Text
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v; got\n%s\nwant\n%s", name, err, got, want)
		}
		if err := l.check(); err != nil {
			t.Errorf("%s cannot be sent: %v", name, err)
		}
	}
}

func TestEverySentenceOfMailsIsSaidAndThereIsNoOther(t *testing.T) {
	said := map[string]bool{}
	sentences, err := web.ReadSentences(web.Texts())
	if err != nil {
		t.Fatal(err)
	}
	w := Writer{Say: func(language, key string, params map[string]string) string {
		said[key] = true
		if _, known := sentences[language][key]; !known {
			t.Errorf("%s has no sentence %s", language, key)
		}
		return sentences.Say(language, key, params)
	}}
	w.Transcript(Transcript{Language: "en"})
	w.Offline(Offline{Language: "en", Name: "a", Email: "b", Phone: "c", Page: "d", Speaks: "e"})
	w.Reply(Reply{Language: "en", Link: "a"})
	w.Test("a", "en")
	for key := range sentences["en"] {
		if strings.HasPrefix(key, "mail.") && !said[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestWhatStrangersWriteStaysText(t *testing.T) {
	w := writer(t)
	evil := "Jan\r\nBcc: all@example.com\u202e\x00"
	l := w.Offline(Offline{To: "info@shop.example", Company: evil, Language: "en", Name: evil, Email: "jan@example.com", Page: evil, Text: "a\x07b\u0000\r\nc"})
	for at, text := range map[string]string{"subject": l.Subject, "name": l.ReplyToName} {
		if strings.ContainsAny(text, "\r\n\x00\u202e") {
			t.Errorf("%s: got %q", at, text)
		}
	}
	if err := l.check(); err != nil {
		t.Errorf("the letter cannot be sent: %v", err)
	}
	if !strings.HasSuffix(l.Text, "\nab\nc\n") {
		t.Errorf("got text %q", l.Text)
	}
	long := w.Offline(Offline{To: "info@shop.example", Language: "en", Name: strings.Repeat("ž", 1000), Email: "jan@example.com", Text: "a"})
	if err := long.check(); err != nil {
		t.Errorf("a long name: %v", err)
	}
	nameless := w.Offline(Offline{To: "info@shop.example", Language: "en", Phone: "+420 777 000 001", Text: "a"})
	if nameless.Subject != "Message from +420 777 000 001" || nameless.ReplyTo != "" {
		t.Errorf("got %q, reply to %q", nameless.Subject, nameless.ReplyTo)
	}
}

func TestTheMarkdownOfChatsBecomesPlainText(t *testing.T) {
	for said, want := range map[string]string{
		"plain":                        "plain",
		"**bold** and _it_":            "bold and it",
		"**_both_**, _**both**_":       "both, both",
		"snake_case_name and __init__": "snake_case_name and __init__",
		"2*3*4 ** 5 _ 6 _":             "2*3*4 ** 5 _ 6 _",
		"- a\n1. b":                    "- a\n1. b",
		"type `**x** [a](b)`, `_y_`":   "type **x** [a](b), _y_",
		"[a _b_](https://x.y/_z_)":     "a b (https://x.y/_z_)",
		"[https://x.y](https://z.y)":   "https://z.y",
		"[run](javascript:alert(1))":   "[run](javascript:alert(1))",
		"[not a link] (x)":             "[not a link] (x)",
		"see https://x.y/_a_?b=**c**":  "see https://x.y/_a_?b=**c**",
		"**[a](http://b)** and `c`":    "a (http://b) and c",
		"\u0000\u0007a\r\nb\r":         "a\nb",
		"\uE000a `b`":                  "a b",
		"":                             "",
	} {
		if got := plain(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("**a** _b_ [c](http://d) `e` \ue000")
	f.Fuzz(func(t *testing.T, said string) {
		got := plain(said)
		if strings.ContainsFunc(got, func(r rune) bool { return r == held || r < ' ' && r != '\n' && r != '\t' }) {
			t.Errorf("%q became %q", said, got)
		}
		if len(got) > len(said)*3 {
			t.Errorf("%q grew to %q", said, got)
		}
	})
}
