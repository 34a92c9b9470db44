// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"fmt"
	"slices"
)

// checkStarted is an error if a key names an extension that the service does not start.
// `service::extensions` is a list. A file that is merged later replaces it, and the
// Collector tells it at the start only.
func (c *components) checkStarted(key string) error {
	started := texts(c.conf.Get("service::extensions"))
	if id, ok := c.conf.Get(key).(string); ok && !slices.Contains(started, id) {
		return fmt.Errorf("`service::extensions` must have %q, which `%s` names, got %q (a list takes the place of the one in the file before)", id, key, started)
	}
	return nil
}
