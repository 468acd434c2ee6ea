package demo

import "sufler/routing/settings"

// basketWords are what operators read before what is in a visitor's basket.
var basketWords = map[string]string{"en": "Basket", "cs": "Košík", "ru": "Корзина"}

// shopSettings adds what the demo's shop tells of its visitors.
func shopSettings(language string) func(*settings.Setup) {
	return func(s *settings.Setup) {
		s.Parameters = append(s.Parameters, settings.Parameter{Name: "basket", Title: basketWords[language], Most: 200, Shown: true})
	}
}
