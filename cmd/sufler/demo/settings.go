package demo

import (
	"fmt"

	"sufler/routing"
	"sufler/routing/settings"
)

// words are what the people of the demo's shop choose from, in their language, with
// what they write to visitors in each.
var (
	results = []string{"Chtěl poradit", "Objednávka", "Reklamace", "Zpoždění", "Nic neřešil"}
	tags    = []string{"novy-zakaznik", "podzim", "sleva"}

	greetings = map[string]string{"cs": "Poradíme s výběrem i s objednávkou.", "en": "We help you choose and order.", "ru": "Поможем выбрать и заказать."}
	welcomes  = map[string]string{
		"cs": "Dobrý den, tady {operator} z Lampárny. S čím můžu pomoct?", "en": "Hello, this is {operator} of Lampárna. How can I help?",
		"ru": "Здравствуйте, это {operator} из «Лампарны». Чем могу помочь?",
	}
	templates = []struct{ shortcut, language, title, text string }{
		{"moment", "cs", "Chvilku strpení", "Chvilku, prosím, podívám se na to."},
		{"objednavka", "cs", "Číslo objednávky", "Napište mi prosím **číslo objednávky**, najdete ho v potvrzovacím mailu."},
		{"doprava", "cs", "Doprava zdarma", "Za zpoždění se omlouvám. Dopravu máte od nás **zdarma**."},
		{"zarovka", "cs", "Jakou žárovku", "Do téhle lampy patří:\n\n- závit **E27**\n- nejvýše 12 W (LED)\n- teplá bílá, 2700 K"},
		{"moment", "en", "One moment", "One moment, please, I am looking at it."},
		{"order", "en", "Order number", "Please write me your **order number**; it is in the mail that confirms the order."},
		{"moment", "ru", "Минутку", "Минутку, пожалуйста, сейчас посмотрю."},
		{"zakaz", "ru", "Номер заказа", "Напишите, пожалуйста, **номер заказа**: он в письме с подтверждением."},
	}
)

// furnish adds what the shop has been using for a while.
func furnish(s *settings.Setup) {
	for i, title := range results {
		s.Results = append(s.Results, settings.Result{ID: routing.ResultID(fmt.Sprintf("result-%d", i+1)), Order: i, Title: title, Active: true})
	}
	for i, t := range templates {
		s.Templates = append(s.Templates, settings.Template{
			ID: routing.TemplateID(t.shortcut + "-" + t.language), Order: i, Title: t.title, Shortcut: t.shortcut, Text: t.text, Language: t.language, Scope: settings.ForAll,
		})
	}
	s.Parameters = append(s.Parameters, settings.Parameter{Name: "basket", Title: "Košík", Most: 200, Shown: true})
	for _, tag := range tags {
		s.Tags = append(s.Tags, settings.Tag{Name: tag})
	}
	for i := range s.Queues {
		s.Queues[i].Welcome = welcomes
	}
	for i := range s.Widgets {
		s.Widgets[i].Greeting = greetings
	}
}
