// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"testing"
	"time"
)

// cause makes an alert fire. end, if there is one, makes it stop; else time does.
type cause struct {
	labels map[string]string
	do     func(t *testing.T)
	end    func(t *testing.T)
}

// ofWorkload are the labels of an alert on a workload of namespace shop.
func ofWorkload(alert, workload string) map[string]string {
	return map[string]string{"alertname": alert, "source_workload_namespace": "shop", "source_workload": workload}
}

const (
	// entryHost is that of a ServiceEntry, with the settings as shipped.
	entryHost = "api.example.com"
	// listedHost is that of one whose records have the label destination_host.
	listedHost = "listed.example.com"
)

// egressCauses are single records, each of a workload of its own.
func egressCauses(g *gateway) []cause {
	sends := func(workload string, lines ...string) func(t *testing.T) {
		return func(t *testing.T) { g.send(t, workload, lines...) }
	}
	return []cause{
		{
			labels: ofWorkload("IstioEgressNewDestination", "newcomer"),
			do:     sends("newcomer", connection(passthrough, "new.example.com", 11)),
		},
		{
			labels: ofWorkload("IstioEgressBlocked", "blocked"),
			do:     sends("blocked", connection(blackHole, "blocked.example.com", 0)),
		},
		{
			labels: ofWorkload("IstioEgressBlockedAfterAllowed", "broken"),
			do: func(t *testing.T) {
				g.send(t, "broken", connection("outbound|443||"+entryHost, entryHost, 11))
				time.Sleep(time.Second) // a time of its own, in another flush
				g.send(t, "broken", connection(blackHole, entryHost, 0))
			},
		},
		{
			labels: ofWorkload("IstioEgressLargeUploadToNewDestination", "uploader"),
			do:     sends("uploader", connection(passthrough, "upload.example.com", 200_000_000)),
		},
		{
			labels: ofWorkload("IstioEgressHoleUsed", "smuggler"),
			do:     sends("smuggler", connection("outbound|443||"+entryHost, "evil.example.org", 11)),
		},
		{
			labels: ofWorkload("IstioEgressHoleUsed", "lister"),
			do:     sends("lister", connection("outbound|443||"+listedHost, "evil.example.org", 11)),
		},
		{
			labels: ofWorkload("IstioEgressMetadataService", "asker"),
			do:     sends("asker", request("169.254.169.254", "169.254.169.254:80")),
		},
		{
			labels: ofWorkload("IstioEgressMetadataService", "liar"),
			do:     sends("liar", request("harmless.example.com", "169.254.169.254:80")),
		},
	}
}
