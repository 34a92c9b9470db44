// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"bytes"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

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
func (w *writer) filterState() {
	for _, object := range w.entry.FilterState {
		w.object(w.chosen(w.entry.Bytes(object.Key), filterState, false), object)
	}
}

// customTags writes the tags that the proxy was told to add.
func (w *writer) customTags() {
	objects := w.entry.FilterState
	for _, tag := range w.entry.CustomTags {
		name := w.entry.Bytes(tag.Key)
		// Both are in the order of their names.
		for len(objects) > 0 && bytes.Compare(w.entry.Bytes(objects[0].Key), name) < 0 {
			objects = objects[1:]
		}
		taken := len(objects) > 0 && bytes.Equal(w.entry.Bytes(objects[0].Key), name)
		w.chosen(name, customTag, taken).SetStr(w.strings.keep(w.entry.Bytes(tag.Value)))
	}
}

// chosen appends an attribute under a name that somebody chose: the operator's
// if it is one's and not said yet, the name as it is if nothing else can have
// it, and else the name with a prefix.
func (w *writer) chosen(chosen []byte, prefix string, taken bool) pcommon.Value {
	prefixed := w.strings.join(prefix, chosen)
	name := prefixed[len(prefix):]
	if op, ok := formats.Operators.ByKey(name); ok && untold[op] && !w.written[op] {
		return w.op(op)
	} else if ok || taken || name == "" || isOwn(name) {
		return w.attributes.AppendEmpty(prefixed)
	}
	return w.attributes.AppendEmpty(name)
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
