// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// TestAllowAnyDynamicDNS has Istio's third way out of the mesh, of which its
// own metrics do not know: HTTP under its name, TCP as ever.
func TestAllowAnyDynamicDNS(t *testing.T) {
	scenario{
		mesh: loopback.Config{Format: loopback.Format{Text: loopback.IstioText}, Sleep: loopback.AllowAnyDynamicDNS},
		traffic: []traffic{
			{
				what: "HTTP to an unknown host", n: 3,
				send: sendHTTP(inSleep, loopback.OutsideA, get("www.example.com", "/", 200)),
				wants: []want{
					{tells: join(bySource, httpOutcome("200", "-"), service("www.example.com", "AllowAnyDynamicDNSCluster", "unknown"))},
				},
			},
			{
				what: "TCP to an unknown address", n: 2,
				send: sendTCP(inSleep, to(loopback.OutsideA, otherPort), 10),
				wants: []want{
					{tells: join(bySource, tcpOutcome("-"), passthrough(noHost)), ip: loopback.OutsideA},
				},
			},
		},
		expect: anonymous,
	}.run(t)
}
