// SPDX-License-Identifier: Apache-2.0

package alerts

import "fmt"

const (
	blackHole   = "BlackHoleCluster"
	passthrough = "PassthroughCluster"
)

// connection is a line in Istio's default format: a TLS connection to port 443 that
// names a server. The workload sent so many bytes.
func connection(cluster, name string, sent int) string {
	const address = "203.0.113.10:443"
	flags, upstream := "-", address
	if cluster == blackHole {
		flags, upstream = "UH", "-"
	}
	return fmt.Sprintf(`[2026-11-23T03:26:42.738Z] "- - -" 0 %s - - "-" %d 12 13 - "-" "-" "-" "-" %q %s 10.244.0.8:34644 %s 10.244.0.8:38258 %s -`+"\n",
		flags, sent, upstream, cluster, address, name)
}

// request is an HTTP request to an address outside the mesh.
func request(host, address string) string {
	return fmt.Sprintf(`[2026-11-23T03:26:42.738Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 11 12 13 - "-" "curl" "-" %q %q PassthroughCluster 10.244.0.8:34644 %s 10.244.0.8:38258 - allow_any`+"\n",
		host, address, address)
}
