// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// limitUse is what a limit of a label is for.
type limitUse uint8

const (
	// noSuchLabel is none that a record could have.
	noSuchLabel limitUse = iota
	// notInUse is a label that this configuration does not write.
	notInUse
	// ofAddresses is destination_ip or destination_host.
	ofAddresses
	// ofPeers is the identities of claimed peers.
	ofPeers
	// ofLabel is any other label.
	ofLabel
)

func (c *Config) limitUse(name string) limitUse {
	label, standard := contract.LabelByName(name)
	_, usersOwn := c.Labels[name]
	removed := slices.Contains(c.Remove, name)
	switch {
	case name == contract.ClaimedPeer:
		return ofPeers
	case standard && label == contract.DestinationIP:
		return inUse(ofAddresses, bool(c.DestinationIP.Enabled) && !removed)
	case standard && label == contract.DestinationHost:
		return inUse(ofAddresses, bool(c.DestinationHost.Enabled) && !removed)
	case usersOwn || labelset.LabelOf(c.Schema, name) != contract.NoLabel:
		return inUse(ofLabel, !removed)
	case standard && slices.Contains(limitedByDefault, label):
		return notInUse // the schema does not have it
	default:
		return noSuchLabel
	}
}

func inUse(use limitUse, yes bool) limitUse {
	if !yes {
		return notInUse
	}
	return use
}

// validateLimits checks what depends on the other settings.
func (c *Config) validateLimits() error {
	if c.Schema.Validate() != nil {
		return nil // said of the schema itself; without one no label is wrong
	}
	var errs []error
	labels := 0
	for _, name := range slices.Sorted(maps.Keys(c.Limits)) {
		set := c.Limits[name]
		switch use := c.limitUse(name); {
		case use == noSuchLabel:
			errs = append(errs, fmt.Errorf("`limits` must name labels of the schema or of `labels`, got %q", name))
		case isAddressLabel(name):
			continue
		default:
			errs = append(errs, set.validateNoAddresses(name))
			if use == ofLabel {
				labels++
			}
		}
	}
	if labels > maxBounded {
		errs = append(errs, fmt.Errorf("`limits` must hold at most %d labels beside those of addresses, got %d", maxBounded, labels))
	}
	return errors.Join(errs...)
}

// destinations are those whose records get the label of an address.
func (c *Config) destinations(label string) []string {
	if label == contract.DestinationIP.String() {
		return c.DestinationIP.Destinations
	}
	return c.DestinationHost.Destinations
}

func (c LimitConfig) validateNoAddresses(label string) error {
	var errs []error
	for _, key := range []struct {
		name string
		set  bool
		got  any
	}{
		{"roll_up", bool(c.RollUp), c.RollUp},
		{"networks", len(c.Networks) > 0, c.Networks},
		{"network_label", bool(c.NetworkLabel), c.NetworkLabel},
	} {
		if key.set {
			errs = append(errs, fmt.Errorf("`limits::%s` must not have `%s`, since its values are no addresses, got %v", label, key.name, key.got))
		}
	}
	return errors.Join(errs...)
}
