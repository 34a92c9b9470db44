// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
)

// Values of Config.LabelsOn.
const (
	labelsOnScope  = "scope"
	labelsOnRecord = "record"
)

// Values of Config.SenderFrom.
const (
	senderFromRecord   = "record"
	senderFromResource = "resource"
)

// Config of the processor. The comments of its fields are the reference of its
// keys.
type Config struct {
	// Schema is the set of labels and metrics: `istio`, that of today, or
	// `istio-1.3`, that of the blog "Monitoring Blocked and Passthrough External
	// Service Traffic".
	Schema contract.Schema `mapstructure:"schema"`
	// LabelsOn says where the labels stand. `scope`: records with the same labels
	// share a scope that holds them. `record`: all labels stand on each record,
	// for a next component that is not istio_metrics.
	LabelsOn string `mapstructure:"labels_on"`
	// SenderFrom says what names the proxy that wrote a record. `record`: the
	// record, and then its resource. `resource`: its resource alone.
	SenderFrom string `mapstructure:"sender_from"`
	// HostHeaderFallback says on which records the Host header may name a service
	// that nothing else names: `outbound`, as Istio does, `always` or `never`.
	// Whoever reaches a pod writes that header.
	HostHeaderFallback string `mapstructure:"host_header_fallback"`
	// BlockedWithoutCluster is the destination_service_name of a refused
	// connection whose record names no cluster: `BlackHoleCluster` or `unknown`.
	BlockedWithoutCluster string `mapstructure:"blocked_without_cluster"`
	// ClusterDomain is the DNS domain of the mesh's Kubernetes clusters. A host
	// `NAME.NAMESPACE.svc.DOMAIN` is a Kubernetes service if its domain is this
	// one, the one in `node_id`, or `clusterset.local`.
	ClusterDomain string `mapstructure:"cluster_domain"`
	// ClusterID is the value of source_cluster and destination_cluster where a
	// record does not tell them. Empty leaves the labels out.
	ClusterID string `mapstructure:"cluster_id"`
	// GRPCByPath lets the path of a request tell gRPC where neither the content
	// type nor the gRPC status is logged.
	GRPCByPath configbool.Bool `mapstructure:"grpc_by_path"`
	// DestinationIP is about the label destination_ip.
	DestinationIP DestinationIPConfig `mapstructure:"destination_ip"`
	// DestinationHost is about the label destination_host.
	DestinationHost DestinationHostConfig `mapstructure:"destination_host"`
	// NormalizeHosts gives all spellings of a Host header one form: lower case, no
	// dot at the end, no `:80` or `:443`.
	NormalizeHosts configbool.Bool `mapstructure:"normalize_hosts"`
	// Limits bound the values of labels.
	Limits LimitsConfig `mapstructure:"limits"`
	// LogFormat describes access logs in a format of the user's own.
	LogFormat LogFormatConfig `mapstructure:"log_format"`
	// Labels maps names of labels to OTTL value expressions. One of Istio's names
	// replaces its value, any other is a label more.
	Labels map[string]string `mapstructure:"labels"`
	// Remove lists Istio's labels to leave out.
	Remove []string `mapstructure:"remove"`
	// Conditions lists OTTL conditions, of which one must hold. A record for which
	// none does passes on unlabelled and uncounted.
	Conditions []string `mapstructure:"conditions"`
	// StorageID is a storage extension that keeps the values of labels with their slots,
	// and the names of addresses, over a restart. Without one values get new slots.
	StorageID *component.ID `mapstructure:"storage"`
	// InstanceID names the gateway whose state is stored. Empty means the name of the
	// host.
	InstanceID string `mapstructure:"instance_id"`
	// ErrorMode says what an error of an expression does. `ignore`: the label is
	// `unknown`, or the condition does not hold, and the first error is logged.
	// `silent`: the same without the log. `propagate`: the request fails.
	ErrorMode ottl.ErrorMode `mapstructure:"error_mode"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// DestinationIPConfig is about the label destination_ip.
type DestinationIPConfig struct {
	// Enabled writes the label destination_ip.
	Enabled configbool.Bool `mapstructure:"enabled"`
	// Destinations lists the values of destination_service_name whose records
	// get the label.
	Destinations []string `mapstructure:"destinations"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// LogFormatConfig has the shape of Istio's `logFormat`.
type LogFormatConfig struct {
	// Text is a format string for bodies, as in Istio's `logFormat.text`. It needs
	// a column that tells an access log: flags, cluster, type or route.
	Text string `mapstructure:"text"`
	// Labels maps names of attributes or JSON members to format strings, as in
	// Istio's `logFormat.labels`.
	Labels map[string]string `mapstructure:"labels"`

	// prevent unkeyed literal initialization
	_ struct{}
}

var (
	_ confmap.Validator   = (*DestinationIPConfig)(nil)
	_ confmap.Validator   = (*LogFormatConfig)(nil)
	_ confmap.Unmarshaler = (*Config)(nil)
)

// Validate checks that some records get the label if it is enabled.
func (c *DestinationIPConfig) Validate() error {
	return validateDestinations(c.Enabled, c.Destinations)
}

// Validate compiles the formats.
func (c *LogFormatConfig) Validate() error {
	_, err := c.compileText()
	_, labelsErr := c.compileLabels()
	return errors.Join(err, labelsErr)
}

// compileText gives the user's own text format, nil if there is none.
func (c *LogFormatConfig) compileText() (*logformat.Text, error) {
	if c.Text == "" {
		return nil, nil
	}
	f, err := formats.Operators.CompileText(c.Text)
	if err != nil {
		return nil, fmt.Errorf("`text` %w, got %q", err, c.Text)
	}
	if !f.Proves() && len(c.Labels) == 0 {
		return nil, fmt.Errorf("`text` must have one of %%RESPONSE_FLAGS%%, %%UPSTREAM_CLUSTER%%, %%ACCESS_LOG_TYPE%% and %%ROUTE_NAME%%, "+
			"and one that says what happened, such as %%RESPONSE_CODE%%: else no line is understood, got %q", c.Text)
	}
	return f, nil
}

func (c *LogFormatConfig) compileLabels() (*logformat.Keys, error) {
	for name := range c.Labels {
		if contract.Owns(name) {
			return nil, fmt.Errorf("`labels` must not have a name that starts with %q, got %q", contract.Prefix, name)
		}
	}
	keys, err := formats.Operators.CompileLabels(c.Labels)
	if err != nil {
		return nil, fmt.Errorf("`labels`: %w", err)
	}
	return keys, nil
}

func isAddressLabel(name string) bool {
	l, ok := contract.LabelByName(name)
	return ok && l.IsAddress()
}
