// SPDX-License-Identifier: Apache-2.0

// Command controlplane is Istio's control plane, made of Istio's own code, so that the proxies of a test get what those
// of a real mesh get:
//
//	controlplane xds       serves configuration to proxies, as istiod does, from files
//	controlplane sds       gives each proxy the certificate of its identity
//	controlplane iptables  redirects the traffic of the network namespace that it runs in, as istio-init does
//
// It is a module of its own: Istio's needs other versions of much than the Collector's modules do, and hundreds of
// modules that nothing else here needs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"istio.io/istio/pkg/log"
	iptables "istio.io/istio/tools/istio-iptables/pkg/cmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{Use: "controlplane", SilenceUsage: true, SilenceErrors: true}
	redirect := iptables.GetCommand(log.DefaultOptions())
	redirect.Use = "iptables"
	root.AddCommand(xdsCommand(), sdsCommand(), redirect)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}
