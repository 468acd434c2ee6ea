package dialplan

import (
	"errors"
	"testing"

	"sufler/routing"
)

func testPlan(t *testing.T) *Plan {
	t.Helper()
	p, err := NewPlan(Options{
		Numbers: czech, Trunk: "north", Ours: map[string]routing.Extension{"+420222111000": "102"},
		IsPhone: func(e routing.Extension) bool { return e == "101" || e == "102" || e == "112" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhereADialledStringGoes(t *testing.T) {
	phone, trunk := From{Phone: "101"}, From{Trunk: "north"}
	for _, c := range []struct {
		from From
		to   string
		want string
	}{
		{phone, "102", "internal 102"},
		{phone, "101", "in_call"},
		{phone, "103", "number_unknown"},
		{phone, "", "number_unknown"},
		{phone, "102;x", "number_unknown"},
		{phone, "777000002", "internal +420777000002 north"},
		{phone, "+420 777 000 002", "internal +420777000002 north"},
		{phone, "222111000", "internal 102"},
		{phone, "+12125552368", "number_not_allowed"},
		{phone, "900123456", "number_not_allowed"},
		{phone, "155", "number_emergency"},
		{phone, "112", "internal 112"}, // a phone of ours that is called so
		{trunk, "+420222111000", "phone 102"},
		{trunk, "420222111000", "phone 102"},
		{trunk, "222111000", "phone 102"},
		{trunk, "00420222111000", "phone 102"},
		{trunk, "102", "number_unknown"},
		{trunk, "+420777000002", "number_unknown"},
		{trunk, "", "number_unknown"},
		{From{}, "102", "not_allowed"},
		{From{}, "+420222111000", "not_allowed"},
	} {
		target, err := testPlan(t).Resolve(c.from, c.to)
		got := target.Kind.String() + " " + string(target.To.Phone) + target.To.Number
		if target.To.Trunk != "" {
			got += " " + string(target.To.Trunk)
		}
		if refusal, ok := errors.AsType[*routing.Error](err); ok {
			got = refusal.Code
		}
		if got != c.want {
			t.Errorf("%+v dials %q: got %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

func TestAWrongNumberOfOursIsRefused(t *testing.T) {
	if _, err := NewPlan(Options{Numbers: czech, Ours: map[string]routing.Extension{"12": "101"}}); err == nil {
		t.Error("12 was taken as a number of ours")
	}
}
