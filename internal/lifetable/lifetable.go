// Package lifetable draws a table of states and triggers for docs. It knows
// Markdown and no machine.
package lifetable

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// word is a state or a trigger: counted from 1, with a name.
type word interface {
	~uint8
	fmt.Stringer
}

// Draw returns the picture of a machine and its table, one row a state and one
// column a trigger. The first state is 1 and the first trigger, too; a state that
// leads nowhere is an end.
func Draw[S, T word](next map[S]map[T]S, lastState S, lastTrigger T) string {
	var page strings.Builder
	fmt.Fprintf(&page, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n", S(1))
	for from := S(1); from <= lastState; from++ {
		for trigger := T(1); trigger <= lastTrigger; trigger++ {
			if to, ok := next[from][trigger]; ok {
				fmt.Fprintf(&page, "    %s --> %s: %s\n", from, to, trigger)
			}
		}
		if len(next[from]) == 0 {
			fmt.Fprintf(&page, "    %s --> [*]\n", from)
		}
	}
	page.WriteString("```\n\n| state |")
	for trigger := T(1); trigger <= lastTrigger; trigger++ {
		fmt.Fprintf(&page, " %s |", trigger)
	}
	page.WriteString("\n|---|" + strings.Repeat("---|", int(lastTrigger)) + "\n")
	for from := S(1); from <= lastState; from++ {
		page.WriteString(row(from, next[from], lastTrigger))
	}
	return page.String()
}

func row[S, T word](from S, next map[T]S, lastTrigger T) string {
	var line strings.Builder
	fmt.Fprintf(&line, "| %s |", from)
	for trigger := T(1); trigger <= lastTrigger; trigger++ {
		if to, ok := next[trigger]; ok {
			fmt.Fprintf(&line, " %s", to)
		}
		line.WriteString(" |")
	}
	return line.String() + "\n"
}

// Check compares a page with the file that docs has of it, or writes the file when
// update is set. The error says what to do.
func Check(file string, page []byte, update bool) error {
	if update {
		return os.WriteFile(file, page, 0o644)
	}
	kept, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !bytes.Equal(kept, page) {
		return fmt.Errorf("docs/%s is stale; run go generate in this folder", filepath.Base(file))
	}
	return nil
}
