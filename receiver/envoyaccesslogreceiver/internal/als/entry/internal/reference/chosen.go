// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// untold are the operators that an entry itself says nothing of: a proxy's
// configuration may add them as filter state objects and custom tags. All the
// others it may not: a header that a client wrote, logged as a tag with the name
// `version`, must not become the version of the workload.
var untold = func() (ops [accesslog.NumOps]bool) {
	for _, op := range []accesslog.Op{
		accesslog.ContentType, accesslog.GRPCStatusNumber, accesslog.GRPCStats, accesslog.ListenerDirection,
		accesslog.UpstreamPeerURISAN, accesslog.UpstreamLocalURISAN, accesslog.ClusterServices, accesslog.UpstreamWorkload,
		accesslog.DownstreamPeer, accesslog.UpstreamPeer, accesslog.UpstreamServiceTime, accesslog.MixerStatus,
	} {
		ops[op] = true
	}
	return ops
}()

// filterState writes the objects that the proxy was told to log.
func (w *writer) filterState(objects map[string]*anypb.Any) {
	for name, object := range sorted(objects) {
		w.object(w.chosen(name, filterState, false), object)
	}
}

// customTags writes the tags that the proxy was told to add.
func (w *writer) customTags(tags map[string]string, objects map[string]*anypb.Any) {
	for name, value := range sorted(tags) {
		_, taken := objects[name]
		w.chosen(name, customTag, taken).SetStr(value)
	}
}

// chosen appends an attribute under a name that somebody chose: the operator's
// if it is one's and not said yet, the name as it is if nothing else can have
// it, and else the name with a prefix.
func (w *writer) chosen(name, prefix string, taken bool) pcommon.Value {
	if op, ok := formats.Operators.ByKey(name); ok && untold[op] && !w.written[op] {
		return w.op(op)
	} else if ok || taken || name == "" || isOwn(name) {
		name = prefix + name
	}
	return w.b.AppendEmpty(name)
}

// isOwn holds for the names that only this package gives.
func isOwn(name string) bool {
	if _, own := ownAttributes[name]; own {
		return true
	}
	for _, prefix := range []string{requestHeader, responseHeader, responseTrailer, filterState, customTag} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
