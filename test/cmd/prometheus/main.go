// SPDX-License-Identifier: Apache-2.0

// Command prometheus serves remote write and PromQL out of Prometheus' own
// code, so that the demonstration and the tests need no installation.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promserver"
)

const shutdownTimeout = 10 * time.Second

func main() {
	listen := flag.String("listen", "127.0.0.1:9090", "address to serve on; with port 0 a free one is chosen and printed")
	data := flag.String("data", "", "directory of the database; a temporary one that goes with the process if it is empty")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *listen, *data); err != nil {
		fmt.Fprintln(os.Stderr, "prometheus:", err)
		os.Exit(1)
	}
}

// run writes where it listens and serves until the context ends. Then it finishes
// what is under way and closes the database.
func run(ctx context.Context, out io.Writer, listen, data string) (err error) {
	if data == "" {
		if data, err = os.MkdirTemp("", "otelcol-istio-prometheus-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	prom, err := promserver.Open(data, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prom.Close()) }()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	// The line that whoever started us waits for.
	fmt.Fprintf(out, "listening on http://%s\n", listener.Addr())
	server := &http.Server{Handler: prom, ReadHeaderTimeout: shutdownTimeout}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	shutdownCtx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	return server.Shutdown(shutdownCtx)
}
