package istio

import (
	"net/http"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// maxGRPCStatus is the largest status that gRPC knows, UNAUTHENTICATED. A server
// may send any number.
const maxGRPCStatus = 16

// Finite tells whether the values of a label are as few as the mesh, its
// configuration and its protocols make them, given the value on this record.
// Where it is false, whoever sends or answers could write another one each time:
// a Host header, a status code that no registry has. hostClaimed is that of
// Derived.
func Finite(l contract.Label, value string, hostClaimed bool) bool {
	switch l {
	case contract.DestinationService:
		return !hostClaimed
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
