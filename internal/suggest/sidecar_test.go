// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// sidecarLines are the Sidecars of a result in one line each.
func sidecarLines(documents []Document) (lines []string) {
	for _, d := range documents {
		if d.Sidecar == nil {
			continue
		}
		line := d.ID.Namespace + "/" + d.ID.Name
		if w := d.Sidecar.Spec.WorkloadSelector; w != nil {
			line += " app=" + w.Labels["app"]
		}
		if p := d.Sidecar.Spec.OutboundTrafficPolicy; p != nil {
			line += " " + string(p.Mode)
		}
		lines = append(lines, line+" "+strings.Join(d.Sidecar.Spec.Egress[0].Hosts, " "))
	}
	return lines
}

func TestSidecars(t *testing.T) {
	cart, old := from("shop", "cart", "cart"), from("shop", "old", "")
	for _, tc := range []struct {
		name string
		rows []egress.Row
		with func(*Settings)
		want []string
	}{
		{name: "all workloads use it", rows: []egress.Row{row(), row(cart)}},
		{name: "one workload", rows: []egress.Row{row()}},
		{name: "one workload, always", with: func(s *Settings) { s.Sidecars = SidecarsAlways }, rows: []egress.Row{row()}, want: []string{
			"shop/default */*.svc.cluster.local", "shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "some workloads use it", rows: []egress.Row{row(), row(to("b.example.com"), cart), row(cart)}, want: []string{
			"shop/default */*.svc.cluster.local",
			"shop/egress-cart app=cart REGISTRY_ONLY */*.svc.cluster.local ./api.example.com ./b.example.com",
			"shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "another workload uses nothing that is suggested", rows: []egress.Row{row(), row(cart, once, to("rare.example.com"))}, want: []string{
			"shop/default */*.svc.cluster.local",
			"shop/egress-cart app=cart REGISTRY_ONLY */*.svc.cluster.local",
			"shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "a workload without an app", rows: []egress.Row{row(), row(to("b.example.com"), old)}, want: []string{
			"shop/default */*.svc.cluster.local ./b.example.com", "shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "two workloads of one app", rows: []egress.Row{row(), row(from("shop", "web-v2", "web"), to("b.example.com"))}},
		{name: "an app that is no label", rows: []egress.Row{row(), row(to("b.example.com"), from("shop", "x", "a\n b"))}, want: []string{
			"shop/default */*.svc.cluster.local ./b.example.com", "shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "an app that is no name of a resource", rows: []egress.Row{row(), row(to("b.example.com"), from("shop", "x", "My_App"))}, want: []string{
			"shop/default */*.svc.cluster.local", "shop/egress-my-app-0e86b84b app=My_App REGISTRY_ONLY */*.svc.cluster.local ./b.example.com",
			"shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local ./api.example.com",
		}},
		{name: "unknown senders are no workloads", rows: []egress.Row{row(), row(from("shop", "unknown", ""))}},
		{name: "what is allowed stays allowed", rows: []egress.Row{
			row(), row(by("*.example.org"), to("a.example.org")), row(by("bad\nhost"), to("c.example.net"), named(egress.NameOfEntry), at("203.0.113.9")), row(to("b.example.com"), cart),
		}, want: []string{
			"shop/default */*.svc.cluster.local",
			"shop/egress-cart app=cart REGISTRY_ONLY */*.svc.cluster.local ./b.example.com",
			"shop/egress-web app=web REGISTRY_ONLY */*.svc.cluster.local */*.example.org ./api.example.com",
		}},
		{name: "shared entries", rows: []egress.Row{row(from("a", "x", "x")), row(from("b", "x", "x")), row(from("c", "x", "x")), row(from("c", "y", "y"), once, to("rare.example.com"))}, want: []string{
			"c/default */*.svc.cluster.local",
			"c/egress-x app=x REGISTRY_ONLY */*.svc.cluster.local istio-system/api.example.com",
			"c/egress-y app=y REGISTRY_ONLY */*.svc.cluster.local",
		}},
		{
			name: "settings", with: func(s *Settings) { s.ClusterDomain, s.OutboundTrafficPolicy = "corp.example", "" },
			rows: []egress.Row{row(), row(to("b.example.com"), old)}, want: []string{
				"shop/default */*.svc.corp.example ./b.example.com", "shop/egress-web app=web */*.svc.corp.example ./api.example.com",
			},
		},
		{name: "never", with: withoutSidecars, rows: []egress.Row{row(), row(to("b.example.com"), cart)}},
		{name: "nothing is suggested", with: func(s *Settings) { s.Sidecars = SidecarsAlways }, rows: []egress.Row{row(by("api.example.com")), row(cart, once, to("rare.example.com"))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := settings(func(s *Settings) { s.VisibilityHost = "" })
			if tc.with != nil {
				tc.with(&s)
			}
			assert.Equal(t, tc.want, sidecarLines(Suggest(tc.rows, s).Documents))
		})
	}
}

// Who applies a Sidecar must know that it blocks what is not suggested.
func TestNotesOfSidecars(t *testing.T) {
	rows := []egress.Row{row(), row(from("shop", "cart", "cart"), once, to("rare.example.com")), row(from("shop", "idle", "idle"), by("x.example.com"), to("x.example.com"))}
	notes := map[string][]string{}
	for _, d := range Suggest(rows, Defaults()).Documents {
		if d.Sidecar != nil {
			notes[d.ID.Name] = d.Notes
		}
	}
	assert.Equal(t, map[string][]string{"default": {noteDefault}, "egress-cart": {noteRefused}, "egress-idle": nil, "egress-web": nil}, notes)

	s := Defaults()
	s.OutboundTrafficPolicy = resources.AllowAny
	for _, d := range Suggest(rows, s).Documents {
		assert.NotContains(t, d.Notes, noteRefused)
	}
}
