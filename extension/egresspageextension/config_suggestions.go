// SPDX-License-Identifier: Apache-2.0

package egresspageextension // import "github.com/otelcol-istio/otelcol-istio/extension/egresspageextension"

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/network"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// SuggestionsConfig says which Istio resources are suggested.
type SuggestionsConfig struct {
	// MinCount is how many requests and connections make a destination more than seen
	// once.
	MinCount int64 `mapstructure:"min_count"`
	// MinDays is on how many days (UTC) a destination must be seen. The first and the last
	// time must be at least 24 hours apart for two days, 48 hours for three, and so on.
	MinDays int `mapstructure:"min_days"`
	// MaxAddresses is the most addresses that a workload may contact without a name on
	// one port, and the most addresses of a name that only one workload claims.
	MaxAddresses int `mapstructure:"max_addresses"`
	// MaxNames is the most names that a single workload may claim for one address.
	MaxNames int `mapstructure:"max_names"`
	// MinWildcardNames is how many names below one name make an offer of a wildcard.
	MinWildcardNames int `mapstructure:"min_wildcard_names"`
	// MinSharedNamespaces is how many namespaces with the same host make a shared entry.
	MinSharedNamespaces int `mapstructure:"min_shared_namespaces"`
	// SharedNamespace has the shared entries. Without it there are none.
	SharedNamespace string `mapstructure:"shared_namespace"`
	// ClusterCIDRs are the networks of pods, services and nodes.
	ClusterCIDRs []string `mapstructure:"cluster_cidrs"`
	// ClusterDomain is the DNS domain of the cluster.
	ClusterDomain string `mapstructure:"cluster_domain"`
	// Networks are lists of prefixes by name. What goes there is wanted. They are those of
	// `istio_labels::limits::destination_ip::networks`.
	Networks map[string][]string `mapstructure:"networks"`
	// Gateways are names of workloads that send the traffic of others.
	Gateways []string `mapstructure:"gateways"`
	// Sidecars are suggested if_needed, always or never.
	Sidecars suggest.SidecarMode `mapstructure:"sidecars"`
	// OutboundTrafficPolicy is the mode in the Sidecars of workloads. If it is empty, the
	// mesh decides.
	OutboundTrafficPolicy resources.Mode `mapstructure:"outbound_traffic_policy"`
	// VisibilityHost is the host of the entry that makes names visible. Sidecars keep it.
	VisibilityHost string `mapstructure:"visibility_host"`
	// Wildcards takes each offer of a wildcard.
	Wildcards bool `mapstructure:"wildcards"`
	// DynamicDNS tells whether Istio knows `resolution: DYNAMIC_DNS`.
	DynamicDNS bool `mapstructure:"dynamic_dns"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var _ confmap.Validator = (*SuggestionsConfig)(nil)

// defaultUnusedAfter is also how long a row stays in a ledger.
const defaultUnusedAfter = 30 * configform.Day

func defaultSuggestions() SuggestionsConfig {
	s := suggest.Defaults()
	return SuggestionsConfig{
		MinCount: s.MinCount, MinDays: s.MinDays, MaxAddresses: s.MaxAddresses, MaxNames: s.MaxNames,
		MinWildcardNames: s.MinWildcardNames, MinSharedNamespaces: s.MinSharedNamespaces, SharedNamespace: s.SharedNamespace,
		ClusterDomain: s.ClusterDomain, Gateways: s.Gateways, Sidecars: s.Sidecars, OutboundTrafficPolicy: s.OutboundTrafficPolicy,
		VisibilityHost: s.VisibilityHost, DynamicDNS: s.DynamicDNS,
	}
}

// Validate names the key and the value of each mistake.
func (c *SuggestionsConfig) Validate() error {
	s, err := c.settings()
	return errors.Join(err, s.Validate())
}

// settings parses the networks.
func (c *SuggestionsConfig) settings() (suggest.Settings, error) {
	s := suggest.Settings{
		MinCount: c.MinCount, MinDays: c.MinDays, MaxAddresses: c.MaxAddresses, MaxNames: c.MaxNames,
		MinWildcardNames: c.MinWildcardNames, MinSharedNamespaces: c.MinSharedNamespaces, SharedNamespace: c.SharedNamespace,
		ClusterDomain: c.ClusterDomain, Gateways: c.Gateways, Sidecars: c.Sidecars, OutboundTrafficPolicy: c.OutboundTrafficPolicy,
		VisibilityHost: c.VisibilityHost, Wildcards: c.Wildcards, DynamicDNS: c.DynamicDNS,
	}
	var errs []error
	for _, text := range c.ClusterCIDRs {
		p, err := network.Parse(text)
		if err != nil || !strings.Contains(text, "/") { // an address that lacks its mask leaves out the others
			errs = append(errs, fmt.Errorf("`cluster_cidrs` must hold prefixes in CIDR notation, got %q", text))
			continue
		}
		s.ClusterCIDRs = append(s.ClusterCIDRs, p)
	}
	networks, err := network.ParseNamed(c.Networks)
	if err == nil { // else what lacks prefixes would be told twice
		s.Networks = networks
	}
	return s, errors.Join(append(errs, err)...)
}

// validateResources checks the keys about the resources of the user.
func (c *Config) validateResources() error {
	var errs []error
	for _, pattern := range c.IstioResources {
		if _, err := filepath.Match(pattern, ""); err != nil || pattern == "" {
			errs = append(errs, fmt.Errorf("`istio_resources` must hold paths, which may have *, ? and [...], got %q", pattern))
		}
	}
	if c.UnusedAfter <= 0 {
		errs = append(errs, fmt.Errorf("`unused_after` must be more than 0s, got %s", c.UnusedAfter))
	}
	modes := []resources.Mode{"", resources.AllowAny, resources.RegistryOnly}
	if !slices.Contains(modes, c.MeshMode) {
		errs = append(errs, fmt.Errorf("`mesh_mode` must be %s, %s or empty, got %q", resources.AllowAny, resources.RegistryOnly, c.MeshMode))
	}
	return errors.Join(errs...)
}
