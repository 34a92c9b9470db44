// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"net/http"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// maxGRPCStatus is the largest status that gRPC knows, UNAUTHENTICATED.
const maxGRPCStatus = 16

// Finite tells whether a value of a label is one of those, few in number, that
// the mesh, its configuration and its protocols have. Where it is false, whoever
// sends or answers could write another one each time: a Host header, a status
// code that no registry has. claim is that of the label on this record.
func Finite(l contract.Label, value string, claim Claim) bool {
	switch l {
	case contract.DestinationService:
		return claim == NotClaimed
	case contract.ResponseCode:
		code, err := strconv.Atoi(value)
		// Envoy writes 0 where there was no answer.
		return err == nil && len(value) <= 3 && (code == 0 || http.StatusText(code) != "")
	case contract.GRPCResponseStatus:
		status, err := strconv.Atoi(value)
		return err == nil && status >= 0 && status <= maxGRPCStatus && len(value) <= 2
	default:
		return false
	}
}
