{{/* The template of a pod, for each mode. */}}
{{- define "otelcol-istio.pod" -}}
{{- include "otelcol-istio.check" . }}
{{- $gateway := ne .Values.mode "node" -}}
metadata:
  labels:
    {{- include "otelcol-istio.selectorLabels" . | nindent 4 }}
    # Behind a sidecar that takes traffic all records would come from 127.0.0.6.
    sidecar.istio.io/inject: {{ .Values.mutualTLS.enabled | quote }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: "8888"
    # A changed configuration starts the pods anew.
    checksum/config: {{ include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
    {{- if .Values.mutualTLS.enabled }}
    {{- include "otelcol-istio.sidecar" . | nindent 4 }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "otelcol-istio.fullname" . }}
  {{- if .Values.k8sAttributes.enabled }}
  automountServiceAccountToken: true
  {{- end }}
  # Kubernetes would describe each service of the namespace in variables, beside those of the configuration.
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if not (kindIs "invalid" .Values.tolerations) }}
  tolerations:
    {{- toYaml .Values.tolerations | nindent 4 }}
  {{- else if ne .Values.mode "gateway" }}
  # Every node that runs proxies, whatever its taints.
  tolerations:
    - operator: Exists
  {{- end }}
  securityContext:
    {{- if $gateway }}
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    {{- if eq .Values.mode "gateway" }}
    # The volume belongs to this group.
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    {{- end }}
    {{- else }}
    # The kubelet and the runtime let root alone read logs. It is root without any capability.
    runAsUser: 0
    runAsGroup: 0
    {{- end }}
    seccompProfile:
      type: RuntimeDefault
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds | default ($gateway | ternary 40 70) | int64 }}
  {{- if eq .Values.mode "gateway" }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "otelcol-istio.selectorLabels" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    {{- include "otelcol-istio.container" . | nindent 4 }}
  volumes:
    {{- include "otelcol-istio.volumes" . | nindent 4 }}
{{- end }}

{{/* Annotations for Istio's sidecar, of which only the certificate is used: see deploy/kubernetes/mutual-tls. */}}
{{- define "otelcol-istio.sidecar" -}}
traffic.sidecar.istio.io/includeInboundPorts: ""
traffic.sidecar.istio.io/includeOutboundIPRanges: ""
proxy.istio.io/config: |
  holdApplicationUntilProxyStarts: true
  proxyMetadata:
    OUTPUT_CERTS: /etc/istio-output-certs
sidecar.istio.io/userVolumeMount: '[{"name": "istio-certs", "mountPath": "/etc/istio-output-certs"}]'
# Prometheus goes on asking the gateway, not the sidecar.
prometheus.istio.io/merge-metrics: "false"
{{- end }}
