// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// An address that is an IP alone is found by it.
func TestIPIsDestinationIP(t *testing.T) {
	for i, l := range contract.AddressLabels {
		var a Addresses
		a[i] = "x"
		assert.Equal(t, l == contract.DestinationIP, a.onlyIP(), l)
		assert.Equal(t, l == contract.DestinationIP, a.ip() == "x", l)
	}
}
