package peers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// Process is a running program of somebody else's.
type Process struct {
	name string
	log  string
	pid  int
	done chan struct{} // closed when it has ended; err is set before
	err  error
}

// Command says what to run.
type Command struct {
	Program string // as Find takes it, or a path
	Args    []string
	Dir     string // where it runs and where its log is written
	In      string // where it runs instead
	Env     []string
	As      string // the user that runs it; empty: ours. Only root may be another
}

// Start runs a program with its output in Dir/PROGRAM.log. Its owner ends it
// with Stop, also when it has ended by itself.
func Start(c Command) (*Process, error) {
	path, err := Find(c.Program)
	if err != nil {
		return nil, err
	}
	p := &Process{name: c.Program, log: filepath.Join(c.Dir, filepath.Base(c.Program)+".log"), done: make(chan struct{})}
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if c.As != "" {
		if attr.Credential, err = credential(c.As); err != nil {
			return nil, err
		}
	}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("peers: %s: %w", c.Program, err)
	}
	cmd := exec.Command(path, c.Args...) //nolint:noctx // it outlives the call that starts it; Stop ends it
	cmd.Dir, cmd.Stdout, cmd.Stderr = cmp.Or(c.In, c.Dir), out, out
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.SysProcAttr = attr
	started := make(chan error)
	go p.run(cmd, out, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("peers: %s: %w", c.Program, err)
	}
	return p, nil
}

// run starts the program and waits for it on one thread that stays: Pdeathsig,
// which ends the program when this process is killed, watches the thread that
// started it.
func (p *Process) run(cmd *exec.Cmd, out *os.File, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer func() { _ = out.Close() }()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	p.pid = cmd.Process.Pid
	started <- nil
	p.err = cmd.Wait()
	close(p.done)
}

// credential is who a user of this machine is.
func credential(name string) (*syscall.Credential, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("peers: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("peers: user %s: %w", name, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("peers: user %s: %w", name, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func (p *Process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait returns the program's exit code when it has ended.
func (p *Process) Wait(ctx context.Context) (int, error) {
	select {
	case <-p.done:
	case <-ctx.Done():
		return 0, fmt.Errorf("peers: %s still runs: %w", p.name, context.Cause(ctx))
	}
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok {
		return exit.ExitCode(), nil
	}
	return 0, p.err
}

// Stop asks the program to end, gives it two seconds, and kills what is left of
// its process group. No process of it lives when Stop returns.
func (p *Process) Stop() {
	_ = syscall.Kill(-p.pid, syscall.SIGTERM)
	timer := time.NewTimer(2 * time.Second)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
	}
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	<-p.done
}

// PID is the process id, for measurements.
func (p *Process) PID() int { return p.pid }

// Log returns what the program has written so far.
func (p *Process) Log() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
