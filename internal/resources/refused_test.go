// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func read(kind, spec string) Set {
	return Read("", fmt.Appendf(nil, "apiVersion: networking.istio.io/v1\nkind: %s\nmetadata: {name: x, namespace: shop}\nspec: %s", kind, spec), "")
}

func TestRefusedServiceEntry(t *testing.T) {
	const port = "ports: [{number: 443, name: tls, protocol: TLS}]"
	for spec, refused := range map[string]bool{
		"{hosts: [a.example.com], " + port + "}":                                                                      false,
		"{hosts: [API.Example.com., api], " + port + "}":                                                              false,
		"{hosts: ['*.com'], " + port + "}":                                                                            false,
		"{hosts: ['*foo.example.com', '*-foo.example.com'], " + port + "}":                                            false,
		"{hosts: ['*.example.com'], resolution: DYNAMIC_DNS, " + port + "}":                                           false,
		"{hosts: [a.example.com, b.example.com], resolution: DNS, " + port + "}":                                      false,
		"{hosts: [a.b], exportTo: ['.', other], " + port + "}":                                                        false,
		"{hosts: [a.b], exportTo: ['~'], " + port + "}":                                                               false,
		"{hosts: [a.b], addresses: [10.0.0.0/8, '2001:db8::1'], " + port + "}":                                        false,
		"{hosts: [a.b], resolution: STATIC, addresses: [10.0.0.0/8], endpoints: [{address: 10.1.2.3}], " + port + "}": false,
		"{hosts: [a.b, c.d], ports: [{number: 1, name: a, protocol: tcp}]}":                                           false,
		"{hosts: [a.b], ports: [{number: 1, name: a}]}":                                                               false,

		"{}":                                                              true,
		"{hosts: []}":                                                     true,
		"{hosts: ['*'], " + port + "}":                                    true,
		"{hosts: [1.2.3.4], " + port + "}":                                true,
		"{hosts: ['2001:db8::1'], " + port + "}":                          true,
		"{hosts: [a_b.example.com], " + port + "}":                        true,
		"{hosts: ['a.example.com:443'], " + port + "}":                    true,
		"{hosts: [-a.example.com], " + port + "}":                         true,
		"{hosts: ['*.example.com'], resolution: DNS, " + port + "}":       true,
		"{hosts: [a.example.com], resolution: DYNAMIC_DNS, " + port + "}": true,
		"{hosts: ['*.example.com'], resolution: DYNAMIC_DNS, ports: [{number: 443, name: a, protocol: HTTPS}]}":  true,
		"{hosts: ['*.example.com'], resolution: DYNAMIC_DNS, addresses: [1.2.3.4], " + port + "}":                true,
		"{hosts: [a.b], resolution: DNS, addresses: [10.0.0.0/8], " + port + "}":                                 true,
		"{hosts: [a.b], addresses: [a.b], " + port + "}":                                                         true,
		"{hosts: [a.b, c.d], resolution: DNS, ports: [{number: 1, name: a, protocol: TCP}]}":                     true,
		"{hosts: [a.b], endpoints: [{address: 1.2.3.4}], " + port + "}":                                          true,
		"{hosts: [a.b], resolution: SOMEHOW, " + port + "}":                                                      true,
		"{hosts: [a.b], resolution: dns, " + port + "}":                                                          true,
		"{hosts: [a.b], location: HERE, " + port + "}":                                                           true,
		"{hosts: [a.b], exportTo: ['*', other], " + port + "}":                                                   true,
		"{hosts: [a.b], exportTo: ['.', shop], " + port + "}":                                                    true,
		"{hosts: [a.b], exportTo: [a/b], " + port + "}":                                                          true,
		"{hosts: [a.b], exportto: ['.'], " + port + "}":                                                          true,
		"{hosts: [a.b], ports: [{number: 0, name: a, protocol: TCP}]}":                                           true,
		"{hosts: [a.b], ports: [{number: 70000, name: a, protocol: TCP}]}":                                       true,
		"{hosts: [a.b], ports: [{number: 1, name: a, protocol: TCP}, {number: 1, name: b, protocol: TCP}]}":      true,
		"{hosts: [a.b], ports: [{number: 1, name: a, protocol: TCP}, {number: 2, name: a, protocol: TCP}]}":      true,
		"{hosts: [a.b], ports: [{number: 1, protocol: TCP}]}":                                                    true,
		"{hosts: [a.b], ports: [{number: 1, name: a, protocol: QUIC}]}":                                          true,
		"{hosts: [a.b], ports: [{number: many, name: a, protocol: TCP}]}":                                        true,
		"{hosts: [a.b], ports: [{number: 1, name: a, protocol: TCP, targetPort: 70000}]}":                        true,
		"{hosts: [a.b], resolution: STATIC, endpoints: [{address: 1.2.3.4, ports: {tls: 70000}}], " + port + "}": true,
		"[]": true,
	} {
		set := read(KindServiceEntry, spec)
		assert.Len(t, set.Problems, count(refused), "%s: %v", spec, set.Problems)
		assert.Len(t, set.ServiceEntries, count(!refused), spec)
	}
}

func TestRefusedSidecar(t *testing.T) {
	for spec, refused := range map[string]bool{
		"{egress: [{hosts: ['*/*']}]}":                                                             false,
		"{egress: [{hosts: ['./a.b', 'shop/*', '~/*.evil.example']}]}":                             false,
		"{outboundTrafficPolicy: {mode: ALLOW_ANY}}":                                               false,
		"{outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b, port: {number: 80}}}}": false,

		"{}":                             true,
		"{egress: [{hosts: []}]}":        true,
		"{egress: [{hosts: [a.b]}]}":     true,
		"{egress: [{hosts: ['a/b/c']}]}": true,
		"{egress: [{hosts: ['*/*']}, {hosts: ['*/*']}]}":                                              true,
		"{egress: [{port: {number: 1}, hosts: ['*/*']}, {port: {number: 1}, hosts: ['*/*']}]}":        true,
		"{egress: [{port: {number: 65616}, hosts: ['*/*']}]}":                                         true,
		"{outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b, port: {number: 65616}}}}": true,
		"{outboundTrafficPolicy: {mode: MAYBE}}":                                                      true,
		"{outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}}":                                      true,
		"{outboundTrafficPolicy: {egressProxy: {host: a.b}}}":                                         true,
	} {
		set := read(KindSidecar, spec)
		assert.Len(t, set.Problems, count(refused), "%s: %v", spec, set.Problems)
		assert.Len(t, set.Sidecars, count(!refused), spec)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
