// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// user is nobody's number on a usual node. Kubernetes can see that a number
	// is not root.
	user = 65532
	// stateFolder is where a gateway keeps what outlives it: see STATE_DIRECTORY
	// in config/storage.yaml.
	stateFolder  = "var/lib/otelcol-istio"
	configFolder = "etc/otelcol-istio/"
	description  = "OpenTelemetry Collector that turns Envoy access logs into Istio's standard metrics"
)

// imageConfig is how the image runs. There is no shell.
func (o options) imageConfig(p program) v1.Config {
	labels := map[string]string{
		"org.opencontainers.image.title":       p.name,
		"org.opencontainers.image.description": description,
		"org.opencontainers.image.version":     o.version,
		"org.opencontainers.image.licenses":    "Apache-2.0",
		"org.opencontainers.image.created":     o.created.Format(time.RFC3339),
	}
	if o.revision != "" {
		labels["org.opencontainers.image.revision"] = o.revision
	}
	return v1.Config{
		User: fmt.Sprintf("%d:%d", user, user),
		// For expressions that name a time zone.
		Env: []string{"ZONEINFO=/zoneinfo.zip"},
		// With the gate the health check says so when no new client gets in.
		Entrypoint: []string{"/otelcol-istio", "--feature-gates=+extension.healthcheck.useComponentStatus"},
		Cmd:        []string{"--config=/" + configFolder + "gateway.yaml"},
		// OTLP over gRPC and HTTP, ALS, the gateway's own metrics, health.
		ExposedPorts: map[string]struct{}{"4317/tcp": {}, "4318/tcp": {}, "4319/tcp": {}, "8888/tcp": {}, "13133/tcp": {}},
		Volumes:      map[string]struct{}{"/" + stateFolder: {}},
		WorkingDir:   "/",
		Labels:       labels,
	}
}

// imageFiles are those of every image of a release.
func (o options) imageFiles(shared []file) ([]file, error) {
	certificates, err := rootCertificates()
	if err != nil {
		return nil, err
	}
	zones, err := os.ReadFile(o.zoneinfo)
	if err != nil {
		return nil, err
	}
	files := []file{
		{path: "etc/passwd", mode: 0o444, data: fmt.Appendf(nil, "root:x:0:0:root:/:/sbin/nologin\notelcol-istio:x:%d:%[1]d:otelcol-istio:/:/sbin/nologin\n", user)},
		{path: "etc/group", mode: 0o444, data: fmt.Appendf(nil, "root:x:0:\notelcol-istio:x:%d:\n", user)},
		{path: "etc/ssl/certs/ca-certificates.crt", mode: 0o444, data: certificates},
		{path: "zoneinfo.zip", mode: 0o444, data: zones},
		{path: stateFolder + "/", mode: 0o750, owner: user},
	}
	for _, f := range shared {
		if dir, name, ok := strings.Cut(f.path, "/"); ok && dir == "config" {
			f.path = configFolder + name
		}
		files = append(files, f)
	}
	return files, nil
}

// image is the program's image for its platform: a layer that all programs and
// platforms share, and one with the program.
func (o options) image(p program, files []file) (v1.Image, error) {
	if p.os != "linux" {
		return nil, fmt.Errorf("an image is for Linux, and the program for %s", p.os)
	}
	var layers []mutate.Addendum
	for _, l := range []struct {
		files []file
		what  string
	}{
		{files, "certificates, users, time zones, configurations, license"},
		{[]file{{path: "otelcol-istio", data: p.data, mode: 0o755}}, p.name + " " + o.version},
	} {
		layer, err := o.layer(l.files)
		if err != nil {
			return nil, err
		}
		layers = append(layers, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: o.created}, CreatedBy: "tools/release", Comment: l.what}})
	}
	image, err := mutate.ConfigFile(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON), &v1.ConfigFile{
		OS: p.os, Architecture: p.arch, Created: v1.Time{Time: o.created}, Config: o.imageConfig(p), RootFS: v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, layers...)
}

func (o options) layer(files []file) (v1.Layer, error) {
	var archive bytes.Buffer
	if err := writeTar(&archive, files, o.created); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressedCaching)
}
