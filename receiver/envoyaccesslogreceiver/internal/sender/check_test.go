// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"
)

const (
	shopNode = "sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local"
	bankNode = "sidecar~10.0.0.2~teller-1.bank~bank.svc.cluster.local"
)

var shop = Certificate{Principal: "spiffe://cluster.local/ns/shop/sa/web", Namespace: "shop"}

type says map[string]string

// addRecord adds a resource with one record.
func addRecord(logs plog.Logs, resource, scope, record says, body string) {
	rl := logs.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	lr := sl.LogRecords().AppendEmpty()
	lr.Body().SetStr(body)
	for k, v := range resource {
		rl.Resource().Attributes().PutStr(k, v)
	}
	for k, v := range scope {
		sl.Scope().Attributes().PutStr(k, v)
	}
	for k, v := range record {
		lr.Attributes().PutStr(k, v)
	}
}

func TestRemove(t *testing.T) {
	for name, tt := range map[string]struct {
		resource, scope, record says
		body                    string
		stays                   bool
	}{
		"nothing is named":               {body: "a line", stays: true},
		"its own names":                  {resource: says{"node_name": shopNode, "cluster_name": "web.shop"}, record: says{"namespace": "shop"}, stays: true},
		"the pod's namespace":            {resource: says{"k8s.namespace.name": "shop"}, stays: true},
		"another pod's namespace":        {resource: says{"k8s.namespace.name": "bank"}, record: says{"namespace": "shop"}},
		"another node":                   {resource: says{"node_name": bankNode}, record: says{"namespace": "shop"}},
		"a scope's":                      {scope: says{"namespace": "bank"}, record: says{"namespace": "shop"}},
		"its own node, another's record": {resource: says{"node_name": shopNode}, record: says{"node_id": bankNode}},
		// Each takes the surer source away that a cluster of another namespace hides behind.
		"a cluster behind a node id that says nothing": {resource: says{"node_name": shopNode}, record: says{"node_id": "-", "node_cluster": "teller.bank"}},
		"a cluster behind a namespace that is empty":   {resource: says{"namespace": "shop"}, record: says{"namespace": "", "node_cluster": "teller.bank"}},
		"a cluster before the certificate":             {record: says{"node_cluster": "teller.bank", "upstream_local_uri_san": shop.Principal}},
		"JSON":                                         {body: `{"node_id":"` + bankNode + `"}`},
		"JSON of its own":                              {body: `{"node_id":"` + shopNode + `"}`, stays: true},
		"JSON behind a collector's words":              {body: `2026-11-30 stdout F {"namespace":"bank"}`},
	} {
		t.Run(name, func(t *testing.T) {
			logs := plog.NewLogs()
			addRecord(logs, tt.resource, tt.scope, tt.record, tt.body)
			removed := Remove(shop, logs)
			if tt.stays {
				assert.Zero(t, removed.Records)
				assert.Equal(t, 1, logs.LogRecordCount())
				return
			}
			assert.Equal(t, 1, removed.Records)
			assert.Equal(t, Mismatch, removed.Reason)
			assert.Zero(t, logs.ResourceLogs().Len(), "nothing is left that names another sender")
		})
	}
}

// What is reported is what was refused, whatever else is in the request.
func TestRemoveNamesTheRefused(t *testing.T) {
	logs := plog.NewLogs()
	addRecord(logs, says{"node_name": shopNode}, nil, nil, "")
	addRecord(logs, says{"node_name": bankNode}, nil, nil, "")
	assert.Equal(t, Removed{Records: 1, Reason: Mismatch, NodeID: bankNode}, Remove(shop, logs))
	assert.Equal(t, 1, logs.LogRecordCount())

	assert.Equal(t, Removed{Records: 1, Reason: Unverified, NodeID: shopNode}, Remove(Certificate{}, logs))
	assert.Zero(t, logs.ResourceLogs().Len())
}
