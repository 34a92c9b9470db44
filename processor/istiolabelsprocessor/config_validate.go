// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/expression"
)

var _ confmap.Validator = (*Config)(nil)

// Validate reports every mistake at once, each with its key and value. The
// schema and the nested settings check themselves.
func (c *Config) Validate() error {
	return errors.Join(
		oneOf("labels_on", c.LabelsOn, labelsOnScope, labelsOnRecord),
		oneOf("sender_from", c.SenderFrom, senderFromRecord, senderFromResource),
		oneOf("host_header_fallback", c.HostHeaderFallback, istio.FallbackOutbound, istio.FallbackAlways, istio.FallbackNever),
		oneOf("blocked_without_cluster", c.BlockedWithoutCluster, istio.BlackHoleCluster, istio.Unknown),
		oneOf("error_mode", string(c.ErrorMode), string(ottl.IgnoreError), string(ottl.PropagateError), string(ottl.SilentError)),
		c.validateClusterDomain(),
		c.validateClusterID(),
		c.validateLabels(),
		c.validateRemove(),
		c.validateLimits(),
		c.validateExpressions(),
	)
}

// validateClusterDomain refuses what no host ends with, such as
// `svc.cluster.local`.
func (c *Config) validateClusterDomain() error {
	name, ok := host.Name(c.ClusterDomain)
	if !ok || name != c.ClusterDomain || strings.HasPrefix(c.ClusterDomain, "svc.") {
		return fmt.Errorf("`cluster_domain` must be a DNS name such as %q, got %q", istio.DefaultClusterDomain, c.ClusterDomain)
	}
	return nil
}

// validateClusterID refuses what would be another label value than what is set.
func (c *Config) validateClusterID() error {
	if contract.CleanValue(c.ClusterID) != c.ClusterID || c.ClusterID == istio.Unknown {
		return fmt.Errorf("`cluster_id` must be a label value of at most %d bytes that is not %q, got %q", contract.MaxValueLen, istio.Unknown, c.ClusterID)
	}
	return nil
}

func (c *Config) validateLabels() error {
	var errs []error
	if n := len(c.Labels); n > contract.MaxExtraLabels {
		errs = append(errs, fmt.Errorf("`labels` must hold at most %d labels, got %d", contract.MaxExtraLabels, n))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Labels)) {
		switch {
		case !contract.IsLabelName(name):
			errs = append(errs, fmt.Errorf("`labels` must have names of letters, digits and underscores, at most %d, got %q", contract.MaxNameLen, name))
		case contract.IsReserved(name):
			errs = append(errs, fmt.Errorf("`labels` must not have a name that Prometheus reserves, got %q", name))
		case name == contract.ClaimedPeer:
			errs = append(errs, fmt.Errorf("`labels` must not have the name that `limits` has for peers, got %q", name))
		case isAddressLabel(name):
			errs = append(errs, fmt.Errorf("`labels` must not set %q: it does not stand on every metric, and has settings of its own", name))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) validateRemove() error {
	var errs []error
	for i, name := range c.Remove {
		label, known := contract.LabelByName(name)
		known = known && (label.IsAddress() || slices.Contains(c.Schema.Labels(contract.HTTP), label))
		_, set := c.Labels[name]
		switch {
		case set:
			errs = append(errs, fmt.Errorf("`remove` and `labels` both name %q", name))
		case !known:
			errs = append(errs, fmt.Errorf("`remove` must name labels of the schema, got %q", name))
		case slices.Contains(c.Remove[:i], name):
			errs = append(errs, fmt.Errorf("`remove` names %q twice", name))
		}
	}
	return errors.Join(errs...)
}

func (c *Config) validateExpressions() error {
	_, err := c.compileExpressions(nil, component.TelemetrySettings{})
	return err
}

// compileExpressions compiles labels and conditions; nil if there are none.
func (c *Config) compileExpressions(names *attrname.Names, set component.TelemetrySettings) (*expression.Expressions, error) {
	return expression.Compile(expression.Options{Labels: c.Labels, Conditions: c.Conditions, ErrorMode: c.ErrorMode, Names: names}, set)
}
