package istio

import "github.com/otelcol-istio/otelcol-istio/internal/accesslog"

// Classify finds what kind of record it is: a request or a connection, of which
// side of which proxy, refused or not, and its Verdict.
func Classify(rec *accesslog.Record) Facts {
	f := Facts{HTTP: isHTTP(rec), Ambiguous: rec.Ambiguous}
	f.direction, f.gateway = directionOf(rec)
	f.GRPC = f.HTTP && isGRPC(rec.Get(accesslog.ContentType))
	f.Blocked = isBlocked(rec, f)
	f.Verdict = verdictOf(rec, f)
	return f
}
