// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
)

// NewFactory creates the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(set confmap.ConverterSettings) confmap.Converter {
		return &converter{logger: set.Logger, environment: os.Environ, validateOutput: validateOutput(os.Args)}
	})
}

// validateOutput is where `validate` prints warnings. The Collector keeps what a
// converter logs until its service starts, and `validate` starts none.
func validateOutput(args []string) io.Writer {
	if len(args) > 1 && args[1] == "validate" {
		return os.Stderr
	}
	return io.Discard
}

type converter struct {
	logger *zap.Logger
	// environment lists NAME=VALUE.
	environment func() []string
	// validateOutput takes the warnings about variables and labels, too.
	validateOutput io.Writer
}

// Convert checks the configuration as it is after all files are merged and all
// variables are filled in. It warns of variables that are probably misspelled, of
// receivers of log files that have nothing to read, and of labels without which rows of
// istio_egress do not say where traffic went. An error names the keys that do not go
// together, and their values.
func (c *converter) Convert(_ context.Context, conf *confmap.Conf) error {
	for _, m := range misspelled(c.environment()) {
		c.logger.Warn("Environment variable is not known. Is it misspelled?", zap.String("variable", m.name), zap.String("known_variable", m.known))
		if _, err := fmt.Fprintf(c.validateOutput, "Warning: environment variable %s is not known, did you mean %s?\n", m.name, m.known); err != nil {
			return err
		}
	}
	used := newComponents(conf)
	for _, r := range withoutFiles(used) {
		c.logger.Warn("No file matches. The receiver has nothing to read until one does.", zap.String("receiver", r.receiver), zap.Strings("include", r.patterns))
	}
	for _, key := range withoutDestination(used) {
		c.logger.Warn("The label is off. Rows of istio_egress do not have it.", zap.String("key", key))
		if _, err := fmt.Fprintf(c.validateOutput, "Warning: `%s` is off: rows of istio_egress do not have this label\n", key); err != nil {
			return err
		}
	}
	return errors.Join(checkMemory(used), checkStorage(used), checkPage(used))
}
