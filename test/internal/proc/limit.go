// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// limit has a shell set the child's limits and then become the child, so that
// they hold from its first instruction on, and its process id is the shell's.
func (p *Process) limit(c Command) error {
	var script []string
	if c.MaxOpenFiles > 0 {
		script = append(script, "ulimit -n "+strconv.Itoa(c.MaxOpenFiles))
	}
	if c.MaxMemory > 0 {
		p.memory = newMemory(c.MaxMemory)
		if join := p.memory.join(); join != "" {
			script = append(script, join)
		}
	}
	if len(script) == 0 {
		return nil
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		return err
	}
	script = append(script, `exec "$0" "$@"`)
	p.cmd.Args = append([]string{"sh", "-c", strings.Join(script, " && "), p.cmd.Path}, p.cmd.Args[1:]...)
	p.cmd.Path = shell
	return nil
}

// Limited tells what holds the child to its MaxMemory: "cgroup", where the
// kernel kills a child that takes more, or "peak", where only CheckMemory looks.
func (p *Process) Limited() string {
	if p.memory.inCgroup() {
		return "cgroup"
	}
	return "peak"
}

// CheckMemory is an error if the running child has ever held more resident
// memory than its MaxMemory.
func (p *Process) CheckMemory() error {
	if p.memory == nil {
		return nil
	}
	usage, err := p.Usage()
	if err != nil {
		return err
	}
	if usage.PeakRSS > p.memory.limit {
		return fmt.Errorf("%s held %d MiB of resident memory, more than its %d MiB", p.name, usage.PeakRSS>>20, p.memory.limit>>20)
	}
	return nil
}
