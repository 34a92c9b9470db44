// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

// startProcess starts a program that ends with the test.
func startProcess(t *testing.T, c proc.Command) *proc.Process {
	t.Helper()
	p, err := proc.Start(c)
	require.NoError(t, err)
	proctest.EndWith(t, p)
	return p
}
