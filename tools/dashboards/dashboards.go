// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The identities of the dashboards. Links and bookmarks hold them: they never change.
const (
	egressUID  = "otelcol-istio-egress"
	gatewayUID = "otelcol-istio-gateway"
)

// The identities of Istio's own dashboards whose files have one: MD5 of a file's name.
const (
	istioMeshUID         = "1a9a8ea49444aae205c7737573e894f9"
	istioControlPlaneUID = "1813f692a8e4ac77155348d4c7d2fba8"
)

// The classic JSON of dashboards, which every Grafana imports. The SDK would rather have
// the schema v2, which older ones do not know.
type (
	document        = dashboard.Dashboard        //nolint:staticcheck // see above
	documentBuilder = dashboard.DashboardBuilder //nolint:staticcheck // see above
)

var newDocument = dashboard.NewDashboardBuilder //nolint:staticcheck // see above

// newDashboard has what all of them share.
func newDashboard(uid, title, description string) *documentBuilder {
	return newDocument(title).
		Uid(uid).
		Description(description).
		Tags([]string{"istio", "otelcol-istio"}).
		Readonly().
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time("now-6h", "now").
		Timezone("browser").
		Refresh("1m")
}

// dashboardLink leads to another dashboard, at the same time.
func dashboardLink(title, uid string) *dashboard.DashboardLinkBuilder {
	return dashboard.NewDashboardLinkBuilder(title).
		Type(dashboard.DashboardLinkTypeLink).
		Icon("dashboard").
		Url("/d/" + uid).
		KeepTime(true)
}

// pageLink leads to the page.
func pageLink() *dashboard.DashboardLinkBuilder {
	return dashboard.NewDashboardLinkBuilder("Page of outside traffic").
		Type(dashboard.DashboardLinkTypeLink).
		Icon("external link").
		Url("${page}/").
		TargetBlank(true)
}
