// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"errors"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// checkStorage finds storage extensions that a component names and that the
// service does not start. `service::extensions` is a list. A file that is merged
// later replaces it, and the Collector tells it at the start only.
func checkStorage(c *components) error {
	started := texts(c.conf.Get("service::extensions"))
	var errs []error
	for _, key := range c.conf.AllKeys() {
		if !strings.HasSuffix(key, confmap.KeyDelimiter+"storage") || !c.isUsed(key) {
			continue
		}
		id, ok := c.conf.Get(key).(string)
		if !ok || slices.Contains(started, id) || !c.conf.IsSet("extensions"+confmap.KeyDelimiter+id) {
			continue
		}
		errs = append(errs, notStarted(id, key, started))
	}
	return errors.Join(errs...)
}

// isUsed tells whether a key is of a component in a pipeline.
func (c *components) isUsed(key string) bool {
	return slices.ContainsFunc(c.used, func(component string) bool {
		return strings.HasPrefix(key, component+confmap.KeyDelimiter)
	})
}
