// SPDX-License-Identifier: Apache-2.0

package gogcextension

import (
	"context"
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/otelcol-istio/otelcol-istio/extension/gogcextension/internal/metadata"
)

// settings reads what is in force.
func settings() (percent int, limit int64) {
	percent = debug.SetGCPercent(-1)
	debug.SetGCPercent(percent)
	return percent, debug.SetMemoryLimit(-1)
}

func unset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "")
	require.NoError(t, os.Unsetenv(name))
}

func start(t *testing.T) func() {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.MemoryLimitMiB = 1000
	e, err := create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	return func() { require.NoError(t, e.Shutdown(context.Background())) }
}

func TestSetsAndRestores(t *testing.T) {
	unset(t, "GOGC")
	unset(t, "GOMEMLIMIT")
	beforePercent, beforeLimit := settings()
	stop := start(t)
	percent, limit := settings()
	assert.Equal(t, 400, percent)
	assert.Equal(t, int64(1000<<20/100*60), limit)
	stop()
	percent, limit = settings()
	assert.Equal(t, beforePercent, percent)
	assert.Equal(t, beforeLimit, limit)
}

func TestEnvironmentWins(t *testing.T) {
	t.Setenv("GOGC", "50")
	t.Setenv("GOMEMLIMIT", "1GiB")
	beforePercent, beforeLimit := settings()
	stop := start(t)
	defer stop()
	percent, limit := settings()
	assert.Equal(t, beforePercent, percent)
	assert.Equal(t, beforeLimit, limit)
}

func TestValidate(t *testing.T) {
	require.EqualError(t, confmap.Validate(createDefaultConfig()), "`memory_limit_mib` must be positive, got 0")
	require.EqualError(t, confmap.Validate(&Config{Percent: -1, MemoryLimitMiB: 1}), "`percent` must be positive, got -1")
}
