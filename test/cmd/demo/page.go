// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/url"

	"github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"
)

// pageTotals adds up the rows of the page that have a decision.
func pageTotals(ctx context.Context, page, decision string) (sum pageclient.Row, err error) {
	rows, err := pageclient.Rows(ctx, page, url.Values{"decision": {decision}})
	for _, r := range rows {
		sum.Requests += r.Requests
		sum.Connections += r.Connections
		sum.SentBytes += r.SentBytes
		sum.ReceivedBytes += r.ReceivedBytes
	}
	return sum, err
}

// pageChecks asks the page for what passed and for what was blocked.
func pageChecks(ctx context.Context, page string, expected *totals) (checks []check, err error) {
	for _, d := range []struct {
		decision string
		want     traffic
	}{{"passed", expected.passed}, {"blocked", expected.blocked}} {
		got, err := pageTotals(ctx, page, d.decision)
		if err != nil {
			return nil, err
		}
		for _, one := range []struct {
			what string
			want int64
			got  int
		}{
			{"requests " + d.decision, d.want.requests, got.Requests},
			{"connections " + d.decision, d.want.connections, got.Connections},
			{"  bytes out", d.want.requestsOut + d.want.tcpOut, got.SentBytes},
			{"  bytes in", d.want.requestsIn + d.want.tcpIn, got.ReceivedBytes},
		} {
			checks = append(checks, check{one.what, one.want, "/api/v1/egress?decision=" + d.decision, float64(one.got)})
		}
	}
	return checks, nil
}
