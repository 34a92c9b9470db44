// Package lastheard remembers when each proxy was last heard, so that a proxy
// that cannot get its access logs through is told from one without traffic.
//
// A node id is what its sender claims. So the same node id from two addresses is
// two entries, and senders with few entries keep theirs when the table is full:
// whoever invents node ids loses his own first.
package lastheard // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/lastheard"
