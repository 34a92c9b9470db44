// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	meshapi "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/util/protomarshal"
	"sigs.k8s.io/yaml" //nolint:depguard // the types of Istio and Kubernetes marshal through JSON
)

// readMeshConfig reads `spec.meshConfig` of each file over Istio's defaults. It refuses what istiod would not
// understand, which `istioctl install` passes on in silence.
func readMeshConfig(files []string) (*meshapi.MeshConfig, error) {
	all := mesh.DefaultMeshConfig()
	for _, file := range files {
		var operator struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Spec       struct {
				MeshConfig json.RawMessage `json:"meshConfig"`
			} `json:"spec"`
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := unmarshalStrict(b, &operator); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if operator.APIVersion != "install.istio.io/v1alpha1" || operator.Kind != "IstioOperator" {
			return nil, fmt.Errorf("%s: want an IstioOperator of install.istio.io/v1alpha1, got %s of %s", file, operator.Kind, operator.APIVersion)
		}
		if err := protomarshal.ApplyYAMLStrict(string(operator.Spec.MeshConfig), &meshapi.MeshConfig{}); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if all, err = mesh.ApplyMeshConfig(string(operator.Spec.MeshConfig), all); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	warning, err := agent.ValidateMeshConfig(all)
	warn(warning)
	return all, errors.Join(err, validateProviders(all))
}

// validateProviders makes an error of what istiod only notes in its own log: a provider that it cannot use.
func validateProviders(c *meshapi.MeshConfig) (err error) {
	for _, p := range c.GetExtensionProviders() {
		var wrong error
		switch {
		case p.GetEnvoyOtelAls() != nil:
			wrong = agent.ValidateExtensionProviderEnvoyOtelAls(p.GetEnvoyOtelAls())
		case p.GetEnvoyHttpAls() != nil:
			wrong = agent.ValidateExtensionProviderEnvoyHTTPAls(p.GetEnvoyHttpAls())
		case p.GetEnvoyTcpAls() != nil:
			wrong = agent.ValidateExtensionProviderEnvoyTCPAls(p.GetEnvoyTcpAls())
		}
		if wrong != nil {
			err = errors.Join(err, fmt.Errorf("extension provider %s: %w", p.GetName(), wrong))
		}
	}
	return err
}

// readResources reads Istio's resources and checks them as istiod's webhook and the API server do together: every key
// must be known, and every value sound.
func readResources(files []string) ([]config.Config, error) {
	var all []config.Config
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, doc := range documents(string(b)) {
			c, err := readResource(doc)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			all = append(all, *c)
		}
	}
	return all, nil
}

func readResource(doc string) (*config.Config, error) {
	var object crd.IstioKind
	if err := unmarshalStrict([]byte(doc), &object); err != nil {
		return nil, err
	}
	gvk := object.GroupVersionKind()
	schema, ok := collections.Pilot.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&gvk))
	if !ok {
		return nil, fmt.Errorf("not one of Istio's resources: %s", gvk)
	}
	c, err := crd.ConvertObjectInternal(schema, &object, "cluster.local", strictly)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", gvk.Kind, object.Name, err)
	}
	c.CreationTimestamp = time.Now()
	warning, err := schema.ValidateConfig(*c)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", gvk.Kind, object.Name, err)
	}
	warn(warning)
	return c, nil
}

// warn says what Istio's tools would: of every EnvoyFilter, that it may not outlive an upgrade.
func warn(warning error) {
	if warning != nil {
		fmt.Fprintln(os.Stderr, "warning:", warning)
	}
}

func strictly(schema resource.Schema, js string) (config.Spec, error) {
	spec, err := schema.NewInstance()
	if err != nil {
		return nil, err
	}
	return spec, config.ApplyJSONStrict(spec, js)
}

// unmarshalStrict refuses keys that the value has no field for.
func unmarshalStrict(data []byte, into any) error { return yaml.UnmarshalStrict(data, into) }
