// SPDX-License-Identifier: Apache-2.0

// Package proctest finds the programs that tests run, and ends them.
package proctest

import (
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// EndWith ends a program when the test ends. The test fails if the program does
// not end as it should, or has ended otherwise, unless the test killed it. If the
// test failed, what the program said is shown.
func EndWith(t testing.TB, p *proc.Process) {
	t.Helper()
	EndWithSummary(t, p, func(log string) string { return log })
}

// EndWithSummary is EndWith for a program that says much: summary takes from its
// log what is to be shown.
func EndWithSummary(t testing.TB, p *proc.Process, summary func(log string) string) {
	t.Helper()
	t.Cleanup(func() {
		if err := p.Stop(proc.StopTimeout); err != nil && !p.Killed() {
			t.Error(err)
		}
		if !t.Failed() {
			return
		}
		if said := summary(p.Log()); said != "" {
			t.Logf("%s said:\n%s", p.Name(), said)
		}
	})
}
