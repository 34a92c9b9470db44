// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/test"
)

// xdsOptions say what the control plane knows.
type xdsOptions struct {
	listen string
	// cluster are files of Services and Pods.
	cluster []string
	// meshConfigs are files of IstioOperator resources, as `istioctl install -f` takes them; later ones go over
	// earlier ones. resources are files of Istio's resources, as `kubectl apply -f` takes them.
	meshConfigs, resources []string
}

func xdsCommand() *cobra.Command {
	var o xdsOptions
	c := &cobra.Command{
		Use:   "xds",
		Short: "Serve configuration to proxies",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return serveXDS(c.Context(), o) },
	}
	c.Flags().StringVar(&o.listen, "listen", "127.0.0.1:15010", "address to serve on")
	clusterFlag(c, &o.cluster)
	c.Flags().StringArrayVar(&o.meshConfigs, "mesh-config", nil, "file of an IstioOperator resource; may be repeated")
	c.Flags().StringArrayVar(&o.resources, "resources", nil, "file of Istio's resources; may be repeated")
	return c
}

// serveXDS serves until the context ends. What Istio would not accept is an error.
func serveXDS(ctx context.Context, o xdsOptions) error {
	meshConfig, err := readMeshConfig(o.meshConfigs)
	if err != nil {
		return err
	}
	resources, err := readResources(o.resources)
	if err != nil {
		return err
	}
	objects, err := readCluster(o.cluster)
	if err != nil {
		return err
	}
	return test.Wrap(func(t test.Failer) {
		xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
			MeshConfig:        meshConfig,
			KubernetesObjects: objects,
			Configs:           resources,
			ListenerBuilder:   func() (net.Listener, error) { return net.Listen("tcp", o.listen) },
		})
		// The line that whoever started us waits for.
		fmt.Println("serving configuration on", o.listen)
		<-ctx.Done()
	})
}

// documents of a YAML file.
func documents(yaml string) []string {
	var all []string
	for doc := range strings.SplitSeq("\n"+yaml, "\n---") {
		if strings.TrimSpace(doc) != "" {
			all = append(all, doc)
		}
	}
	return all
}
