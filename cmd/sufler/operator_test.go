package main

import (
	"io"
	"testing"
)

func TestWhoIsCalledWronglyEndsWithTwo(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"operator"}, 2},
		{[]string{"operator", "-h"}, 0},
		{[]string{"operator", "add", "-h"}, 0},
		{[]string{"operator", "remove", "anna"}, 2},
		{[]string{"operator", "password"}, 2},
		{[]string{"operator", "add", "-rank", "boss", "anna"}, 2},
		{[]string{"operator", "list", "anna"}, 2},
		{[]string{"operator", "list", "-config", "nowhere.yaml"}, 1},
	} {
		if got := dispatch(t.Context(), c.args, io.Discard, io.Discard); got != c.want {
			t.Errorf("%v: got %d, want %d", c.args, got, c.want)
		}
	}
}
