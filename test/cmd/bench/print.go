// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
)

func printHeading(w io.Writer, o options) {
	fmt.Fprintf(w, "stock: otlp -> nop%s. gateway: %s%s, remote write to Prometheus.\n", with(o.stockEnv), o.this.config, with(o.env))
	fmt.Fprintf(w, "%d turns of %s for each side, %d connections. CPU is the process' user and system time: in the turns under load (the median),\n", o.rounds, o.round, o.connections)
	fmt.Fprintf(w, "and all in, with idle times and flushes. The last flush stands for what each FLUSH_INTERVAL costs for all series together,\n")
	fmt.Fprintf(w, "however many records there were. Peak memory is resident. als: entries on %d streams that stay open; stock gets the same\n", workloads)
	fmt.Fprintf(w, "records as attributes. x1000: on so many connections, at %d records a second.\n\n", cells[len(cells)-1].rate)
	fmt.Fprintf(w, "%-11s %5s %6s | %-33s | %-25s | %-15s | %-25s | %s\n",
		"", "", "", "CPU us/record under load", "CPU us/record all in", "last flush", "1000 records/s", "peak MiB")
	fmt.Fprintf(w, "%-11s %5s %6s | %7s %7s  %-16s | %7s %7s  %7s  | %6s %8s | %7s %7s  %7s  | %5s %7s  %5s\n",
		"records", "a req", "bytes", "stock", "gateway", "ratio (min-max)", "stock", "gateway", "ratio", "CPU ms", "series",
		"stock", "gateway", "ratio", "stock", "gateway", "ratio")
}

// label is the format, with the number of connections if it is a special one.
func (c cell) label() string {
	if c.connections > 0 {
		return fmt.Sprintf("%s x%d", c.format, c.connections)
	}
	return c.format
}

// with names what a side's environment has beside what the load test needs.
func with(env envFlag) string {
	if len(env) == 0 {
		return ""
	}
	return " with " + env.String()
}

func (r *result) print(w io.Writer) {
	stock, gateway := r.stock, r.gateway
	var ratios []float64
	for i := range gateway.rounds {
		ratios = append(ratios, gateway.rounds[i].cpuPerRecord()/stock.rounds[i].cpuPerRecord())
	}
	stockRate, gatewayRate := median(stock.rounds, round.perSecond), median(gateway.rounds, round.perSecond)
	fmt.Fprintf(w, "%-11s %5d %6.0f", r.label(), r.perRequest, r.bytesPerRecord)
	fmt.Fprintf(w, " | %7.2f %7.2f  %4.2f (%4.2f-%4.2f)", median(stock.rounds, round.cpuPerRecord)/1e3, median(gateway.rounds, round.cpuPerRecord)/1e3,
		medianOf(ratios), slices.Min(ratios), slices.Max(ratios))
	fmt.Fprintf(w, " | %7.2f %7.2f  %7.2f ", stock.allIn()/1e3, gateway.allIn()/1e3, gateway.allIn()/stock.allIn())
	fmt.Fprintf(w, " | %6d %8d", r.lastFlush().Milliseconds(), r.series)
	fmt.Fprintf(w, " | %7.0f %7.0f  %7.2f ", stockRate/1e3, gatewayRate/1e3, gatewayRate/stockRate)
	fmt.Fprintf(w, " | %5d %7d  %5.2f\n", stock.peakRSS>>20, gateway.peakRSS>>20, float64(gateway.peakRSS)/float64(stock.peakRSS))
}

func median(rounds []round, of func(round) float64) float64 {
	var values []float64
	for _, r := range rounds {
		values = append(values, of(r))
	}
	return medianOf(values)
}

func medianOf(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
