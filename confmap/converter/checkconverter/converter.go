package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
)

// NewFactory creates the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(set confmap.ConverterSettings) confmap.Converter {
		return &converter{logger: set.Logger, environment: os.Environ}
	})
}

type converter struct {
	logger *zap.Logger
	// environment lists NAME=VALUE.
	environment func() []string
}

// Convert checks the configuration as it is after all files are merged and all
// variables are filled in. It warns of variables that are probably misspelled.
// An error names the keys that do not go together, and their values.
func (c *converter) Convert(_ context.Context, conf *confmap.Conf) error {
	for _, m := range misspelled(c.environment()) {
		c.logger.Warn("Environment variable is not known, and nothing reads it. Is it misspelled?",
			zap.String("variable", m.name), zap.String("known_variable", m.known))
	}
	used := newComponents(conf)
	return errors.Join(checkMemory(used), checkStorage(used))
}
