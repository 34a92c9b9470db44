// SPDX-License-Identifier: Apache-2.0

package holes

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// words are what a kind of hole lets through, and what it takes to close it.
var words = map[Kind][2]string{
	OpensPort: {
		"It opens the whole port, to every address and with every name. Other entries name hosts for the port, and keep nothing out.",
		"Give it `addresses`, or make the port TLS or HTTP if the clients send names.",
	},
	AnyAddress: {
		"It takes every connection to the port, whatever its address.",
		"Give it `addresses`, or make the port TLS or HTTP if the clients send names.",
	},
	TakesOver: {
		"It takes every connection to the port, whatever its address, and sends it to the host of the entry.",
		"Give it `addresses`, or make the port TLS or HTTP if the clients send names.",
	},
	ForgedWildcard: {
		"It takes traffic to any address, if the client gives it a name below the wildcard.",
		"Use `resolution: DYNAMIC_DNS`, or list the hosts with `resolution: DNS`: the proxy then resolves the names itself.",
	},
	ForgedName: {
		"It takes traffic to any address, if the client gives it the name of the entry.",
		"Use `resolution: DNS`: the proxy then resolves the name itself.",
	},
	ServerNameIgnored: {
		"It takes every server name, and none, to the addresses of the entry.",
		"Take out `addresses`, and use `resolution: DNS`. If several hosts share the addresses, that is what keeps them apart.",
	},
	ExportedToAll: {
		"The workloads of all namespaces can use it.",
		"List the namespaces that need it in `exportTo`, or `.` for its own one.",
	},
	OtherName: {
		"It let traffic through that has another name than the entry.",
		"Look at the entry: it has a TCP port without `addresses`, or a TLS port with them, or an entry beside it has. A VirtualService that sends other names to it is no hole.",
	},
}

// Two ways to close ForgedName that the entry asks for.
const (
	closeLiteral = "Use `resolution: STATIC`, and list the addresses as `endpoints`, too."
	closeInvalid = "Use `resolution: STATIC` without `endpoints`: the proxy still looks for names, and nothing passes."
)

// describe writes the texts of a hole. The entry is nil if only the traffic tells it.
func (h *Hole) describe(e *resources.ServiceEntry) {
	h.Text, h.Close = words[h.Kind][0], words[h.Kind][1]
	switch {
	case h.Kind != ForgedName || e == nil:
	case len(e.Spec.Addresses) > 0:
		h.Close = closeLiteral
	case strings.HasSuffix(resources.NormalHost(h.Host), ".invalid"):
		h.Close = closeInvalid
	}
}
