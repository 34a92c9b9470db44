// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Command says what to start.
type Command struct {
	// Name stands in errors and in front of the log; default is Path.
	Name string
	// Path of the program.
	Path string
	Args []string
	// Env is added to the environment of this process.
	Env []string
	// Dir is the working directory; empty means that of this process.
	Dir string
	// MaxMemory bounds the child's memory in bytes, MaxOpenFiles the number of its
	// files and sockets; zero means no bound. See Limited for what holds the memory.
	MaxMemory    int64
	MaxOpenFiles int
	// Prepare, if it is set, may change the command before it starts. It runs on
	// the thread that starts the child and that nobody uses after it, so it may
	// change that thread, too: the child inherits its network namespace.
	Prepare func(*exec.Cmd) error
}

// Process is a running child. Its methods may be called from any goroutine.
type Process struct {
	name string
	cmd  *exec.Cmd
	log  *tail
	done chan struct{}
	err  error // of Wait; set before done is closed
	// memory is nil without MaxMemory.
	memory *memory

	stopOnce sync.Once
	killed   atomic.Bool
}

// Start starts the program. What it writes to stdout and stderr is kept; see Log.
func Start(c Command) (*Process, error) {
	name := c.Name
	if name == "" {
		name = c.Path
	}
	p := &Process{name: name, log: newTail(), done: make(chan struct{})}
	p.cmd = exec.Command(c.Path, c.Args...)
	p.cmd.Env = append(os.Environ(), c.Env...)
	p.cmd.Dir = c.Dir
	p.cmd.Stdout = p.log
	p.cmd.Stderr = p.log
	p.cmd.WaitDelay = time.Second
	endWithParent(p.cmd)
	if err := p.limit(c); err != nil {
		return nil, fmt.Errorf("limit %s: %w", name, err)
	}

	started := make(chan error, 1)
	go p.run(c.Prepare, started)
	if err := <-started; err != nil {
		p.memory.close()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return p, nil
}

// run keeps its thread for as long as the child lives: the kernel ends the
// child when the thread that started it ends, not when the process does.
func (p *Process) run(prepare func(*exec.Cmd) error, started chan<- error) {
	runtime.LockOSThread() // and not unlocked: the thread ends with the goroutine
	err := error(nil)
	if prepare != nil {
		err = prepare(p.cmd)
	}
	if err == nil {
		err = p.cmd.Start()
	}
	started <- err
	if err != nil {
		return
	}
	p.err = p.memory.explain(p.cmd.Wait())
	p.memory.close()
	close(p.done)
}

// Name of the command.
func (p *Process) Name() string { return p.name }

// PID is the child's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Log is the last mebibyte of what the child wrote.
func (p *Process) Log() string { return p.log.String() }

// Done is closed once the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is how the child ended: nil for exit code 0. It is valid once Done is closed.
func (p *Process) Err() error { return p.err }

// Signal sends a signal to the child, and to nobody else.
func (p *Process) Signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// Kill ends the child without notice, as kill -9 does.
func (p *Process) Kill() error {
	p.killed.Store(true)
	return p.kill()
}

// Killed tells whether Kill was called: that the child did not end as it should is
// then no fault of its own.
func (p *Process) Killed() bool { return p.killed.Load() }

func (p *Process) kill() error {
	if err := p.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.done
	return nil
}

// StopTimeout is enough for the programs of the tests to end: a gateway flushes,
// an Envoy sends what it has not sent yet.
const StopTimeout = 30 * time.Second

// Stop asks the child to end (SIGTERM) and waits; a child that takes longer
// than the timeout is killed, which is an error. So is an exit code other than
// 0. Calling it again, or after the child has ended, only reports how it ended.
func (p *Process) Stop(timeout time.Duration) error {
	p.stopOnce.Do(func() { _ = p.Signal(syscall.SIGTERM) })
	select {
	case <-p.done:
		if p.err != nil {
			return fmt.Errorf("%s: %w", p.name, p.err)
		}
		return nil
	case <-time.After(timeout):
	}
	if err := p.kill(); err != nil {
		return fmt.Errorf("kill %s: %w", p.name, err)
	}
	return fmt.Errorf("%s did not end within %s of SIGTERM", p.name, timeout)
}
