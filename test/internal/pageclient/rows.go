// SPDX-License-Identifier: Apache-2.0

// Package pageclient reads the rows that the page of a gateway shows.
package pageclient // import "github.com/otelcol-istio/otelcol-istio/test/internal/pageclient"

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// Row is what the tests and the demo read of a row.
type Row struct {
	Source        struct{ Namespace, Workload string }
	Destination   string
	NameSource    string `json:"name_source"`
	Port          int
	Traffic       string
	Decision      string
	Entry         string
	Overflow      bool
	Requests      int
	Connections   int
	SentBytes     int `json:"sent_bytes"`
	ReceivedBytes int `json:"received_bytes"`
}

// Rows reads all rows that a query of the API selects, over all of its pages. page is
// the URL of the gateway's page.
func Rows(ctx context.Context, page string, query url.Values) (rows []Row, err error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	for number, pages := 1, 1; number <= pages; number++ {
		query.Set("page", strconv.Itoa(number))
		var answer struct {
			Rows  []Row
			Pages int
		}
		if err := get(ctx, page+"/api/v1/egress?"+query.Encode(), &answer); err != nil {
			return nil, err
		}
		rows, pages = append(rows, answer.Rows...), answer.Pages
	}
	return rows, nil
}

func get(ctx context.Context, url string, answer any) error {
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
