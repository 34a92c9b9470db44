// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// clockTick is the unit of the times in /proc/PID/stat: USER_HZ, which is 100
// on every architecture that Go supports.
const clockTick = 10 * time.Millisecond

// Usage is what a process has used since its start.
type Usage struct {
	// User and System are CPU times, to 10 ms.
	User, System time.Duration
	// RSS and PeakRSS are resident memory in bytes, now and at most.
	RSS, PeakRSS int64
}

// CPU is the sum of both CPU times.
func (u Usage) CPU() time.Duration { return u.User + u.System }

// FinalCPU is the CPU time of the child's whole life. It is valid once Done is
// closed.
func (p *Process) FinalCPU() time.Duration {
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// Usage reads the child's from /proc, which only Linux has.
func (p *Process) Usage() (Usage, error) {
	var u Usage
	if err := u.readStat(fmt.Sprintf("/proc/%d/stat", p.PID())); err != nil {
		return Usage{}, err
	}
	if err := u.readStatus(fmt.Sprintf("/proc/%d/status", p.PID())); err != nil {
		return Usage{}, err
	}
	return u, nil
}

func (u *Usage) readStat(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	// The second field is the program's name in parentheses and may hold spaces.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	const userTime, systemTime = 11, 12 // fields 14 and 15 of proc(5)
	if len(fields) <= systemTime {
		return fmt.Errorf("%s: %d fields", path, len(fields))
	}
	user, err1 := strconv.ParseInt(string(fields[userTime]), 10, 64)
	system, err2 := strconv.ParseInt(string(fields[systemTime]), 10, 64)
	u.User, u.System = time.Duration(user)*clockTick, time.Duration(system)*clockTick
	return errors.Join(err1, err2)
}

func (u *Usage) readStatus(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for line := range bytes.Lines(b) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		var into *int64
		switch string(key) {
		case "VmRSS":
			into = &u.RSS
		case "VmHWM":
			into = &u.PeakRSS
		default:
			continue
		}
		kib, err := strconv.ParseInt(string(bytes.TrimSuffix(bytes.TrimSpace(value), []byte(" kB"))), 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		*into = kib << 10
	}
	return nil
}
