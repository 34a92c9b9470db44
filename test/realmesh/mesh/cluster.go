// SPDX-License-Identifier: Apache-2.0

//go:build linux

package mesh

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Pod is what the mesh knows of a pod.
type Pod struct {
	Name, Namespace, IP, ServiceAccount string
	Labels, Annotations                 map[string]string
	// Workload is the deployment that the pod belongs to.
	Workload string
}

// Injected tells whether the pod has a proxy.
func (p Pod) Injected() bool { return p.Labels["security.istio.io/tlsMode"] == "istio" }

// Gateway tells whether the pod is a proxy and nothing else.
func (p Pod) Gateway() bool { return p.Labels["istio"] == "egressgateway" }

// App is the name that the tests call the pod.
func (p Pod) App() string { return p.Labels["app"] }

// redirection is an annotation that says what traffic goes through the sidecar,
// and what it is if a pod has none.
func (p Pod) redirection(annotation, otherwise string) string {
	if value, ok := p.Annotations["traffic.sidecar.istio.io/"+annotation]; ok {
		return value
	}
	return otherwise
}

// ReadPods reads the pods among the objects that the control plane reads.
func ReadPods(files ...string) (pods []Pod, err error) {
	for _, file := range files {
		ofFile, err := readPodsOf(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		pods = append(pods, ofFile...)
	}
	return pods, nil
}

func readPodsOf(file string) ([]Pod, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var pods []Pod
	for decoder := yaml.NewDecoder(bytes.NewReader(b)); ; {
		var object struct {
			Kind     string
			Metadata struct {
				Name, Namespace     string
				Labels, Annotations map[string]string
				OwnerReferences     []struct{ Name string } `yaml:"ownerReferences"`
			}
			Spec struct {
				ServiceAccountName string `yaml:"serviceAccountName"`
			}
			Status struct {
				PodIP string `yaml:"podIP"`
			}
		}
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			return pods, nil
		} else if err != nil {
			return nil, err
		}
		if object.Kind != "Pod" {
			continue
		}
		m := object.Metadata
		pods = append(pods, Pod{
			Name: m.Name, Namespace: m.Namespace, IP: object.Status.PodIP,
			ServiceAccount: object.Spec.ServiceAccountName, Labels: m.Labels, Annotations: m.Annotations,
			Workload: strings.TrimSuffix(m.OwnerReferences[0].Name, "-"+m.Labels["pod-template-hash"]),
		})
	}
}
