package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// figure is one number of the table.
type figure struct {
	Scenario string  `json:"scenario"`
	What     string  `json:"what"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Calls    int     `json:"calls"`
	Visitors int     `json:"visitors"`
	// Lost counts packets that a far end was due and did not get.
	Lost float64 `json:"lost_percent"`
}

func table(w io.Writer, figures []figure) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "scenario\twhat\tvalue\tunit\tcalls\tvisitors\tlost")
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%s\t%.2f\t%s\t%d\t%d\t%.2f %%\n", f.Scenario, f.What, f.Value, f.Unit, f.Calls, f.Visitors, f.Lost)
	}
	_ = t.Flush()
}

func save(path string, figures []figure) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
