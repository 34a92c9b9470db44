{{/* The label app.kubernetes.io/name. Collectors for log files have their own, as in deploy/kubernetes/node. */}}
{{- define "otelcol-istio.name" -}}
{{- if eq .Values.mode "node" }}otelcol-istio-node{{ else }}otelcol-istio{{ end }}
{{- end }}

{{/* The name of objects. It leaves room for `-headless` and for what Kubernetes adds to the names of pods. */}}
{{- define "otelcol-istio.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else }}
{{- $name := .Release.Name }}
{{- if not (contains "otelcol-istio" $name) }}{{ $name = printf "%s-otelcol-istio" $name }}{{ end }}
{{- if eq .Values.mode "node" }}{{ $name = printf "%s-node" (trimSuffix "-node" $name) }}{{ end }}
{{- $name | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* The name of objects that are in no namespace. The namespace keeps releases apart. Names of releases and namespaces have no colon, so
   that no other pair gives the same name. */}}
{{- define "otelcol-istio.clusterName" -}}
{{ include "otelcol-istio.fullname" . }}:{{ .Release.Namespace }}
{{- end }}

{{/* What selects pods. It must not change, so it has no version. */}}
{{- define "otelcol-istio.selectorLabels" -}}
app.kubernetes.io/name: {{ include "otelcol-istio.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "otelcol-istio.labels" -}}
{{ include "otelcol-istio.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
