// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
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
	parsed, owner := map[string][]netip.Prefix{}, map[netip.Prefix]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(c.Networks)) {
		if name == limit.Other || name == istio.Unknown || contract.CleanValue(name) != name || name == "" {
			errs = append(errs, fmt.Errorf("`networks` must have names of at most %d bytes that are not %q or %q, got %q", contract.MaxValueLen, limit.Other, istio.Unknown, name))
		}
		if _, err := limit.ParseNetwork(name); err == nil {
			errs = append(errs, fmt.Errorf("`networks` must have names that are no addresses and no networks, got %q", name))
		}
		if len(c.Networks[name]) == 0 {
			errs = append(errs, fmt.Errorf("`networks::%s` must not be empty", name))
		}
		for _, text := range c.Networks[name] {
			prefix, err := limit.ParseNetwork(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("`networks::%s` must hold prefixes in CIDR notation, got %q", name, text))
				continue
			}
			if other, ok := owner[prefix]; ok && other != name {
				errs = append(errs, fmt.Errorf("`networks::%s` and `networks::%s` both hold %q", other, name, text))
			}
			owner[prefix] = name
			parsed[name] = append(parsed[name], prefix)
		}
	}
	return parsed, errors.Join(errs...)
}
