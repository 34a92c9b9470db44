// SPDX-License-Identifier: Apache-2.0

package loopback

import "net/netip"

// ALS is Envoy's own access log service beside OTLP, with one logger for each
// provider. Istio puts every provider on every chain.
type ALS struct {
	// Endpoint takes the entries.
	Endpoint netip.AddrPort
	// HTTP and TCP are Istio's envoyHttpAls and envoyTcpAls, each on if it is set.
	HTTP, TCP *ALSProvider
	// Filter is a CEL expression for both; see Format.
	Filter string
}

// ALSProvider has the keys of Istio's provider that say what is logged besides.
// The TCP provider has the last one only.
type ALSProvider struct {
	RequestHeaders   []string `yaml:"additionalRequestHeadersToLog"`
	ResponseHeaders  []string `yaml:"additionalResponseHeadersToLog"`
	ResponseTrailers []string `yaml:"additionalResponseTrailersToLog"`
	FilterState      []string `yaml:"filterStateObjectsToLog"`
}

// loggers are those that Istio makes of the providers.
func (a ALS) loggers(cluster string) []object {
	var loggers []object
	if a.HTTP != nil {
		loggers = append(loggers, filtered(object{
			"name": "envoy.access_loggers.http_grpc",
			"typed_config": object{
				"@type":                               "type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
				"common_config":                       a.HTTP.commonConfig("http_envoy_accesslog", cluster),
				"additional_request_headers_to_log":   a.HTTP.RequestHeaders,
				"additional_response_headers_to_log":  a.HTTP.ResponseHeaders,
				"additional_response_trailers_to_log": a.HTTP.ResponseTrailers,
			},
		}, a.Filter))
	}
	if a.TCP != nil {
		loggers = append(loggers, filtered(object{
			"name": "envoy.access_loggers.tcp_grpc",
			"typed_config": object{
				"@type":         "type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig",
				"common_config": a.TCP.commonConfig("tcp_envoy_accesslog", cluster),
			},
		}, a.Filter))
	}
	return loggers
}

func (p ALSProvider) commonConfig(logName, cluster string) object {
	config := commonConfig(logName, cluster)
	config["filter_state_objects_to_log"] = p.FilterState
	return config
}
