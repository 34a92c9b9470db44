// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/test/internal/netns"
)

// recordsAddress is where testdata/records.yaml has the gateway send a copy of
// what it labelled.
const recordsAddress = "127.0.0.1:14317"

// Records are the log records that the gateway labelled, to show when something
// is wrong with what it made of them.
type Records struct {
	plogotlp.UnimplementedGRPCServer
	mu  sync.Mutex
	all []Record
}

// Record is a log record as the gateway passed it on.
type Record struct {
	// Attributes are those of resource, scope and record together: labels stand
	// beside what the proxy sent.
	Attributes map[string]string
	Body       string
}

// String shows everything that stands on the record.
func (r Record) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "body %q", r.Body)
	for _, name := range slices.Sorted(maps.Keys(r.Attributes)) {
		fmt.Fprintf(&b, "\n    %s=%q", name, r.Attributes[name])
	}
	return b.String()
}

func receiveRecords(t *testing.T, ns *netns.Namespace) *Records {
	t.Helper()
	l, err := ns.Listen(t.Context(), recordsAddress)
	require.NoError(t, err)
	r := &Records{}
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, r)
	go func() {
		if err := server.Serve(l); err != nil {
			t.Errorf("receive records: %v", err)
		}
	}()
	t.Cleanup(server.Stop)
	return r
}

// Export takes a request of the gateway's exporter.
func (r *Records) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range request.Logs().ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				r.all = append(r.all, newRecord(resource.Resource().Attributes(), scope.Scope().Attributes(), record))
			}
		}
	}
	return plogotlp.NewExportResponse(), nil
}

func newRecord(resource, scope pcommon.Map, record plog.LogRecord) Record {
	r := Record{Attributes: map[string]string{}, Body: record.Body().AsString()}
	for _, set := range []pcommon.Map{resource, scope, record.Attributes()} {
		for name, value := range set.All() {
			r.Attributes[name] = value.AsString()
		}
	}
	return r
}

// Find gives the records of which the function holds.
func (r *Records) Find(is func(Record) bool) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Record
	for _, record := range r.all {
		if is(record) {
			found = append(found, record)
		}
	}
	return found
}
