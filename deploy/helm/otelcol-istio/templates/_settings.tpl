{{/* Says which settings do not go together. */}}
{{- define "otelcol-istio.check" -}}
{{- if and .Values.page.enabled (ne .Values.mode "gateway") }}
{{- fail (printf "`page.enabled` needs `mode` gateway, got %s" .Values.mode) }}
{{- end }}
{{- if and .Values.page.enabled (not .Values.storage.enabled) }}
{{- fail "`page.enabled` needs `storage.enabled`" }}
{{- end }}
{{- if and .Values.k8sAttributes.enabled (eq .Values.mode "node") }}
{{- fail "`k8sAttributes.enabled` needs a gateway, got `mode` node" }}
{{- end }}
{{- if and .Values.mutualTLS.enabled (eq .Values.mode "node") }}
{{- fail "`mutualTLS.enabled` needs a gateway, got `mode` node" }}
{{- end }}
{{- end }}

{{/* Files of the configuration, in the order in which they are merged. Lists of later files are complete. */}}
{{- define "otelcol-istio.args" -}}
- --config=/etc/otelcol-istio/gateway.yaml
{{- if eq .Values.mode "node" }}
- --config=/etc/otelcol-istio/node.yaml
{{- end }}
{{- if .Values.k8sAttributes.enabled }}
- --config=/etc/otelcol-istio/kubernetes.yaml
{{- end }}
{{- if .Values.mutualTLS.enabled }}
- --config=/etc/otelcol-istio/mtls.yaml
{{- end }}
{{- if include "otelcol-istio.stores" . }}
- --config=/etc/otelcol-istio/storage.yaml
{{- end }}
{{- if .Values.page.enabled }}
- --config=/etc/otelcol-istio/page.yaml
{{- end }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Not empty if each pod has a volume of its own. */}}
{{- define "otelcol-istio.stores" -}}
{{- if and (eq .Values.mode "gateway") .Values.storage.enabled }}true{{ end }}
{{- end }}

{{/* MiB of heap, which differ with the mode. */}}
{{- define "otelcol-istio.memoryMiB" -}}
{{- .Values.limits.memoryMiB | default (get (dict "gateway" 512 "gateway-per-node" 256 "node" 192) .Values.mode) | int64 }}
{{- end }}

{{/* MiB of the container: what the process takes beside its heap is more with more traffic. */}}
{{- define "otelcol-istio.containerMiB" -}}
{{- add (include "otelcol-istio.memoryMiB" . | int64) (eq .Values.mode "gateway" | ternary 128 64) }}
{{- end }}

{{/* Variables of the configuration that are set. What is null keeps its default. */}}
{{- define "otelcol-istio.env" -}}
{{- $perNode := eq .Values.mode "gateway-per-node" }}
{{- $text := dict "REMOTE_WRITE_ENDPOINT" .Values.remoteWrite.endpoint }}
{{- if ne .Values.remoteWrite.protocol "1.0" }}{{ $_ := set $text "REMOTE_WRITE_PROTOCOL" .Values.remoteWrite.protocol }}{{ end }}
{{- if ne .Values.schema "istio" }}{{ $_ := set $text "ISTIO_SCHEMA" .Values.schema }}{{ end }}
{{- if ne .Values.clusterId "Kubernetes" }}{{ $_ := set $text "CLUSTER_ID" .Values.clusterId }}{{ end }}
{{- if eq .Values.mode "gateway" }}{{ $_ := set $text "ALS_MAX_CONNECTION_AGE" .Values.gateway.maxConnectionAge }}{{ end }}
{{- if eq .Values.mode "node" }}
{{- $_ := set $text "NAMESPACES" .Values.node.namespaces }}
{{- if ne .Values.node.startAt "end" }}{{ $_ := set $text "START_AT" .Values.node.startAt }}{{ end }}
{{- end }}
{{- if .Values.mutualTLS.enabled }}
{{- $_ := set $text "TLS_CERT_FILE" "/etc/istio-output-certs/cert-chain.pem" }}
{{- $_ := set $text "TLS_KEY_FILE" "/etc/istio-output-certs/key.pem" }}
{{- $_ := set $text "TLS_CLIENT_CA_FILE" "/etc/istio-output-certs/root-cert.pem" }}
{{- end }}
{{- if .Values.page.enabled }}
{{- $name := include "otelcol-istio.fullname" . }}
{{- $_ := set $text "PAGE_PEERS_DNS" (.Values.page.peers.dns | default (printf "%s-headless.%s.svc.cluster.local" $name .Release.Namespace)) }}
{{- $_ := set $text "PAGE_PEERS_ENDPOINT" (.Values.page.peers.endpoint | default (printf "https://%s-page.%s.svc:8686" $name .Release.Namespace)) }}
{{- end }}
{{- $numbers := dict
  "MEMORY_LIMIT_MIB" (include "otelcol-istio.memoryMiB" .)
  "MAX_SERIES" ($perNode | ternary (.Values.limits.series | default 20000) .Values.limits.series)
  "DESTINATION_IP_LIMIT" ($perNode | ternary (.Values.limits.destinationIPs | default 250) .Values.limits.destinationIPs)
  "EGRESS_MAX_ROWS" .Values.limits.egressRows
  "IN_FLIGHT_MIB" .Values.limits.inFlightMiB
  "MAX_CONNECTIONS" .Values.limits.connections
  "MAX_STREAMS" .Values.limits.streams
  "REMOTE_WRITE_QUEUE_MIB" .Values.limits.queueMiB }}
{{- range $name, $number := $numbers }}
{{- if not (kindIs "invalid" $number) }}{{ $_ := set $text $name ($number | int64 | toString) }}{{ end }}
{{- end }}
{{- $own := keys $text }}
{{- if ne .Values.mode "gateway" }}{{ $own = append $own "INSTANCE_ID" }}
# The label `instance`. A node keeps its name over restarts, a pod of a DaemonSet does not.
- name: INSTANCE_ID
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- end }}
{{- range $name, $value := $text }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if has .name $own }}{{ fail (printf "`extraEnv` has %s, which the chart sets from other values" .name) }}{{ end }}
{{ toYaml (list .) }}
{{- end }}
{{- end }}
