// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// pageRow is the part of a row of the page that is added up.
type pageRow struct {
	Requests      int64 `json:"requests"`
	Connections   int64 `json:"connections"`
	SentBytes     int64 `json:"sent_bytes"`
	ReceivedBytes int64 `json:"received_bytes"`
}

// pageTotals adds up the rows of the page that have a decision.
func pageTotals(ctx context.Context, page, decision string) (sum pageRow, err error) {
	for number, pages := 1, 1; number <= pages; number++ {
		query := url.Values{"decision": {decision}, "page": {strconv.Itoa(number)}}
		var answer struct {
			Rows  []pageRow `json:"rows"`
			Pages int       `json:"pages"`
		}
		if err := getJSON(ctx, page+"/api/v1/egress?"+query.Encode(), &answer); err != nil {
			return sum, err
		}
		pages = answer.Pages
		for _, r := range answer.Rows {
			sum.Requests += r.Requests
			sum.Connections += r.Connections
			sum.SentBytes += r.SentBytes
			sum.ReceivedBytes += r.ReceivedBytes
		}
	}
	return sum, nil
}

func getJSON(ctx context.Context, url string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(answer)
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
			what      string
			want, got int64
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
