package istio

import (
	"net/http"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Claim says which claim a label's value is part of. Whoever claims can write
// another value each time, so claimed values need a bound.
type Claim uint8

const (
	// NotClaimed values are as few as the mesh and its configuration make them.
	NotClaimed Claim = iota
	// ClaimedService is the service that a client says it wants.
	ClaimedService
	// ClaimedSource is who a client says it is.
	ClaimedSource
	// ClaimedDestination is who a server says it is.
	ClaimedDestination
)

// Claims has the claim of each label.
type Claims [contract.NumLabels]Claim

// Names tells whether a claim names anything: whether a label that is part of it
// says more than its default.
func (c *Claims) Names(claim Claim, labels *contract.LabelSet) bool {
	for l, of := range c {
		if of == claim && labels[l] != "" && labels[l] != contract.Label(l).Default() {
			return true
		}
	}
	return false
}

// Withdraw puts one value in place of all that a claim names. A principal that
// nobody claimed stays unknown.
func (c *Claims) Withdraw(claim Claim, labels *contract.LabelSet, value string) {
	for i, of := range c {
		l := contract.Label(i)
		if of != claim {
			continue
		}
		c[l] = NotClaimed
		isPrincipal := l == contract.SourcePrincipal || l == contract.DestinationPrincipal
		if labels[l] != "" && !(isPrincipal && labels[l] == Unknown) {
			labels[l] = value
		}
	}
}

// maxGRPCStatus is the largest status that gRPC knows, UNAUTHENTICATED. A server
// may send any number.
const maxGRPCStatus = 16

// Finite tells whether the values of a label are as few as the mesh, its
// configuration and its protocols make them, given the value on this record.
// Where it is false, whoever sends or answers could write another one each time:
// a Host header, a status code that no registry has. claim is that of the label.
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
