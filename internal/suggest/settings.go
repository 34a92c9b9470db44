// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// SidecarMode says when Sidecars are suggested.
type SidecarMode string

// The modes.
const (
	// SidecarsIfNeeded are those of a namespace in which only some workloads use a host.
	SidecarsIfNeeded SidecarMode = "if_needed"
	// SidecarsAlways are those of each namespace with an entry.
	SidecarsAlways SidecarMode = "always"
	// SidecarsNever are none: an entry is for all workloads of its namespace.
	SidecarsNever SidecarMode = "never"
)

// Settings are what a user knows better than the traffic.
type Settings struct {
	// MinCount is how many requests and connections make a destination more than seen
	// once, and MinDays on how many days (UTC). The first and the last time must be at least
	// 24 hours apart for two days, 48 hours for three, and so on. All this is counted per
	// namespace, destination and port.
	MinCount int64
	MinDays  int
	// MaxAddresses is the most addresses that a workload may contact without a name on
	// one port. It is also the most addresses of a name that only one workload claims.
	MaxAddresses int
	// MaxNames is the most names that a single workload may claim for one address.
	MaxNames int
	// MinWildcardNames is how many names below one name make an offer of a wildcard.
	MinWildcardNames int
	// MinSharedNamespaces is how many namespaces make an entry a shared one.
	MinSharedNamespaces int
	// SharedNamespace has the shared entries. Without it there are none.
	SharedNamespace string
	// ClusterCIDRs are the addresses of pods, services and nodes.
	ClusterCIDRs []netip.Prefix
	// ClusterDomain is the DNS domain of the cluster, such as cluster.local.
	ClusterDomain string
	// Networks are those that the user has named: what goes there is wanted.
	Networks map[string][]netip.Prefix
	// Gateways are names of workloads that send the traffic of others.
	Gateways []string
	// Sidecars says when Sidecars are suggested.
	Sidecars SidecarMode
	// OutboundTrafficPolicy is the mode in the Sidecar of a workload. If it is empty, the
	// mesh decides.
	OutboundTrafficPolicy resources.Mode
	// VisibilityHost is the host of an entry that lets nothing through and makes names
	// visible. A Sidecar keeps it, where it exists.
	VisibilityHost string
	// Wildcards takes each offer of a wildcard.
	Wildcards bool
	// DynamicDNS tells whether Istio knows `resolution: DYNAMIC_DNS`.
	DynamicDNS bool
	// Allowed suggests entries for what entries let through already, too. The result is
	// then all that the traffic needs.
	Allowed bool
}

// Defaults are the settings of a user who has set nothing.
func Defaults() Settings {
	return Settings{
		MinCount: 2, MinDays: 2,
		MaxAddresses: egress.MaxAddresses, MaxNames: egress.MaxOtherNames,
		MinWildcardNames: 5, MinSharedNamespaces: 3,
		SharedNamespace: resources.DefaultRootNamespace, ClusterDomain: "cluster.local",
		Gateways: []string{"istio-ingressgateway", "istio-egressgateway", "istio-eastwestgateway"},
		Sidecars: SidecarsIfNeeded, OutboundTrafficPolicy: resources.RegistryOnly, VisibilityHost: "visibility.invalid", DynamicDNS: true,
	}
}

// minSpan is how much time must be between the first and the last contact.
func (s *Settings) minSpan() time.Duration { return time.Duration(s.MinDays-1) * 24 * time.Hour }

// Validate names the key and the value of each mistake, as the configuration has them.
func (s *Settings) Validate() error {
	var errs []error
	atLeast := func(key string, n, least int64) {
		if n < least {
			errs = append(errs, fmt.Errorf("`%s` must be at least %d, got %d", key, least, n))
		}
	}
	atLeast("min_count", s.MinCount, 1)
	atLeast("min_days", int64(s.MinDays), 1)
	atLeast("max_addresses", int64(s.MaxAddresses), 1)
	atLeast("max_names", int64(s.MaxNames), 1)
	atLeast("min_wildcard_names", int64(s.MinWildcardNames), 2)
	atLeast("min_shared_namespaces", int64(s.MinSharedNamespaces), 2)
	for _, name := range slices.Sorted(maps.Keys(s.Networks)) {
		if n := len(s.Networks[name]); n == 0 || n > resources.MaxAddresses {
			errs = append(errs, fmt.Errorf("`networks::%s` must have 1 to %d prefixes, got %d", name, resources.MaxAddresses, n))
		}
	}
	// A row keeps no more addresses: whether there were 9 or 90 cannot be told.
	if s.MaxAddresses > egress.MaxAddresses {
		errs = append(errs, fmt.Errorf("`max_addresses` must be at most %d, got %d", egress.MaxAddresses, s.MaxAddresses))
	}
	if s.MinDays > egress.MaxDays {
		errs = append(errs, fmt.Errorf("`min_days` must be at most %d, got %d", egress.MaxDays, s.MinDays))
	}
	if s.SharedNamespace != "" && !isLabel(s.SharedNamespace) {
		errs = append(errs, fmt.Errorf("`shared_namespace` must be the name of a namespace, got %q", s.SharedNamespace))
	}
	if !isHost(s.ClusterDomain) {
		errs = append(errs, fmt.Errorf("`cluster_domain` must be a DNS name, got %q", s.ClusterDomain))
	}
	if s.VisibilityHost != "" && !isHost(s.VisibilityHost) {
		errs = append(errs, fmt.Errorf("`visibility_host` must be a DNS name, got %q", s.VisibilityHost))
	}
	if !slices.Contains([]SidecarMode{SidecarsIfNeeded, SidecarsAlways, SidecarsNever}, s.Sidecars) {
		errs = append(errs, fmt.Errorf("`sidecars` must be %s, %s or %s, got %q", SidecarsIfNeeded, SidecarsAlways, SidecarsNever, s.Sidecars))
	}
	if !slices.Contains([]resources.Mode{"", resources.AllowAny, resources.RegistryOnly}, s.OutboundTrafficPolicy) {
		errs = append(errs, fmt.Errorf("`outbound_traffic_policy` must be %s, %s or empty, got %q", resources.RegistryOnly, resources.AllowAny, s.OutboundTrafficPolicy))
	}
	return errors.Join(errs...)
}
