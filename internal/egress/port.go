// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"math"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// PortText is the port as it is written: a number, `other`, or nothing if the log does not
// say the port.
func (k *Key) PortText() string {
	switch {
	case k.OtherPorts:
		return contract.Other
	case k.Port == 0:
		return ""
	default:
		return strconv.Itoa(int(k.Port))
	}
}

// portOrder puts other ports after all others.
func (k *Key) portOrder() int {
	if k.OtherPorts {
		return math.MaxUint16 + 1
	}
	return int(k.Port)
}
