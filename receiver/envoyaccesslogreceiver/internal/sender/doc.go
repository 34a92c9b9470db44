// Package sender checks who speaks for whom. A proxy may send records of its own
// namespace only: the one in the SPIFFE ID of its client certificate. Whatever a
// record says of its proxy must agree with that.
//
// A record that names no sender agrees with every certificate. What a user's own
// log format calls the sender is not known here, and neither is what stands in a
// line of text.
package sender // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
