// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestFinite(t *testing.T) {
	for _, code := range []string{"0", "200", "404", "418", "502", "503", "504"} {
		assert.True(t, Finite(contract.ResponseCode, code, NotClaimed), code)
	}
	for _, code := range []string{"999", "299", "", "x", "-1", "99999999999999999999"} {
		assert.False(t, Finite(contract.ResponseCode, code, NotClaimed), code)
	}
	for _, status := range []string{"0", "7", "16"} {
		assert.True(t, Finite(contract.GRPCResponseStatus, status, NotClaimed), status)
	}
	for _, status := range []string{"17", "-1", "007", "x", ""} {
		assert.False(t, Finite(contract.GRPCResponseStatus, status, NotClaimed), status)
	}
	assert.True(t, Finite(contract.DestinationService, "a.b.svc", NotClaimed))
	assert.False(t, Finite(contract.DestinationService, "a.b.svc", ClaimedService))
	assert.False(t, Finite(contract.SourceApp, "x", NotClaimed))
}
