package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"sufler/routing"
)

func operator(login string) routing.Operator {
	return routing.Operator{
		ID: routing.NewID[routing.OperatorID](), Login: login, Name: "Žofie " + login, PublicName: "Žofie", Rank: routing.RankSupervisor,
		Groups: []routing.GroupName{"orders", "autumn"}, Phone: "201", Active: true, DeskOnly: true, Robot: true,
		PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", Language: "cs", AnswerOn: routing.AnswerPhone,
		ChatLimit: 10, Preview: true, Description: "Lamps and bulbs",
	}
}

func (t place) operatorsKeepEveryField() {
	s := t.opened()
	o, other := operator("žofie"), operator("adam")
	other.Groups = nil
	ok(t.T, s.AddOperator(t.Context(), o))
	ok(t.T, s.AddOperator(t.Context(), other))
	o.Login, o.Name, o.PublicName, o.Rank = "Sofia", "Sofia N.", "Sofia", routing.RankOwner
	o.Groups, o.Phone, o.Language, o.PasswordHash = []routing.GroupName{"service"}, "", "en", "other"
	o.Active, o.DeskOnly, o.Robot, o.AnswerOn = false, false, false, routing.AnswerBrowser
	o.ChatLimit, o.Preview, o.Description = 1, false, ""
	ok(t.T, s.UpdateOperator(t.Context(), o))
	if list := got(s.Operators(t.Context()))(t.T); !reflect.DeepEqual(list, []routing.Operator{other, o}) {
		t.Errorf("got  %+v\nwant %+v", list, []routing.Operator{other, o})
	}
	if one := got(s.OperatorByLogin(t.Context(), "sofia"))(t.T); !reflect.DeepEqual(one, o) {
		t.Errorf("got  %+v\nwant %+v", one, o)
	}
}

func (t place) loginsAreUnique() {
	s := t.opened()
	taken, unknown := routing.Refuse(routing.Conflict, "login_taken"), routing.Refuse(routing.NotFound, "operator_unknown")
	first, second := operator("Žofie"), operator("anna")
	ok(t.T, s.AddOperator(t.Context(), first))
	ok(t.T, s.AddOperator(t.Context(), second))
	if err := s.AddOperator(t.Context(), operator("žoFIE")); !errors.Is(err, taken) {
		t.Errorf("add: got %v, want login_taken", err)
	}
	second.Login = "ŽOFIE"
	if err := s.UpdateOperator(t.Context(), second); !errors.Is(err, taken) {
		t.Errorf("update: got %v, want login_taken", err)
	}
	if err := s.UpdateOperator(t.Context(), operator("boris")); !errors.Is(err, unknown) {
		t.Errorf("update of nobody: got %v, want operator_unknown", err)
	}
	if _, err := s.OperatorByLogin(t.Context(), "boris"); !errors.Is(err, unknown) {
		t.Errorf("login of nobody: got %v, want operator_unknown", err)
	}
	if o := got(s.OperatorByLogin(t.Context(), "žofie"))(t.T); o.ID != first.ID || o.Login != "Žofie" {
		t.Errorf("got %+v", o)
	}
}

func (t place) oneOfManyGetsALogin() {
	s := t.opened()
	const writers = 8
	taken := routing.Refuse(routing.Conflict, "login_taken")
	results := make(chan error)
	for i := range writers {
		o := operator(fmt.Sprintf("person%d", i))
		ok(t.T, s.AddOperator(t.Context(), o))
		o.Login = "Žofie"
		go func() { results <- s.UpdateOperator(t.Context(), o) }()
	}
	refused := 0
	for range writers {
		if err := <-results; errors.Is(err, taken) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != writers-1 {
		t.Errorf("got %d refused of %d, want all but one", refused, writers)
	}
}

func (t place) phonesAndGroups() {
	s := t.opened()
	ok(t.T, s.PutPhone(t.Context(), routing.Phone{Extension: "102", Name: "Boris", HA1MD5: "aa", HA1SHA256: "bb"}))
	ok(t.T, s.PutPhone(t.Context(), routing.Phone{Extension: "101", Name: "Anna", HA1MD5: "cc", HA1SHA256: "dd"}))
	changed := routing.Phone{Extension: "102", Name: "Boris II", HA1MD5: "ee", HA1SHA256: "ff"}
	ok(t.T, s.PutPhone(t.Context(), changed))
	if list := got(s.Phones(t.Context()))(t.T); len(list) != 2 || list[0].Name != "Anna" || list[1] != changed {
		t.Errorf("got %+v", list)
	}
	for _, g := range []routing.GroupName{"service", "orders", "orders", "autumn"} {
		ok(t.T, s.AddGroup(t.Context(), g))
	}
	ok(t.T, s.DeleteGroup(t.Context(), "autumn"))
	ok(t.T, s.DeleteGroup(t.Context(), "autumn"))
	if list := got(s.Groups(t.Context()))(t.T); !slices.Equal(list, []routing.GroupName{"orders", "service"}) {
		t.Errorf("got %v", list)
	}
}

func (t place) loginsEnd() {
	s := t.opened()
	ended := routing.Refuse(routing.Unauthorised, "login_needed")
	anna, boris := operator("anna"), operator("boris")
	ok(t.T, s.AddOperator(t.Context(), anna))
	ok(t.T, s.AddOperator(t.Context(), boris))
	login := func(token string, o routing.Operator, hours int) routing.DeskSession {
		d := routing.DeskSession{TokenHash: token, Operator: o.ID, Created: noon, Expires: noon.Add(time.Duration(hours) * time.Hour)}
		ok(t.T, s.AddDeskSession(t.Context(), d))
		return d
	}
	there := func(token string) bool {
		_, err := s.DeskSession(t.Context(), token)
		if err != nil && !errors.Is(err, ended) {
			t.Fatalf("got %v, want login_needed", err)
		}
		return err == nil
	}
	one := login("a1", anna, 1)
	login("a2", anna, 12)
	login("b1", boris, 12)
	login("b2", boris, 12)
	if back := got(s.DeskSession(t.Context(), "a1"))(t.T); back != one {
		t.Errorf("got %+v, want %+v", back, one)
	}
	ok(t.T, s.DeleteExpiredDeskSessions(t.Context(), noon.Add(2*time.Hour)))
	ok(t.T, s.DeleteDeskSession(t.Context(), "b2"))
	ok(t.T, s.DeleteDeskSession(t.Context(), "b2"))
	if there("a1") || !there("a2") || !there("b1") || there("b2") {
		t.Errorf("got a1 %v a2 %v b1 %v b2 %v, want only a2 and b1", there("a1"), there("a2"), there("b1"), there("b2"))
	}
	ok(t.T, s.DeleteDeskSessionsOf(t.Context(), anna.ID))
	if there("a2") || !there("b1") {
		t.Error("ending Anna's logins must end hers and no other")
	}
}
