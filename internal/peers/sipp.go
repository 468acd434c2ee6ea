package peers

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// SIPpOptions describe one run of a scenario.
type SIPpOptions struct {
	// Scenario is the XML text; Keys replaces [NAME] of the scenario by -key.
	Scenario string
	Keys     map[string]string
	// Remote is who is called, "127.0.0.1:5060"; empty for a scenario that waits.
	Remote string
	// Transport is "u1" (UDP, the default) or "t1" (TCP).
	Transport string
	// Calls in all; Rate of new calls a second, 10 when zero.
	Calls, Rate int
	// Service is the user part called; User and Password answer a challenge.
	Service, User, Password string
	Args                    []string
}

// Counts are the totals of a run.
type Counts struct {
	Created, Successful, Failed, Retransmissions, Unexpected int
}

// SIPp is a running scenario.
type SIPp struct {
	*Process
	// SIPAddr is where it takes SIP.
	SIPAddr string
	dir     string
}

// StartSIPp writes the scenario into dir, which must exist, and starts it.
func StartSIPp(dir string, opt SIPpOptions) (*SIPp, error) {
	port, err := FreePort(2)
	if err != nil {
		return nil, err
	}
	media, err := FreePort(4)
	if err != nil {
		return nil, err
	}
	scenario := filepath.Join(dir, "scenario.xml")
	if err := os.WriteFile(scenario, []byte(opt.Scenario), 0o600); err != nil {
		return nil, fmt.Errorf("peers: sipp: %w", err)
	}
	p, err := Start(Command{Program: "sipp", Args: sippArgs(opt, scenario, dir, port, media), Dir: dir, Env: []string{"TERM=dumb"}})
	if err != nil {
		return nil, err
	}
	return &SIPp{Process: p, SIPAddr: "127.0.0.1:" + strconv.Itoa(port), dir: dir}, nil
}

func sippArgs(opt SIPpOptions, scenario, dir string, port, media int) []string {
	args := []string{
		"-sf", scenario, "-nostdin", "-i", "127.0.0.1", "-p", strconv.Itoa(port), "-mp", strconv.Itoa(media),
		"-m", strconv.Itoa(max(opt.Calls, 1)), "-trace_stat", "-stf", filepath.Join(dir, "stat.csv"),
		"-trace_err", "-error_file", filepath.Join(dir, "errors.log"),
		"-trace_msg", "-message_file", filepath.Join(dir, "messages.log"),
	}
	add := func(flag, value string) {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	add("-t", opt.Transport)
	add("-s", opt.Service)
	add("-au", opt.User)
	add("-ap", opt.Password)
	if opt.Rate > 0 {
		add("-r", strconv.Itoa(opt.Rate))
	}
	for key, value := range opt.Keys {
		args = append(args, "-key", key, value)
	}
	args = append(args, opt.Args...)
	if opt.Remote != "" {
		args = append(args, opt.Remote)
	}
	return args
}

// Result waits for the end of the run and returns its totals. A run in which a
// call failed is not an error: that is what the totals are for.
func (s *SIPp) Result(ctx context.Context) (Counts, error) {
	code, err := s.Wait(ctx)
	if err != nil {
		return Counts{}, err
	}
	if code > 1 && code != 97 && code != 99 { // 1: calls failed, 97 and 99: ended by hand
		return Counts{}, fmt.Errorf("peers: sipp: exit code %d\n%s", code, s.Trouble())
	}
	f, err := os.Open(filepath.Join(s.dir, "stat.csv"))
	if err != nil {
		return Counts{}, fmt.Errorf("peers: sipp: %w", err)
	}
	defer func() { _ = f.Close() }()
	in := csv.NewReader(f)
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = ';', -1, true
	rows, err := in.ReadAll()
	if err != nil || len(rows) < 2 {
		return Counts{}, fmt.Errorf("peers: sipp: statistics of %d rows: %w", len(rows), err)
	}
	return counts(rows[0], rows[len(rows)-1]), nil
}

func counts(names, values []string) Counts {
	get := func(name string) int {
		for i, n := range names {
			if n == name && i < len(values) {
				v, _ := strconv.Atoi(strings.TrimSpace(values[i]))
				return v
			}
		}
		return 0
	}
	return Counts{
		Created:         get("TotalCallCreated"),
		Successful:      get("SuccessfulCall(C)"),
		Failed:          get("FailedCall(C)"),
		Retransmissions: get("Retransmissions(C)"),
		Unexpected:      get("FailedUnexpectedMessage(C)"),
	}
}

// Trouble returns what SIPp wrote about errors, and its messages.
func (s *SIPp) Trouble() string {
	var all strings.Builder
	for _, name := range []string{"errors.log", "messages.log"} {
		if b, err := os.ReadFile(filepath.Join(s.dir, name)); err == nil {
			all.Write(b)
		}
	}
	return all.String() + s.Log()
}
