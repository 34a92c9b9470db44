//go:build linux

package mesh

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// startProcess starts a process that ends with the test, and whose words are
// shown if that failed.
func startProcess(t *testing.T, c proc.Command) *proc.Process {
	t.Helper()
	p, err := proc.Start(c)
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := p.Stop(stopTimeout); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", p.Name(), p.Log())
		}
	})
	return p
}
