// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// tolerance is how much worse than the baseline a row may be: less than that is
// what the machine makes of it.
const tolerance = 1.05

// inTurn is the order of the sides in a round: another one begins each time, and
// nobody always comes after the same one.
func inTurn[S any](sides []S, round int) []S {
	n := round % len(sides)
	order := slices.Concat(sides[n:], sides[:n])
	if round%2 == 1 {
		slices.Reverse(order)
	}
	return order
}

// comparison is a row of the gateway and of the baseline, which took turns under
// the same load.
type comparison struct {
	name              string
	baseline, gateway []round
	// Peaks of resident memory in bytes.
	baselineRSS, gatewayRSS int64
}

// comparison is without rounds of a baseline if there is none.
func (r *result) comparison() comparison {
	c := comparison{name: r.name(), gateway: r.gateway.rounds, gatewayRSS: r.gateway.peakRSS}
	if r.baseline != nil {
		c.baseline, c.baselineRSS = r.baseline.rounds, r.baseline.peakRSS
	}
	return c
}

// ratios are the gateway's CPU time of a record divided by the baseline's, for
// each round.
func (c *comparison) ratios() (ratios []float64) {
	for i := range c.gateway {
		ratios = append(ratios, c.gateway[i].cpuPerRecord()/c.baseline[i].cpuPerRecord())
	}
	return ratios
}

// worse tells whether the median of the rounds is beyond the tolerance.
func (c *comparison) worse() bool { return medianOf(c.ratios()) > tolerance }

func printComparisons(w io.Writer, o options, rows []comparison) {
	fmt.Fprintf(w, "\nAgainst the baseline, %s with %s: %d interleaved rounds. CPU is the median of the rounds\n", o.baseline.program, o.baseline.config, o.rounds)
	fmt.Fprintf(w, "under load, its ratio the median of each round's ratio. Memory is the peak, of which there is one.\n\n")
	fmt.Fprintf(w, "%-15s | %-35s | %-23s |\n", "", "CPU us/record under load", "peak MiB")
	fmt.Fprintf(w, "%-15s | %8s %8s  %-16s | %8s %7s  %5s |\n", "row", "baseline", "gateway", "ratio (min-max)", "baseline", "gateway", "ratio")
	var worse []string
	for i := range rows {
		c := &rows[i]
		verdict := ""
		if c.worse() {
			verdict = "worse"
			worse = append(worse, c.name)
		}
		c.print(w, verdict)
	}
	percent := (tolerance - 1) * 100
	if len(worse) == 0 {
		fmt.Fprintf(w, "\nNo row of %d is worse than the baseline by more than %.0f %%.\n", len(rows), percent)
		return
	}
	fmt.Fprintf(w, "\n%d of %d rows are worse than the baseline by more than %.0f %%: %s.\n", len(worse), len(rows), percent, strings.Join(worse, ", "))
}

func (c *comparison) print(w io.Writer, verdict string) {
	ratios := c.ratios()
	line := fmt.Sprintf("%-15s | %8.2f %8.2f  %4.2f (%4.2f-%4.2f) | %8d %7d  %5.2f | %s", c.name,
		median(c.baseline, round.cpuPerRecord)/1e3, median(c.gateway, round.cpuPerRecord)/1e3,
		medianOf(ratios), slices.Min(ratios), slices.Max(ratios),
		c.baselineRSS>>20, c.gatewayRSS>>20, float64(c.gatewayRSS)/float64(c.baselineRSS), verdict)
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}
