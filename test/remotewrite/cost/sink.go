package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
)

// countPath is where the sink tells how many samples it has.
const countPath = "/count"

// startSink starts a sink and returns its address.
func startSink() (*exec.Cmd, string, error) {
	cmd := exec.Command(os.Args[0], "--role", "sink")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	return cmd, strings.TrimSpace(line), err
}

// runSink prints its address and serves until it is killed.
func runSink() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%v/\n", l.Addr())
	var samples atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc(countPath, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, samples.Load()) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		n, err := countSamples(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		samples.Add(n)
		w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", fmt.Sprint(n))
	})
	return (&http.Server{Handler: mux}).Serve(l) //nolint:gosec // of this machine alone
}

func countSamples(r *http.Request) (n int64, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err
	}
	raw, err := snappy.Decode(nil, body)
	if err != nil {
		return 0, err
	}
	if strings.Contains(r.Header.Get("Content-Type"), "io.prometheus.write.v2.Request") {
		var req writev2.Request
		err = req.Unmarshal(raw)
		for _, ts := range req.Timeseries {
			n += int64(len(ts.Samples))
		}
		return n, err
	}
	var req prompb.WriteRequest
	err = req.Unmarshal(raw)
	for _, ts := range req.Timeseries {
		n += int64(len(ts.Samples))
	}
	return n, err
}
