// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/url"
	"strconv"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// values are the parameters that parse to this request. Those that say nothing are
// left out, so that a link is short.
func (r request) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(paramNamespace, r.Namespace)
	set(paramWorkload, r.Workload)
	set(paramDestination, r.Destination)
	set(paramDecision, r.Decision.String())
	set(paramTraffic, r.Traffic.String())
	set(paramGrade, string(r.Grade))
	set(paramNew, r.New)
	set(paramSeen, r.Seen)
	set(paramText, r.Text)
	set(paramPort, r.PortText())
	if r.Sort != egress.BySource || r.Descending {
		v.Set(paramSort, string(r.Sort))
	}
	if r.Descending {
		v.Set(paramOrder, orderDescending)
	}
	if r.Page > 1 {
		v.Set(paramPage, strconv.Itoa(r.Page))
	}
	return v
}

// PortText is the parameter of the port, empty if the request asks for all.
func (r request) PortText() string {
	k := egress.Key{Port: r.Port, OtherPorts: r.OtherPorts}
	return k.PortText()
}

// link is a URL of the destinations view.
func (r request) link() string { return linkTo("/destinations", r.values()) }

func linkTo(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
