// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	cgroupRoot   = "/sys/fs/cgroup"
	cgroupPrefix = "otelcol-istio-test-"
)

// cgroups counts those of this process, for their names.
var cgroups atomic.Int64

// memory is a bound on a child's memory. It is a cgroup where one can be made:
// as root, or where the user was given one.
type memory struct {
	limit int64
	// dir is empty without a cgroup.
	dir string
}

func newMemory(limit int64) *memory {
	name := fmt.Sprintf("%s%d-%d", cgroupPrefix, os.Getpid(), cgroups.Add(1))
	for _, c := range []struct{ parent, file string }{
		{filepath.Join(cgroupRoot, "memory"), "memory.limit_in_bytes"}, // version 1
		{filepath.Join(cgroupRoot, ownCgroup()), "memory.max"},         // version 2
		{cgroupRoot, "memory.max"},
	} {
		removeStale(c.parent)
		dir := filepath.Join(c.parent, name)
		if makeCgroup(dir, c.file, limit) == nil {
			return &memory{limit: limit, dir: dir}
		}
	}
	return &memory{limit: limit}
}

// removeStale removes the groups of test programs that were killed. Its children
// ended with each, and the kernel removes no group that has a process.
func removeStale(parent string) {
	stale, _ := filepath.Glob(filepath.Join(parent, cgroupPrefix+"*"))
	for _, dir := range stale {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), cgroupPrefix), "-")
		if _, err := os.Stat("/proc/" + pid); os.IsNotExist(err) {
			_ = os.Remove(dir)
		}
	}
}

// makeCgroup makes a group, in which there must be a file for the limit.
func makeCgroup(dir, file string, limit int64) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	path := filepath.Join(dir, file)
	_, err := os.Stat(path)
	if err == nil {
		err = os.WriteFile(path, strconv.AppendInt(nil, limit, 10), 0)
	}
	if err != nil {
		_ = os.Remove(dir)
	}
	return err
}

// ownCgroup is that of this process in version 2.
func ownCgroup() string {
	b, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return ""
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		if path, ok := strings.CutPrefix(lines.Text(), "0::"); ok {
			return path
		}
	}
	return ""
}

func (m *memory) inCgroup() bool { return m != nil && m.dir != "" }

// join is the command with which a shell enters the group.
func (m *memory) join() string {
	if !m.inCgroup() {
		return ""
	}
	return "echo $$ > " + filepath.Join(m.dir, "cgroup.procs")
}

// explain says that the kernel killed the child for its memory, if it did.
func (m *memory) explain(err error) error {
	if err == nil || m.kills() == 0 {
		return err
	}
	return fmt.Errorf("%w: took more than its %d MiB of memory", err, m.limit>>20)
}

// kills is how many processes of the group the kernel has killed.
func (m *memory) kills() int {
	if !m.inCgroup() {
		return 0
	}
	for _, file := range []string{"memory.oom_control", "memory.events"} {
		b, _ := os.ReadFile(filepath.Join(m.dir, file))
		for line := range strings.Lines(string(b)) {
			if number, ok := strings.CutPrefix(line, "oom_kill "); ok {
				n, _ := strconv.Atoi(strings.TrimSpace(number))
				return n
			}
		}
	}
	return 0
}

// close removes the group. The kernel may need a moment to see that it is empty.
func (m *memory) close() {
	if !m.inCgroup() {
		return
	}
	for range 100 {
		if err := os.Remove(m.dir); err == nil || os.IsNotExist(err) {
			return
		}
		time.Sleep(pollInterval)
	}
}
