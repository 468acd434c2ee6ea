package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal returns both ends of a new one: what a person sees and types, and what
// a program opens.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

func TestAPasswordIsNotShownWhileItIsTyped(t *testing.T) {
	const secret = "typed in secret"
	person, program := terminal(t)
	seen := make(chan string)
	go func() {
		var all strings.Builder
		piece := make([]byte, 1024)
		typed := 0
		for !strings.HasSuffix(all.String(), "end") {
			n, err := person.Read(piece)
			if err != nil {
				break
			}
			all.Write(piece[:n])
			for asked := strings.Count(all.String(), ": "); typed < asked; typed++ {
				fmt.Fprintln(person, secret)
			}
		}
		seen <- all.String()
	}()
	got, err := askOn(t.Context(), program)
	if err != nil || got != secret {
		t.Errorf("got %q %v", got, err)
	}
	fmt.Fprint(program, "end")
	if shown := <-seen; strings.Contains(shown, secret) || strings.Count(shown, ": ") != 2 {
		t.Errorf("the terminal shows %q", shown)
	}
	state, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	if err != nil || state.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal stays silent: %v", err)
	}
}

func TestWhoGivesUpTypingAPasswordChangesNothing(t *testing.T) {
	_, program := terminal(t)
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	if got, err := askOn(ctx, program); err == nil || got != "" {
		t.Errorf("got %q %v, want an error", got, err)
	}
}
