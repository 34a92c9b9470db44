// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// verdict is a row and what would become of it.
type verdict struct {
	Row struct {
		Source struct {
			source
			App string
		}
		Destination string
		Port        int
		OtherPorts  bool `json:"other_ports"`
		Decision    string
	}
	Verdict struct {
		Outcome, Text, Where string
		By                   []id
	}
}

// The words of a change, the worst first. They are those of the counts of a workload.
var changes = []string{changeBreaks, changeUnknown, changeMayPass, changeStaysBlocked}

const (
	changeBreaks  = "breaks"
	changeUnknown = "unknown"
	// changeMayPass is that of what is blocked now, and may pass or go elsewhere.
	changeMayPass      = "may pass"
	changeStaysBlocked = "stays blocked"
)

// change says what is different from now.
func (v *verdict) change() string {
	isBlocked := v.Row.Decision == "blocked"
	switch {
	case isBlocked && v.Verdict.Outcome == "blocked":
		return changeStaysBlocked
	case isBlocked:
		return changeMayPass
	case v.Verdict.Outcome == "unknown":
		return changeUnknown
	}
	return changeBreaks
}

// destination is what the counts of a workload count: a name on a port.
type destination struct {
	source
	app, name string
	port      string
}

// printVerdicts writes a line for each destination: that of its worst row.
func (c *command) printVerdicts(all []verdict) {
	slices.SortStableFunc(all, func(a, b verdict) int {
		return cmp.Compare(slices.Index(changes, a.change()), slices.Index(changes, b.change()))
	})
	written := map[destination]bool{}
	for i := range all {
		v := &all[i]
		d := destination{v.Row.Source.source, v.Row.Source.App, strings.ToLower(v.Row.Destination), v.port()}
		if !written[d] {
			written[d] = true
			_, _ = fmt.Fprintln(c.out, printable(v.String()))
		}
	}
}

func (v *verdict) String() string {
	to := v.Verdict.Outcome
	if v.Verdict.Where != "" {
		to += " (" + v.Verdict.Where + ")"
	}
	by := ""
	if len(v.Verdict.By) > 0 {
		by = " By " + ids(v.Verdict.By) + "."
	}
	return fmt.Sprintf("%s: %s to %s, now %s, then %s. %s%s", v.change(), v.Row.Source.source,
		net.JoinHostPort(v.Row.Destination, v.port()), v.Row.Decision, to, v.Verdict.Text, by)
}

func (v *verdict) port() string { return portText(v.Row.Port, v.Row.OtherPorts) }

// counted writes a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
