// SPDX-License-Identifier: Apache-2.0

package proctest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

var helloLine = regexp.MustCompile(`hello`)

// recorder is a test that keeps what it is told.
type recorder struct {
	testing.TB
	failed  bool
	logged  string
	cleanup func()
}

func (*recorder) Helper()                      {}
func (r *recorder) Error(...any)               { r.failed = true }
func (r *recorder) Errorf(string, ...any)      { r.failed = true }
func (*recorder) FailNow()                     { runtime.Goexit() }
func (r *recorder) Failed() bool               { return r.failed }
func (r *recorder) Logf(f string, args ...any) { r.logged += fmt.Sprintf(f, args...) }
func (r *recorder) Cleanup(f func())           { r.cleanup = f }

func TestEndWith(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		// ended says that the child ends by itself.
		ended, kill, fails, already bool
	}{
		"ends when asked":       {script: `trap 'exit 0' TERM; echo hello; while :; do sleep 0.01; done`},
		"has ended well":        {script: `echo hello`, ended: true},
		"has failed":            {script: `echo hello; exit 3`, ended: true, fails: true},
		"was killed":            {script: `echo hello; while :; do sleep 0.01; done`, kill: true},
		"ends in a failed test": {script: `echo hello`, ended: true, already: true},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := proc.Start(proc.Command{Name: "child", Path: "/bin/sh", Args: []string{"-c", tt.script}})
			require.NoError(t, err)
			if tt.ended {
				<-p.Done()
			} else {
				_, err = p.WaitLog(t.Context(), helloLine)
				require.NoError(t, err)
			}
			r := &recorder{failed: tt.already}
			proctest.EndWith(r, p)
			if tt.kill {
				require.NoError(t, p.Kill())
			}
			r.cleanup()
			<-p.Done()
			assert.Equal(t, tt.fails || tt.already, r.failed)
			assert.Equal(t, r.failed, r.logged != "", "what it said is shown if the test failed")
		})
	}
}

func TestFind(t *testing.T) {
	const variable = "PROCTEST_BIN"
	built, other := filepath.Join(t.TempDir(), "built"), filepath.Join(t.TempDir(), "other")
	for _, path := range []string{built, other} {
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	program := proctest.Program{Variable: variable, Path: built}
	t.Setenv(variable, "")
	assert.Equal(t, built, program.Find(t))
	t.Setenv(variable, other)
	assert.Equal(t, other, program.Find(t))
	t.Setenv(variable, other+"-is-not-there")
	r, done := &recorder{TB: t}, make(chan struct{})
	go func() {
		defer close(done)
		program.Find(r)
	}()
	<-done
	assert.True(t, r.failed)
}
