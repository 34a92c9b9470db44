// SPDX-License-Identifier: Apache-2.0

package proc_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

func limited(t *testing.T, c proc.Command, script string) *proc.Process {
	t.Helper()
	c.Name, c.Path, c.Args = "child", "/bin/sh", []string{"-c", script}
	p, err := proc.Start(c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

func TestMaxOpenFiles(t *testing.T) {
	p := limited(t, proc.Command{MaxOpenFiles: 256}, `ulimit -n`)
	<-p.Done()
	assert.Equal(t, "256\n", p.Log())
	require.NoError(t, p.Err())
}

func TestMaxMemory(t *testing.T) {
	const limit = 64 << 20
	modest := limited(t, proc.Command{MaxMemory: limit, MaxOpenFiles: 256}, `echo fine`)
	<-modest.Done()
	require.NoError(t, modest.Err())

	// The shell keeps what the pipe gives it in a variable.
	greedy := limited(t, proc.Command{MaxMemory: limit},
		`x=$(head -c 100000000 /dev/zero | tr '\0' x); echo over; while :; do sleep 0.01; done`)
	if greedy.Limited() == "cgroup" {
		<-greedy.Done()
		require.ErrorContains(t, greedy.Err(), "took more than its 64 MiB of memory")
		return
	}
	_, err := greedy.WaitLog(within(t), regexp.MustCompile(`over`))
	require.NoError(t, err)
	require.ErrorContains(t, greedy.CheckMemory(), "more than its 64 MiB")
}
