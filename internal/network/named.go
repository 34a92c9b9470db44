// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// ParseNamed reads the value of a key `networks`: lists of prefixes by name. A name
// stands in a label in the place of an address. So it may be no address, no network, and
// neither `other` nor `unknown`. Errors name the key and the value. What can be read is
// returned in any case.
func ParseNamed(named map[string][]string) (map[string][]netip.Prefix, error) {
	parsed, owner := map[string][]netip.Prefix{}, map[netip.Prefix]string{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(named)) {
		if name == contract.Other || name == contract.Unknown || contract.CleanValue(name) != name || name == "" {
			errs = append(errs, fmt.Errorf("`networks` must have names of at most %d bytes that are not %q or %q, got %q", contract.MaxValueLen, contract.Other, contract.Unknown, name))
		}
		if _, err := Parse(name); err == nil {
			errs = append(errs, fmt.Errorf("`networks` must have names that are no addresses and no networks, got %q", name))
		}
		if len(named[name]) == 0 {
			errs = append(errs, fmt.Errorf("`networks::%s` must not be empty", name))
		}
		for _, text := range named[name] {
			prefix, err := Parse(text)
			if err != nil {
				errs = append(errs, fmt.Errorf("`networks::%s` must hold prefixes in CIDR notation, got %q", name, text))
				continue
			}
			if first, ok := owner[prefix]; ok && first != name {
				errs = append(errs, fmt.Errorf("`networks::%s` and `networks::%s` both hold %q", first, name, text))
			}
			owner[prefix] = name
			parsed[name] = append(parsed[name], prefix)
		}
	}
	return parsed, errors.Join(errs...)
}
