// SPDX-License-Identifier: Apache-2.0

package proc_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
)

// limit bounds a test that hangs; nothing is asserted about time.
const limit = 30 * time.Second

func shell(t *testing.T, script string) *proc.Process {
	t.Helper()
	p, err := proc.Start(proc.Command{Name: "child", Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"GREETING=hello"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

func TestStopEndsChild(t *testing.T) {
	p := shell(t, `trap 'echo bye; exit 0' TERM; echo "$GREETING"; while :; do sleep 0.01; done`)
	match, err := p.WaitLog(within(t), regexp.MustCompile(`(?m)^(hel)lo$`))
	require.NoError(t, err)
	assert.Equal(t, []string{"hello", "hel"}, match)
	require.NoError(t, p.Stop(limit))
	assert.Equal(t, "hello\nbye\n", p.Log())
	require.NoError(t, p.Stop(limit), "stopping again only reports")
}

func TestStopKillsChildThatDoesNotEnd(t *testing.T) {
	p := shell(t, `trap '' TERM; echo up; while :; do sleep 0.01; done`)
	_, err := p.WaitLog(within(t), regexp.MustCompile(`up`))
	require.NoError(t, err)
	require.ErrorContains(t, p.Stop(50*time.Millisecond), "child did not end")
	<-p.Done()
	assert.False(t, p.Killed(), "nobody asked for it")
	require.NoError(t, p.Kill())
	assert.True(t, p.Killed())
}

func TestStopReportsExitCode(t *testing.T) {
	p := shell(t, `exit 3`)
	<-p.Done()
	require.ErrorContains(t, p.Stop(limit), "child: exit status 3")
}

func TestStartReportsMissingProgram(t *testing.T) {
	_, err := proc.Start(proc.Command{Path: "/does/not/exist"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestPrepare(t *testing.T) {
	p, err := proc.Start(proc.Command{
		Name: "child", Path: "/bin/sh", Args: []string{"-c", "echo $0"},
		Prepare: func(cmd *exec.Cmd) error {
			cmd.Args = append(cmd.Args, "prepared")
			return nil
		},
	})
	require.NoError(t, err)
	<-p.Done()
	assert.Equal(t, "prepared\n", p.Log())

	wrong := errors.New("wrong")
	_, err = proc.Start(proc.Command{Path: "/bin/sh", Prepare: func(*exec.Cmd) error { return wrong }})
	require.ErrorIs(t, err, wrong)
}

func TestWaitReadyTellsWhyNot(t *testing.T) {
	p := shell(t, `echo the reason >&2; exit 1`)
	err := p.WaitHTTP(within(t), "http://127.0.0.1:1/")
	require.ErrorContains(t, err, "child ended before it was ready")
	require.ErrorContains(t, err, "the reason")

	p = shell(t, `exit 0`)
	require.ErrorContains(t, p.WaitHTTP(within(t), "http://127.0.0.1:1/"), "exit status 0")

	p = shell(t, `while :; do sleep 0.01; done`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, p.WaitTCP(ctx, "127.0.0.1:1"), "child is not ready")
}

func TestLogIsBounded(t *testing.T) {
	p := shell(t, `head -c 5000000 /dev/zero | tr '\0' x; echo end`)
	<-p.Done()
	log := p.Log()
	assert.Len(t, log, 1<<20)
	assert.Regexp(t, `xend\n$`, log)
}

func TestUsage(t *testing.T) {
	p := shell(t, `i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; while :; do sleep 0.1; done`)
	_, err := p.WaitLog(within(t), regexp.MustCompile(`done`))
	require.NoError(t, err)
	usage, err := p.Usage()
	require.NoError(t, err)
	assert.Positive(t, usage.CPU())
	assert.Positive(t, usage.RSS)
	assert.GreaterOrEqual(t, usage.PeakRSS, usage.RSS)
}

func TestFreePorts(t *testing.T) {
	ports, err := proc.FreePorts(5)
	require.NoError(t, err)
	seen := map[int]bool{}
	for _, port := range ports {
		seen[port] = true
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
	assert.Len(t, seen, 5)
}
