// SPDX-License-Identifier: Apache-2.0

// Package contract is the vocabulary that the istio_labels processor and the
// istio_metrics connector share: the attributes that stand on records and scopes
// between them, Istio's labels and Istio's metrics. Each name is
// written here and nowhere else.
//
// Invariant: nothing in this package reads a log record or knows pdata, so any
// other processor can speak the same contract.
package contract

import "strings"

// Prefix starts the name of each attribute of the contract. No proxy sends
// attributes under it, and the processor removes what arrives under it: a
// sender cannot count itself.
const Prefix = "istio_labels."

// Version of the contract that this package describes. A reader counts no record
// of another version.
const Version = 2

// ScopeName is the name of a scope that holds a label set.
const ScopeName = "istio_labels"

// The attributes of the contract. They stand in one of two forms:
//
//   - On a scope: the scope holds one label set. Each of its string attributes
//     without Prefix is a label. Its records carry numbers, and those labels that
//     differ between them: AddressLabels and their slots.
//   - On a record: the record carries all of it. Istio's labels stand under their
//     own names, since a record has other attributes, too; a label of the user's
//     own stands under LabelPrefix.
//
// The form is the one in which AttrVersion stands. Nothing is looked up on the
// resource.
const (
	// AttrVersion (int, on the scope or the record) is the version of the contract.
	// Records of another version are not counted.
	AttrVersion = Prefix + "version"
	// AttrVerdict (string, beside the version) is the verdict: what a record is.
	AttrVerdict = Prefix + "verdict"
	// AttrSchema (string, beside the version) names the labels and the metrics of the
	// record: `istio` or `istio-1.3`.
	AttrSchema = Prefix + "schema"
	// AttrIncarnation (string, beside the version) names the run of the processor that
	// gave the slots.
	// Slots and terms of two runs have nothing to do with each other.
	AttrIncarnation = Prefix + "incarnation"
	// AttrDuration (int, nanoseconds, on the record) is the total time of an HTTP or gRPC
	// request. Absent where the log does not say it for certain.
	AttrDuration = Prefix + "duration"
	// AttrBytesReceived (int, bytes, on the record) is what came from the downstream:
	// the size of a request, or what a TCP client sent. Bytes on the wire if the log
	// has them, else those of the body.
	AttrBytesReceived = Prefix + "bytes_received"
	// AttrBytesSent (int, bytes, on the record) is what went to the downstream,
	// likewise.
	AttrBytesSent = Prefix + "bytes_sent"
	// AttrMessagesReceived (int, on the record) counts the gRPC messages of the request.
	AttrMessagesReceived = Prefix + "messages_received"
	// AttrMessagesSent (int, on the record) counts the gRPC messages of the response.
	AttrMessagesSent = Prefix + "messages_sent"
)

// Attributes of traffic that leaves the mesh, or is kept from it, beside those above:
// that to OutsideDestinations, and that to a ServiceEntry.
const (
	// AttrTraffic (string, beside the labels) is the kind of traffic that leaves the
	// mesh: `http`, `grpc`, `tls` or `tcp`. Other traffic has none.
	AttrTraffic = Prefix + "traffic"
	// AttrDestinationPort (int, on the record) is the port that the client connected
	// to. Absent where the log does not say it.
	AttrDestinationPort = Prefix + "destination_port"
	// AttrNameSource (string, on the record) says where destination_host comes from:
	// `server_name`, `host`, `proven`, `claimed`, `reverse_dns`, `entry` or `none`.
	AttrNameSource = Prefix + "name_source"
	// AttrProvenAddress (string, on the record) is the address that traffic to a
	// ServiceEntry went to, if the proxy chose it. Absent where the client did, who could
	// name any.
	AttrProvenAddress = Prefix + "proven_address"
	// AttrClientName (string, on the record) is the host that the client of traffic to a
	// ServiceEntry named, if it is another than that of the ServiceEntry: the server name of
	// TLS, else the Host header. A client writes what it likes. Absent where it named no
	// other.
	AttrClientName = Prefix + "client_name"
	// AttrProxy (string, on the record) names the proxy that wrote the record:
	// `POD.NAMESPACE`. Absent where nothing names it.
	AttrProxy = Prefix + "proxy"
)

// Attributes whose names are fixed, and which nobody writes or reads yet.
const (
	// AttrStreamID (string, on the record) is the same for all records of one
	// connection or request.
	AttrStreamID = Prefix + "stream_id"
	// AttrPhase (string, on the record) says whether a record opens, continues or
	// ends a connection: `open`, `continue` or `end`.
	AttrPhase = Prefix + "phase"
)

const (
	// LabelPrefix (string, on the record) starts the names of labels of the user's own
	// where labels stand on the record.
	LabelPrefix = Prefix + "label."
	// SlotPrefix (int, beside the label) starts the name of the attribute that has the
	// slot and the term of a label's value: `slot * 2^40 + term`. The name of the label
	// follows. `claimed_peer.source` and `claimed_peer.destination` stand for all labels
	// of one side, which have one slot together.
	SlotPrefix = Prefix + "slot."
)

// Owns tells whether an attribute name belongs to the contract, known or not.
func Owns(attribute string) bool {
	return strings.HasPrefix(attribute, Prefix)
}

// Verdict says what a record is. Exactly one stands for each record; only
// those for which Counted holds become metrics, the others are the reasons why
// a record does not.
type Verdict string

const (
	// VerdictHTTP is the end of one HTTP or gRPC request.
	VerdictHTTP Verdict = "http"
	// VerdictTCP is the end of one TCP connection.
	VerdictTCP Verdict = "tcp"
	// VerdictTCPClosed is the end of a TCP connection that was never
	// established: only the counter of closed connections moves. Istio 1.3
	// counted connections to BlackHoleCluster so.
	VerdictTCPClosed Verdict = "tcp_closed"

	// VerdictPeriodic is a report from a connection or request still open;
	// its byte counts are totals since the start.
	VerdictPeriodic Verdict = "periodic"
	// VerdictConnect is written when a connection or request starts.
	VerdictConnect Verdict = "connect"
	// VerdictListener is a connection that matched no filter chain (flag NR).
	VerdictListener Verdict = "listener"
	// VerdictTunnel is an HBONE tunnel, which carries what is counted elsewhere.
	VerdictTunnel Verdict = "tunnel"
	// VerdictUpstream is a record of the upstream side or of UDP, for which
	// Istio has no metric.
	VerdictUpstream Verdict = "other_type"

	// VerdictExcluded is a record for which none of the conditions holds.
	VerdictExcluded Verdict = "excluded"
	// VerdictNoFormat is a record in which nothing of an access log was found.
	VerdictNoFormat Verdict = "not_understood_format"
	// VerdictBadText is a text line that looks like an access log but fits no layout.
	VerdictBadText Verdict = "not_understood_text"
	// VerdictBadJSON is a body that starts like JSON and is none.
	VerdictBadJSON Verdict = "not_understood_json"
)

// Verdicts lists all of them, those that are counted first.
var Verdicts = [...]Verdict{
	VerdictHTTP, VerdictTCP, VerdictTCPClosed,
	VerdictPeriodic, VerdictConnect, VerdictListener, VerdictTunnel, VerdictUpstream,
	VerdictExcluded, VerdictNoFormat, VerdictBadText, VerdictBadJSON,
}

// Counted tells whether records of this verdict become metrics.
func (v Verdict) Counted() bool {
	return v == VerdictHTTP || v == VerdictTCP || v == VerdictTCPClosed
}

// Understood tells whether the record was read as an access log and labelled.
func (v Verdict) Understood() bool {
	switch v {
	case VerdictExcluded, VerdictNoFormat, VerdictBadText, VerdictBadJSON:
		return false
	default:
		return true
	}
}
