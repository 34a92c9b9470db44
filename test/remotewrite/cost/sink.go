// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"
)

// countPath is where the sink tells how many samples it has, and of how many
// bytes the requests were.
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
	var samples, size atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc(countPath, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, samples.Load(), size.Load()) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		n, bytes, err := countSamples(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		samples.Add(n)
		size.Add(bytes)
		w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", strconv.FormatInt(n, 10))
	})
	return (&http.Server{Handler: mux}).Serve(l) //nolint:gosec // of this machine alone
}

// countSamples returns how many samples a request has, and its size.
func countSamples(r *http.Request) (n, size int64, err error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, 0, err
	}
	raw, err := snappy.Decode(nil, body)
	if err != nil {
		return 0, 0, err
	}
	series := protowire.Number(1)
	if strings.Contains(r.Header.Get("Content-Type"), "io.prometheus.write.v2.Request") {
		series = 5
	}
	err = eachField(raw, func(number protowire.Number, content []byte) error {
		if number != series {
			return nil
		}
		return eachField(content, func(number protowire.Number, _ []byte) error {
			if number == samplesField {
				n++
			}
			return nil
		})
	})
	return n, int64(len(body)), err
}

// samplesField is the field of a series that holds a sample, in both protocols.
const samplesField = 2

// eachField reads a message without keeping it: a sink that takes as long as
// what is measured would slow it down.
func eachField(message []byte, do func(protowire.Number, []byte) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var content []byte
		if kind == protowire.BytesType {
			content, n = protowire.ConsumeBytes(message)
		} else {
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := do(number, content); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}
