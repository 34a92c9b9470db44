// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorded is a CPU profile of this test. On a busy machine it may get too little CPU time
// for a sample, and records another one.
func recorded(t *testing.T) string {
	t.Helper()
	for {
		if path := record(t); samples(load(t, path)) > 0 {
			return path
		}
	}
}

func record(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cpu.pprof")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, pprof.StartCPUProfile(f))
	var sum int
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		sum += busy()
	}
	assert.Positive(t, sum)
	pprof.StopCPUProfile()
	require.NoError(t, f.Close())
	return path
}

func busy() (sum int) {
	for i := range 1_000_000 {
		sum += i % 7
	}
	return sum
}

func load(t *testing.T, path string) *profile.Profile {
	t.Helper()
	p, err := read(path)
	require.NoError(t, err)
	return p
}

func samples(p *profile.Profile) (sum int64) {
	for _, s := range p.Sample {
		sum += s.Value[0]
	}
	return sum
}

func TestMerge(t *testing.T) {
	first, second := recorded(t), recorded(t)
	output := filepath.Join(t.TempDir(), "release.pgo")
	require.NoError(t, run([]string{output, first, second}))

	merged := load(t, output)
	assert.Positive(t, samples(merged))
	assert.Equal(t, samples(load(t, first))+samples(load(t, second)), samples(merged))
	assert.Zero(t, merged.TimeNanos)
	for _, m := range merged.Mapping {
		assert.Empty(t, m.File)
		assert.Empty(t, m.BuildID)
	}
}

func TestRefused(t *testing.T) {
	output := filepath.Join(t.TempDir(), "release.pgo")
	require.Error(t, run(nil))
	require.Error(t, run([]string{output}))
	require.Error(t, run([]string{output, output + ".missing"}))
	assert.NoFileExists(t, output)
}
