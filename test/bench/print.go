package main

import (
	"fmt"
	"io"
	"slices"
)

func printHeading(w io.Writer, o options) {
	fmt.Fprintf(w, "stock: otlp -> nop. gateway: %s, DESTINATION_IP=on, remote write to Prometheus.\n", o.config)
	fmt.Fprintf(w, "%d turns of %s for each side, %d connections. CPU is user + system time of the process, in microseconds a record: the\n", o.rounds, o.round, o.connections)
	fmt.Fprintf(w, "median of the turns, and all in (with flushes, idle times and the end). Peak memory is resident.\n\n")
	fmt.Fprintf(w, "%-11s %5s %6s | %-33s | %-26s | %-27s | %s\n", "", "", "", "CPU us/record", "all in us/record", "1000 records/s", "peak MiB")
	fmt.Fprintf(w, "%-11s %5s %6s | %7s %7s  %-16s | %7s %7s  %8s  | %7s %8s  %8s  | %5s %8s\n",
		"records", "a req", "bytes", "stock", "gateway", "ratio (min-max)", "stock", "gateway", "ratio", "stock", "gateway", "ratio", "stock", "gateway")
}

func (r *result) print(w io.Writer) {
	stock, gateway := r.stock, r.gateway
	var ratios []float64
	for i := range gateway.rounds {
		ratios = append(ratios, gateway.rounds[i].cpuPerRecord()/stock.rounds[i].cpuPerRecord())
	}
	stockCPU, gatewayCPU := median(stock.rounds, round.cpuPerRecord), median(gateway.rounds, round.cpuPerRecord)
	stockRate, gatewayRate := median(stock.rounds, round.perSecond), median(gateway.rounds, round.perSecond)
	fmt.Fprintf(w, "%-11s %5d %6.0f | %7.2f %7.2f  %4.2f (%4.2f-%4.2f) | %7.2f %7.2f  %8.2f  | %7.0f %8.0f  %8.2f  | %5d %8d\n",
		r.format(), r.perRequest, r.bytesPerRecord,
		stockCPU/1e3, gatewayCPU/1e3, medianOf(ratios), slices.Min(ratios), slices.Max(ratios),
		stock.allIn()/1e3, gateway.allIn()/1e3, gateway.allIn()/stock.allIn(),
		stockRate/1e3, gatewayRate/1e3, gatewayRate/stockRate,
		stock.peakRSS>>20, gateway.peakRSS>>20)
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
