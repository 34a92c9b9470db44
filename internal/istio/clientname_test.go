// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

func TestClientName(t *testing.T) {
	tls := map[string]string{
		"node_id": aSidecar, "upstream_cluster": "outbound|443||api.example.com;", "upstream_host": "203.0.113.10:443",
		"downstream_local_address": "203.0.113.10:443", "protocol": "-", "method": "-",
	}
	http := map[string]string{
		"node_id": aSidecar, "upstream_cluster": "outbound|80||api.example.com;", "upstream_host": "203.0.113.10:80",
		"downstream_local_address": "203.0.113.10:80", "protocol": "HTTP/1.1", "method": "GET",
	}
	for name, tc := range map[string]struct {
		of, more map[string]string
		want     string
	}{
		"another server name":      {tls, map[string]string{"requested_server_name": "evil.example.org"}, "evil.example.org"},
		"the host of the entry":    {tls, map[string]string{"requested_server_name": "api.example.com"}, ""},
		"in other letters":         {tls, map[string]string{"requested_server_name": "API.example.com."}, ""},
		"no server name":           {tls, nil, ""},
		"a name below the entry's": {tls, map[string]string{"requested_server_name": "x.api.example.com"}, "x.api.example.com"},
		"capitals":                 {tls, map[string]string{"requested_server_name": "EVIL.example.org"}, "evil.example.org"},
		"no DNS name":              {tls, map[string]string{"requested_server_name": "<script>"}, ""},
		"too long":                 {tls, map[string]string{"requested_server_name": strings.Repeat("a.", 200) + "org"}, ""},
		"an address":               {tls, map[string]string{"requested_server_name": "203.0.113.9"}, ""},
		"invalid":                  {tls, map[string]string{"requested_server_name": "invalid:evil.example.org"}, ""},
		"name of a cluster":        {tls, map[string]string{"requested_server_name": "outbound_.443_._.evil.example.org"}, ""},
		"below a wildcard":         {tls, map[string]string{"upstream_cluster": "outbound|443||*.example.com", "requested_server_name": "api.example.com"}, ""},
		"beside a wildcard":        {tls, map[string]string{"upstream_cluster": "outbound|443||*.example.com", "requested_server_name": "example.com"}, "example.com"},
		"a wildcard for all":       {tls, map[string]string{"upstream_cluster": "outbound|443||*", "requested_server_name": "evil.example.org"}, ""},
		"capitals of an entry":     {tls, map[string]string{"upstream_cluster": "outbound|443||API.example.com", "requested_server_name": "api.example.com"}, ""},
		"another Host":             {http, map[string]string{"authority": "evil.example.org:80"}, "evil.example.org"},
		"the Host of the entry":    {http, map[string]string{"authority": "api.example.com"}, ""},
		"the Host with a port":     {http, map[string]string{"authority": "api.example.com:80"}, ""},
		"an address as Host":       {http, map[string]string{"authority": "203.0.113.9"}, ""},
		"a server name and a Host": {http, map[string]string{"requested_server_name": "api.example.com", "authority": "evil.example.org"}, ""},
		"Host at a gateway":        {http, map[string]string{"node_id": aGateway, "authority": "evil.example.org"}, ""},
		"server name at a gateway": {tls, map[string]string{"node_id": aGateway, "requested_server_name": "evil.example.org"}, "evil.example.org"},
		"passed":                   {tls, map[string]string{"upstream_cluster": "PassthroughCluster", "requested_server_name": "evil.example.org"}, ""},
		"blocked":                  {tls, map[string]string{"upstream_cluster": "BlackHoleCluster", "requested_server_name": "evil.example.org"}, ""},
		"inbound":                  {tls, map[string]string{"upstream_cluster": "inbound|443||api.example.com", "requested_server_name": "evil.example.org"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := maps.Clone(tc.of)
			maps.Copy(in, tc.more)
			rec := recordOf(t, in)
			assert.Equal(t, tc.want, defaults.ClientName(rec, factsOf(&defaults, rec)))
		})
	}
}

func TestClientNameWithoutAllocations(t *testing.T) {
	for _, sni := range []string{"api.example.com", "evil.example.org"} {
		rec := entryRecord(sni)
		facts := defaults.Classify(rec)
		assert.Zero(t, testing.AllocsPerRun(100, func() { defaults.ClientName(rec, &facts) }))
	}
}

func entryRecord(sni string) *accesslog.Record {
	rec := new(accesslog.Record)
	rec.Set(accesslog.UpstreamCluster, "outbound|443||api.example.com;")
	rec.Set(accesslog.RequestedServerName, sni)
	return rec
}

func BenchmarkClientName(b *testing.B) {
	for name, sni := range map[string]string{"same": "api.example.com", "another": "evil.example.org"} {
		b.Run(name, func(b *testing.B) {
			rec := entryRecord(sni)
			facts := defaults.Classify(rec)
			b.ReportAllocs()
			for b.Loop() {
				defaults.ClientName(rec, &facts)
			}
		})
	}
}
