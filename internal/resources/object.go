// SPDX-License-Identifier: Apache-2.0

package resources

import "time"

// APIVersion is the one that new resources are written with.
const APIVersion = "networking.istio.io/v1"

// The kinds that this package reads.
const (
	KindServiceEntry  = "ServiceEntry"
	KindSidecar       = "Sidecar"
	KindConfigMap     = "ConfigMap"
	KindIstioOperator = "IstioOperator"
)

// ID names a resource.
type ID struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// String is the ID for a person: `ServiceEntry shop/api`.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.Kind + " " + id.Name
	}
	return id.Kind + " " + id.Namespace + "/" + id.Name
}

// Type is the API version and the kind of a resource.
type Type struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
}

// Meta is the part of a resource's metadata that Istio's rules look at.
type Meta struct {
	Name        string            `yaml:"name"`
	Namespace   string            `yaml:"namespace,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
	// Created decides which of two entries for one port is the first. It is zero in
	// resources that no cluster has stored.
	Created time.Time `yaml:"creationTimestamp,omitempty"`
}

// WorkloadSelector selects the workloads of a namespace that have all these labels.
type WorkloadSelector struct {
	Labels map[string]string `yaml:"labels,omitempty"`
}

// Object is a resource that what-if does not consider.
type Object struct {
	ID ID
	// Hosts are those that a VirtualService, a DestinationRule or a Service names, and
	// the addresses of a Service.
	Hosts []string
}

// Problem is why something that was given is not used.
type Problem struct {
	// File and Line are where it stands. The first line of a file is 1. Line is 0 for a
	// problem of the whole file.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Resource is the zero ID if the resource has no readable name.
	Resource ID     `json:"resource"`
	Reason   string `json:"reason"`
}
