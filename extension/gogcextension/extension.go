// SPDX-License-Identifier: Apache-2.0

package gogcextension // import "github.com/otelcol-istio/otelcol-istio/extension/gogcextension"

import (
	"context"
	"os"
	"runtime/debug"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/extension/gogcextension/internal/metadata"
)

// NewFactory creates the factory of the extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return &goGC{cfg: cfg.(*Config), logger: set.Logger}, nil
}

// goGC changes two settings of the process and puts them back.
type goGC struct {
	cfg     *Config
	logger  *zap.Logger
	restore []func()
}

// limitShare of the memory limit is left to garbage, in percent. It is below
// the share from which memory_limiter refuses data (80 %), so that garbage
// alone never makes it refuse.
const limitShare = 60

// Start sets what the environment has not set: GOGC and GOMEMLIMIT win.
func (e *goGC) Start(context.Context, component.Host) error {
	if os.Getenv("GOGC") == "" {
		before := debug.SetGCPercent(e.cfg.Percent)
		e.restore = append(e.restore, func() { debug.SetGCPercent(before) })
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		before := debug.SetMemoryLimit(int64(e.cfg.MemoryLimitMiB) << 20 / 100 * limitShare)
		e.restore = append(e.restore, func() { debug.SetMemoryLimit(before) })
	}
	e.logger.Info("Garbage collector set", zap.Int("percent", e.cfg.Percent), zap.Int("memory_limit_mib", e.cfg.MemoryLimitMiB),
		zap.String("GOGC", os.Getenv("GOGC")), zap.String("GOMEMLIMIT", os.Getenv("GOMEMLIMIT")))
	return nil
}

// Shutdown puts back what Start found.
func (e *goGC) Shutdown(context.Context) error {
	for _, restore := range e.restore {
		restore()
	}
	e.restore = nil
	return nil
}
