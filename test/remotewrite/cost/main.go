// SPDX-License-Identifier: Apache-2.0

// Command cost measures what a flush costs from the connector's numbers to the
// server's answer: rendering, encoding, compressing, sending. The remote_write
// exporter and that of OpenTelemetry's contrib repository take the same series,
// each in a process of its own, to a server that decodes and counts, in another.
//
// It prints CPU time and memory for each series, and fails only if series did
// not arrive: how fast a machine is says nothing about the program.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func main() {
	var (
		role      = flag.String("role", "", "sink or cell, of the processes that cost starts itself")
		series    = flag.String("series", "10000,100000,1000000", "how many series, one row each")
		exporters = flag.String("exporters", "remote_write,remote_write 2.0,contrib", "which exporters")
		interval  = flag.Duration("interval", 0, "time between two flushes; 0: as long as each exporter may need")
		flushes   = flag.Int("flushes", 3, "flushes that are measured")
		profile   = flag.String("cpuprofile", "", "file for a CPU profile of the last cell")
		endpoint  = flag.String("endpoint", "", "the sink, of a cell")
	)
	flag.Parse()
	var err error
	switch *role {
	case "sink":
		err = runSink()
	case "cell":
		var n int
		if n, err = strconv.Atoi(*series); err == nil {
			err = runCell(cell{Exporter: *exporters, Series: n, Interval: *interval, Flushes: *flushes, Endpoint: *endpoint, Profile: *profile})
		}
	default:
		err = runAll(strings.Split(*exporters, ","), strings.Split(*series, ","), *interval, *flushes, *profile)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(1)
	}
}

// perSeries is how long an exporter may need for a series: more than contrib's.
const perSeries = 20 * time.Microsecond

func runAll(exporters, series []string, interval time.Duration, flushes int, profile string) error {
	fmt.Printf("%-18s %9s %14s %14s %14s %14s %9s\n", "exporter", "series", "CPU us/series", "live B/series", "peak B/series", "sent B/series", "arrived")
	lost := false
	for _, n := range series {
		count, err := strconv.Atoi(n)
		if err != nil {
			return fmt.Errorf("`series`: %w", err)
		}
		pause := interval
		if pause == 0 {
			pause = time.Second + time.Duration(count)*perSeries
		}
		for _, exporter := range exporters {
			r, err := startCell(cell{Exporter: exporter, Series: count, Interval: pause, Flushes: flushes, Profile: profile})
			if err != nil {
				return err
			}
			fmt.Printf("%-18s %9d %14.3f %14.0f %14.0f %14.0f %8.0f%%\n", exporter, r.Series, r.MicrosPerSeries, r.LivePerSeries, r.PeakPerSeries, r.BytesPerSeries, r.Arrived*100)
			lost = lost || r.Arrived < 1 && exporter != contribExporter
		}
	}
	if lost {
		return fmt.Errorf("some series did not arrive")
	}
	return nil
}

// startCell runs a cell and its sink, each in a process of its own.
func startCell(c cell) (r result, err error) {
	sink, endpoint, err := startSink()
	if err != nil {
		return r, err
	}
	defer func() {
		_ = sink.Process.Kill()
		_ = sink.Wait()
	}()
	cmd := exec.Command(os.Args[0], "--role", "cell", "--exporters", c.Exporter, "--series", strconv.Itoa(c.Series),
		"--interval", c.Interval.String(), "--flushes", strconv.Itoa(c.Flushes), "--endpoint", endpoint, "--cpuprofile", c.Profile)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, fmt.Errorf("%s with %d series: %w", c.Exporter, c.Series, err)
	}
	return r, json.NewDecoder(bytes.NewReader(out)).Decode(&r)
}
