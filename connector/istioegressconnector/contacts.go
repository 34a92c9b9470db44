// SPDX-License-Identifier: Apache-2.0

package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// The names of events.
const (
	eventFirstContact = "istio_egress.first_contact"
	eventOtherPorts   = "istio_egress.other_ports"
	eventOverflow     = "istio_egress.overflow"
)

// Attributes of the semantic conventions.
// Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/
const (
	attrNamespace     = "k8s.namespace.name"
	attrServerAddress = "server.address"
	attrServerPort    = "server.port"
	attrPeerAddress   = "network.peer.address"
	attrTransport     = "network.transport"
)

// Attributes for which the conventions have no word.
const (
	attrTraffic    = "istio_egress.traffic"
	attrDecision   = "istio_egress.decision"
	attrNameSource = "istio_egress.name_source"
	attrEntry      = "istio_egress.entry"
	attrClientName = "istio_egress.client_name"
	// attrNotTold is how many first contacts of the workload were left out since its
	// last record.
	attrNotTold = "istio_egress.contacts_not_told"
)

// contactWriter writes first contacts as log records.
type contactWriter struct {
	version string
	// next is nil if nobody is told.
	next consumer.Logs
}

func (w contactWriter) send(ctx context.Context, contacts []ledger.Contact, now time.Time) error {
	return w.next.ConsumeLogs(ctx, w.write(contacts, now))
}

func (w contactWriter) write(contacts []ledger.Contact, now time.Time) plog.Logs {
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	sl.Scope().SetName(metadata.ScopeName)
	sl.Scope().SetVersion(w.version)
	records := sl.LogRecords()
	records.EnsureCapacity(len(contacts))
	for i := range contacts {
		writeContact(records.AppendEmpty(), &contacts[i], now)
	}
	return ld
}

func writeContact(lr plog.LogRecord, c *ledger.Contact, now time.Time) {
	k := &c.Key
	lr.SetTimestamp(pcommon.Timestamp(c.Time))
	lr.SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	lr.SetSeverityNumber(plog.SeverityNumberInfo)
	if k.Decision == egress.Blocked || c.ClientName != "" {
		lr.SetSeverityNumber(plog.SeverityNumberWarn)
	}
	lr.SetSeverityText(lr.SeverityNumber().String())
	lr.SetEventName(eventOf(k))
	lr.Body().SetStr(sentence(k))

	a := lr.Attributes()
	a.EnsureCapacity(13)
	putIf(a, attrNamespace, k.Source.Namespace)
	putIf(a, contract.SourceWorkload.String(), k.Source.Workload)
	putIf(a, contract.SourceApp.String(), k.Source.App)
	a.PutStr(attrDecision, k.Decision.String())
	if c.NotTold > 0 {
		a.PutInt(attrNotTold, c.NotTold)
	}
	if k.Overflow {
		return
	}
	a.PutStr(attrServerAddress, k.Destination)
	a.PutStr(attrNameSource, k.NameSource.String())
	a.PutStr(attrTransport, "tcp")
	putIf(a, attrPeerAddress, c.Address)
	putIf(a, attrTraffic, k.Traffic.String())
	putIf(a, attrEntry, k.Entry)
	putIf(a, attrClientName, c.ClientName)
	if k.Port != 0 {
		a.PutInt(attrServerPort, int64(k.Port))
	}
}

// eventOf is the name of the event that a row begins.
func eventOf(k *egress.Key) string {
	switch {
	case k.Overflow:
		return eventOverflow
	case k.OtherPorts:
		return eventOtherPorts
	default:
		return eventFirstContact
	}
}

func putIf(a pcommon.Map, key, value string) {
	if value != "" {
		a.PutStr(key, value)
	}
}

// sentence says for a person what happened.
func sentence(k *egress.Key) string {
	if k.Overflow {
		return fmt.Sprintf("More destinations than fit: from now on those of %s are counted together (%s)", k.Source, k.Decision)
	}
	if k.OtherPorts {
		return fmt.Sprintf("Many ports of %s: from now on the others that %s contacts are counted together (%s, %s)", k.Destination, k.Source, k.Traffic, k.Decision)
	}
	to := k.Destination
	if k.Port != 0 {
		to = net.JoinHostPort(k.Destination, strconv.Itoa(int(k.Port)))
	}
	if k.NameSource == egress.EntryMismatch {
		return fmt.Sprintf("First contact of %s through the ServiceEntry for %s by another name (%s): %s", k.Source, to, k.Traffic, k.Decision)
	}
	return fmt.Sprintf("First contact of %s to %s (%s): %s", k.Source, to, k.Traffic, k.Decision)
}
