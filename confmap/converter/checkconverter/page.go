// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"errors"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
)

// checkPage finds pages that a connector names and that the service does not start.
func checkPage(c *components) error {
	var errs []error
	for _, connector := range c.ofType("connectors", "istio_egress") {
		errs = append(errs, c.checkStarted(connector+confmap.KeyDelimiter+"page"))
	}
	return errors.Join(errs...)
}

// withoutDestination lists the keys that take from the rows of istio_egress where
// traffic went.
func withoutDestination(c *components) (keys []string) {
	if len(c.ofType("connectors", "istio_egress")) == 0 {
		return nil
	}
	for _, processor := range c.ofType("processors", "istio_labels") {
		for _, label := range []string{"destination_host", "destination_ip"} {
			key := processor + confmap.KeyDelimiter + label + "::enabled"
			if !c.isOn(key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// isOn reads a switch whose default is off. What is no switch is left to its
// component, which refuses it.
func (c *components) isOn(key string) bool {
	on, err := configbool.Parse(c.conf.Get(key))
	return err != nil || on
}
