package istio

import (
	"net/http"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

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

// HostAlone tells whether the Host header of a record is its destination_service
// and nothing else depends on it, so that any other host gives the same labels
// but for that one. It holds for requests that leave the mesh or were kept from
// it.
func (o Options) HostAlone(rec *accesslog.Record, f Facts) bool {
	if !f.HTTP || !o.hostFallback(f) || rec.Get(accesslog.Authority) == "" {
		return false
	}
	_, ok := o.withoutService(rec, f)
	return ok
}

// Host is the Host header of a record as destination_service shows it. It may
// share memory with the record.
func (o Options) Host(rec *accesslog.Record) string {
	return contract.CleanValue(o.authority(rec))
}

func (o Options) authority(rec *accesslog.Record) string {
	h := rec.Get(accesslog.Authority)
	if o.NormalizeHosts {
		h = host.Normal(h)
	}
	return h
}
