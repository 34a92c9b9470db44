// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"encoding/json"
	"maps"
	"slices"
)

// Format is what an access logger writes: a body, attributes, or both.
type Format struct {
	// Text is a body of text.
	Text string
	// Body is a body of keys and values; Text must be empty then.
	Body map[string]string
	// Labels are attributes; Istio calls them labels.
	Labels map[string]string
	// Filter is a CEL expression; records for which it does not hold are not
	// sent. Empty means all are.
	Filter string
}

// IstioText is the text that Istio's proxies log unless told otherwise.
const IstioText = `[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" ` +
	`%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% ` +
	`"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ` +
	`%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" ` +
	`"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% ` +
	`%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%` + "\n"

// IstioJSON has the keys and operators of Istio's default JSON.
var IstioJSON = map[string]string{
	"authority":                         "%REQ(:AUTHORITY)%",
	"bytes_received":                    "%BYTES_RECEIVED%",
	"bytes_sent":                        "%BYTES_SENT%",
	"connection_termination_details":    "%CONNECTION_TERMINATION_DETAILS%",
	"downstream_local_address":          "%DOWNSTREAM_LOCAL_ADDRESS%",
	"downstream_remote_address":         "%DOWNSTREAM_REMOTE_ADDRESS%",
	"duration":                          "%DURATION%",
	"method":                            "%REQ(:METHOD)%",
	"path":                              "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
	"protocol":                          "%PROTOCOL%",
	"request_id":                        "%REQ(X-REQUEST-ID)%",
	"requested_server_name":             "%REQUESTED_SERVER_NAME%",
	"response_code":                     "%RESPONSE_CODE%",
	"response_code_details":             "%RESPONSE_CODE_DETAILS%",
	"response_flags":                    "%RESPONSE_FLAGS%",
	"route_name":                        "%ROUTE_NAME%",
	"start_time":                        "%START_TIME%",
	"upstream_cluster":                  "%UPSTREAM_CLUSTER_RAW%",
	"upstream_host":                     "%UPSTREAM_HOST%",
	"upstream_local_address":            "%UPSTREAM_LOCAL_ADDRESS%",
	"upstream_service_time":             "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
	"upstream_transport_failure_reason": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
	"user_agent":                        "%REQ(USER-AGENT)%",
	"x_forwarded_for":                   "%REQ(X-FORWARDED-FOR)%",
}

type object = map[string]any

// accessLog is the value of Envoy's access_log with these loggers, as JSON, which
// is YAML too.
func accessLog(loggers ...object) string {
	b, err := json.Marshal(append(loggers, statsLogger))
	if err != nil {
		panic(err) // strings and maps only
	}
	return string(b)
}

// commonConfig is what all loggers have that speak gRPC.
func commonConfig(logName, cluster string) object {
	return object{
		"log_name":              logName,
		"transport_api_version": "V3",
		"grpc_service":          object{"envoy_grpc": object{"cluster_name": cluster}},
		// Istio leaves it at a second; tests need not wait so long.
		"buffer_flush_interval": "0.1s",
	}
}

// logger is Istio's OpenTelemetry provider with this format.
func (f Format) logger(cluster string) object {
	config := object{
		"@type":                  "type.googleapis.com/envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig",
		"common_config":          commonConfig("otel_envoy_accesslog", cluster),
		"disable_builtin_labels": true,
	}
	if f.Text != "" {
		config["body"] = object{"string_value": f.Text}
	}
	if f.Body != nil {
		config["body"] = object{"kvlist_value": keyValues(f.Body)}
	}
	if f.Labels != nil {
		config["attributes"] = keyValues(f.Labels)
	}
	return filtered(object{"name": "envoy.access_loggers.open_telemetry", "typed_config": config}, f.Filter)
}

// filtered puts a CEL expression before a logger, if there is one.
func filtered(logger object, expression string) object {
	if expression != "" {
		logger["filter"] = object{"extension_filter": object{
			"name": "envoy.access_loggers.extension_filters.cel",
			"typed_config": object{
				"@type":      "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
				"expression": expression,
			},
		}}
	}
	return logger
}

// keyValues writes the map in order, as Istio does.
func keyValues(m map[string]string) map[string]any {
	var values []map[string]any
	for _, k := range slices.Sorted(maps.Keys(m)) {
		values = append(values, map[string]any{"key": k, "value": map[string]any{"string_value": m[k]}})
	}
	return map[string]any{"values": values}
}
