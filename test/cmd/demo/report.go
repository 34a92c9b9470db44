// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// report prints the answers and returns an error if the totals are wrong.
func report(ctx context.Context, w io.Writer, prom *promclient.Client, page string, expected *totals) error {
	flows, err := outsideFlows(ctx, prom)
	if err != nil {
		return err
	}
	checks := expected.checks()
	if err := ask(ctx, prom, checks); err != nil {
		return err
	}
	ofPage, err := pageChecks(ctx, page, expected)
	if err != nil {
		return fmt.Errorf("ask the page: %w", err)
	}
	fmt.Fprintf(w, "%d access-log records of real proxies went in over OTLP. What Prometheus says about the outside:\n\n", expected.records)
	flowTable(flows).print(w)
	fmt.Fprintf(w, "\nOut is what the workload sent, in what it got. A result is an HTTP code and Envoy's response flags.\n")
	fmt.Fprintf(w, "Totals, over traffic within the mesh too; %d of the records tell of a connection that opens or goes on, which counts when it ends:\n\n", expected.notCounted)
	checkTable("PROMETHEUS", checks).print(w)
	fmt.Fprint(w, "\nWhat the page of the gateway says about the outside:\n\n")
	checkTable("PAGE", ofPage).print(w)
	fmt.Fprintln(w)
	if err := wrong(append(checks, ofPage...)); err != nil {
		return err
	}
	fmt.Fprintln(w, "All totals are what went in.")
	return nil
}

func flowTable(flows []*flow) table {
	t := table{{"FROM", "TO", "DECISION", "CLUSTER", "REQUESTS", "CONNECTIONS", "BYTES OUT", "BYTES IN", "RESULTS"}}
	for _, f := range flows {
		t = append(t, []any{f.from, f.destination(), f.decision(), f.cluster, f.requests, f.connections, f.out, f.in, joined(f.results)})
	}
	return t
}

func checkTable(asked string, checks []check) table {
	t := table{{"TOTAL", "WENT IN", asked, "", "QUESTION"}}
	for _, c := range checks {
		mark := "ok"
		if !c.ok() {
			mark = "WRONG"
		}
		t = append(t, []any{c.what, c.want, c.got, mark, c.question})
	}
	return t
}
