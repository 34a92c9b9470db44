// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"net/netip"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/network"
)

// Validate checks one label's numbers.
func (c *LimitConfig) Validate() error {
	_, err := c.networks()
	return errors.Join(err,
		between("limit", c.Limit, 1, maxLimit),
		configform.AtLeast("idle_timeout", c.IdleTimeout, time.Second, "10s"))
}

// networks parses the prefixes.
func (c *LimitConfig) networks() (map[string][]netip.Prefix, error) {
	return network.ParseNamed(c.Networks)
}
