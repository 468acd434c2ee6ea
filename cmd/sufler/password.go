package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// readPassword reads a password from a file, from the standard input ("-", or when
// that is no terminal), or asks for it twice on the terminal.
func readPassword(ctx context.Context, file string) (string, error) {
	switch {
	case file == "-" || file == "" && !isTerminal(os.Stdin):
		return firstLine(os.Stdin, "the standard input")
	case file == "":
		return askPassword(ctx)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	return firstLine(f, file)
}

func firstLine(from io.Reader, name string) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(from, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", fmt.Errorf("%s holds no password; write it into its first line", name)
	}
	return line, nil
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS) //nolint:gosec // a descriptor
	return err == nil
}

// askPassword asks on the terminal, which shows nothing of what is typed.
func askPassword(ctx context.Context) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", fmt.Errorf("%w; give the password with -password-file", err)
	}
	defer func() { _ = tty.Close() }()
	return askOn(ctx, tty)
}

func askOn(ctx context.Context, tty *os.File) (string, error) {
	// Ctrl-C ends the waiting for a line.
	stop := context.AfterFunc(ctx, func() { _ = tty.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	restore, err := silence(tty)
	if err != nil {
		return "", err
	}
	defer restore()
	lines := bufio.NewReader(tty)
	first, err := ask(tty, lines, "Password (12 characters or more): ")
	if err != nil {
		return "", err
	}
	second, err := ask(tty, lines, "The same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return first, nil
}

func ask(tty io.Writer, lines *bufio.Reader, question string) (string, error) {
	fmt.Fprint(tty, question)
	line, err := lines.ReadString('\n')
	fmt.Fprintln(tty)
	if err != nil {
		return "", errors.New("no password was typed; nothing was changed")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// silence stops the terminal from showing what is typed.
func silence(tty *os.File) (restore func(), err error) {
	raw, err := tty.SyscallConn()
	if err != nil {
		return nil, err
	}
	var before unix.Termios
	set := func(change func(*unix.Termios)) error {
		var inner error
		err := raw.Control(func(fd uintptr) {
			state := before
			change(&state)
			inner = unix.IoctlSetTermios(int(fd), unix.TCSETS, &state) //nolint:gosec // a descriptor
		})
		return errors.Join(err, inner)
	}
	var inner error
	err = raw.Control(func(fd uintptr) {
		var state *unix.Termios
		if state, inner = unix.IoctlGetTermios(int(fd), unix.TCGETS); inner == nil { //nolint:gosec // a descriptor
			before = *state
		}
	})
	if err = errors.Join(err, inner); err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	if err := set(func(t *unix.Termios) { t.Lflag &^= unix.ECHO }); err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	return func() { _ = set(func(*unix.Termios) {}) }, nil
}
