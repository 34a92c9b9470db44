// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"errors"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// checkStorage finds storage extensions that a component names and that the service does
// not start. A key called storage that names no extension has another meaning.
func checkStorage(c *components) error {
	var errs []error
	for _, key := range c.conf.AllKeys() {
		if !strings.HasSuffix(key, confmap.KeyDelimiter+"storage") || !c.isUsed(key) {
			continue
		}
		if id, ok := c.conf.Get(key).(string); ok && c.conf.IsSet("extensions"+confmap.KeyDelimiter+id) {
			errs = append(errs, c.checkStarted(key))
		}
	}
	return errors.Join(errs...)
}

// isUsed tells whether a key is of a component in a pipeline.
func (c *components) isUsed(key string) bool {
	return slices.ContainsFunc(c.used, func(component string) bool {
		return strings.HasPrefix(key, component+confmap.KeyDelimiter)
	})
}
