package token

import "testing"

func TestATokenFitsItsOwnHashOnly(t *testing.T) {
	one, two := New(), New()
	if len(one) != 43 || one == two {
		t.Errorf("got %q and %q, want two different ones of 43 characters", one, two)
	}
	for _, c := range []struct {
		hash, token string
		want        bool
	}{{Hash(one), one, true}, {Hash(one), two, false}, {Hash(one), "", false}, {"", one, false}, {"", "", false}, {Hash(one), Hash(one), false}} {
		if got := Fits(c.hash, c.token); got != c.want {
			t.Errorf("%q for %q: got %v", c.token, c.hash, got)
		}
	}
}
