package settings

import (
	"net/url"
	"slices"
	"strings"

	"sufler/routing"
)

// DefaultWidget is the widget of a script tag that names none.
const DefaultWidget routing.WidgetID = "default"

// What a form before the talk does with a field.
const (
	FieldHidden   = "hidden"
	FieldOptional = "optional"
	FieldRequired = "required"
)

// Widget is what one website shows its visitors.
type Widget struct {
	ID           routing.WidgetID  `json:"id" readOnly:"true"`
	Name         string            `json:"name" doc:"Visitors never see it."`
	Company      string            `json:"company"`
	Origins      []string          `json:"origins" doc:"The pages that may carry it, each as https://www.example.com."`
	Languages    []string          `json:"languages"`
	Language     string            `json:"language" doc:"For a visitor whose language it does not speak."`
	Position     string            `json:"position" enum:"right,left"`
	Scheme       string            `json:"scheme" enum:"auto,light,dark"`
	Theme        map[string]Colour `json:"theme" doc:"By the name of a colour; what is missing stays as it is."`
	Channels     Channels          `json:"channels"`
	Form         Form              `json:"form"`
	Consent      Consent           `json:"consent"`
	DraftPreview bool              `json:"draft_preview" doc:"Operators see what is being written, and the visitor is told so."`
	Presence     bool              `json:"presence" doc:"Visitors are listed who have not asked for anything."`
	OfflineMail  string            `json:"offline_mail" doc:"Where the form goes that is shown when nobody is there."`
	Proactive    Proactive         `json:"proactive"`
	Greeting     map[string]string `json:"greeting" doc:"Under the company's name, by language."`
}

// Colour is a colour on light and on dark ground, as #rrggbb.
type Colour struct {
	Light string `json:"light"`
	Dark  string `json:"dark"`
}

// Channels are the ways in.
type Channels struct {
	Chat       Channel `json:"chat"`
	Voice      Channel `json:"voice"`
	Callback   Channel `json:"callback"`
	Invitation Channel `json:"invitation"`
}

// Channel is one way in.
type Channel struct {
	Enabled bool              `json:"enabled"`
	Queue   routing.QueueName `json:"queue" doc:"Empty: the first queue."`
}

// Form is what is asked before a conversation.
type Form struct {
	Name  string `json:"name" enum:"hidden,optional,required"`
	Phone string `json:"phone" enum:"hidden,optional,required"`
	Email string `json:"email" enum:"hidden,optional,required"`
}

// Consent says whether a visitor is asked before anything is kept in their browser.
type Consent struct {
	Ask bool `json:"ask"`
}

// Proactive is a message that comes before the visitor has asked for anything.
type Proactive struct {
	Enabled bool              `json:"enabled"`
	After   Milliseconds      `json:"after_ms"`
	Path    string            `json:"path" doc:"Pages whose path begins so; a * at the end changes nothing."`
	Text    map[string]string `json:"text" doc:"By language."`
}

// NewWidget returns a widget of which only the id is known.
func NewWidget(id routing.WidgetID) Widget {
	return Widget{
		ID: id, Name: string(id), Origins: []string{}, Languages: []string{"en", "cs", "ru"}, Language: "en", Position: "right", Scheme: "auto",
		Theme:    map[string]Colour{},
		Channels: Channels{Chat: Channel{Enabled: true}, Voice: Channel{Enabled: true}, Callback: Channel{Enabled: true}, Invitation: Channel{Enabled: true}},
		Form:     Form{Name: FieldOptional, Phone: FieldHidden, Email: FieldOptional}, DraftPreview: true, Presence: true,
		Proactive: Proactive{After: 30_000, Path: "/", Text: map[string]string{}}, Greeting: map[string]string{},
	}
}

func (w Widget) key() string { return string(w.ID) }

func (w Widget) place() (int, string) { return 0, w.Name }

func (w Widget) tidy() Widget {
	w.Name, w.Company, w.OfflineMail = oneLine(w.Name), oneLine(w.Company), strings.TrimSpace(w.OfflineMail)
	w.Languages, w.Origins = listed(w.Languages), listed(w.Origins)
	for i, origin := range w.Origins {
		w.Origins[i] = strings.TrimRight(strings.ToLower(strings.TrimSpace(origin)), "/")
	}
	w.Greeting, w.Proactive.Text = tidyTexts(w.Greeting), tidyTexts(w.Proactive.Text)
	w.Theme = tidyTheme(w.Theme)
	return w
}

func (w Widget) check(in *Directory, f *flaws) {
	f.word("id", string(w.ID))
	f.line("name", w.Name, true)
	f.line("company", w.Company, false)
	w.checkOrigins(f)
	w.checkLanguages(in, f)
	f.choice("position", w.Position, "right", "left")
	f.choice("scheme", w.Scheme, "auto", "light", "dark")
	checkTheme(w.Theme, f)
	w.Channels.check(in, f)
	for at, field := range map[string]string{"form.name": w.Form.Name, "form.phone": w.Form.Phone, "form.email": w.Form.Email} {
		f.choice(at, field, FieldHidden, FieldOptional, FieldRequired)
	}
	f.mail("offline_mail", w.OfflineMail)
	f.length("proactive.after_ms", w.Proactive.After, 1_000, hour)
	if !strings.HasPrefix(w.Proactive.Path, "/") || len(w.Proactive.Path) > 200 {
		f.Add("no_path", "proactive.path")
	}
	f.texts("proactive.text", w.Proactive.Text, in, 200)
	if w.Proactive.Enabled && w.Proactive.Text[w.Language] == "" {
		f.Add("missing", "proactive.text."+w.Language)
	}
	f.texts("greeting", w.Greeting, in, 200)
}

func (w Widget) checkOrigins(f *flaws) {
	if len(w.Origins) > 100 {
		f.Add("too_many", "origins", "most", "100")
	}
	for i, origin := range w.Origins {
		if !isOrigin(origin) {
			f.Add("no_origin", numbered("origins", i), "value", origin)
		} else if slices.Contains(w.Origins[:i], origin) {
			f.Add("twice", numbered("origins", i), "value", origin)
		}
	}
}

// isOrigin tells whether a text is what browsers call an origin of a page
// (RFC 6454 section 6.2).
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		u.Scheme+"://"+u.Host == text && !strings.ContainsAny(u.Host, "*\"'<> ")
}

func (w Widget) checkLanguages(in *Directory, f *flaws) {
	if len(w.Languages) == 0 {
		f.Add("missing", "languages")
	}
	for i, language := range w.Languages {
		if !slices.Contains(in.languages, language) {
			f.Add("unknown", numbered("languages", i), "value", language)
		} else if slices.Contains(w.Languages[:i], language) {
			f.Add("twice", numbered("languages", i), "value", language)
		}
	}
	f.choice("language", w.Language, w.Languages...)
}

func (c Channels) check(in *Directory, f *flaws) {
	for _, channel := range []routing.Channel{routing.ChatChannel, routing.VoiceChannel, routing.CallbackChannel, routing.InvitationChannel} {
		at, _ := c.Of(channel)
		if _, ok := in.Queues.Get(string(at.Queue)); at.Queue != "" && !ok {
			f.Add("unknown", "channels."+channel.String()+".queue", "value", string(at.Queue))
		}
	}
}

// IsOn tells whether the widget may be on the pages of an origin.
func (w Widget) IsOn(origin string) bool { return slices.Contains(w.Origins, origin) }

// IsOnSomeWidget tells whether any widget may be on the pages of an origin.
func (d *Directory) IsOnSomeWidget(origin string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, w := range d.Widgets.items {
		if w.IsOn(origin) {
			return true
		}
	}
	return false
}

// Of returns one way in; false for one that no widget has.
func (c Channels) Of(channel routing.Channel) (Channel, bool) {
	switch channel {
	case routing.ChatChannel:
		return c.Chat, true
	case routing.VoiceChannel:
		return c.Voice, true
	case routing.CallbackChannel:
		return c.Callback, true
	case routing.InvitationChannel:
		return c.Invitation, true
	case routing.VideoChannel, routing.PhoneChannel:
	}
	return Channel{}, false
}

// Widget returns the widget of an id, the default one for none.
func (d *Directory) Widget(id routing.WidgetID) (Widget, bool) {
	if id == "" {
		id = DefaultWidget
	}
	return d.Widgets.Get(string(id))
}
