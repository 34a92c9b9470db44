{{- define "otelcol-istio.container" -}}
{{- $gateway := ne .Values.mode "node" -}}
- name: otelcol-istio
  image: {{ .Values.image.repository | default (.Values.k8sAttributes.enabled | ternary "otelcol-istio-kubernetes" "otelcol-istio") }}:{{ .Values.image.tag | default .Chart.AppVersion }}
  {{- with .Values.image.pullPolicy }}
  imagePullPolicy: {{ . }}
  {{- end }}
  args:
    {{- include "otelcol-istio.args" . | nindent 4 }}
  env:
    {{- include "otelcol-istio.env" . | nindent 4 }}
  ports:
    {{- if $gateway }}
    - name: grpc-otlp
      containerPort: 4317
    - name: http-otlp
      containerPort: 4318
    - name: grpc-als
      containerPort: 4319
    {{- end }}
    - name: http-metrics
      containerPort: 8888
    - name: http-health
      containerPort: 13133
    {{- if .Values.page.enabled }}
    - name: https-page
      containerPort: 8686
    {{- end }}
  startupProbe:
    httpGet:
      path: /
      port: http-health
    periodSeconds: 1
    # With k8sAttributes longer than KUBERNETES_WAIT: a gateway that has not learned the pods by then never will.
    failureThreshold: {{ .Values.k8sAttributes.enabled | ternary 90 30 }}
  readinessProbe:
    httpGet:
      path: /
      port: http-health
    periodSeconds: 5
  # A gateway that nobody new gets into still serves those who are connected: a restart would cost their counts.
  livenessProbe:
    tcpSocket:
      port: http-health
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  {{- if eq .Values.mode "gateway" }}
  lifecycle:
    preStop:
      # Proxies hear that the pod goes before it stops taking what they send.
      sleep:
        seconds: 5
  {{- end }}
  resources:
    requests:
      cpu: {{ .Values.cpu | default (eq .Values.mode "gateway" | ternary "500m" "100m") }}
      memory: {{ include "otelcol-istio.containerMiB" . }}Mi
    # No limit of CPU: what waits for it is refused for want of memory in the end.
    limits:
      memory: {{ include "otelcol-istio.containerMiB" . }}Mi
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop: [ALL]
  volumeMounts:
    - name: config
      mountPath: /etc/otelcol-istio
      readOnly: true
    {{- if include "otelcol-istio.stores" . }}
    - name: state
      mountPath: /var/lib/otelcol-istio
    {{- end }}
    {{- if .Values.mutualTLS.enabled }}
    - name: istio-certs
      mountPath: /etc/istio-output-certs
      readOnly: true
    {{- end }}
    {{- if .Values.page.enabled }}
    - name: page
      mountPath: /etc/otelcol-istio-page
      readOnly: true
    {{- end }}
    {{- if not $gateway }}
    - name: pod-logs
      mountPath: /var/log/pods
      readOnly: true
    # How far each file was read. It outlives the pod.
    - name: positions
      mountPath: /var/lib/otelcol-istio
    {{- end }}
    {{- with .Values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{- define "otelcol-istio.volumes" -}}
- name: config
  configMap:
    name: {{ include "otelcol-istio.fullname" . }}
{{- if .Values.mutualTLS.enabled }}
- name: istio-certs
  emptyDir:
    medium: Memory
{{- end }}
{{- if .Values.page.enabled }}
- name: page
  projected:
    sources:
      - secret:
          name: {{ .Values.page.tlsSecret }}
          items:
            - {key: tls.crt, path: tls.crt}
            - {key: tls.key, path: tls.key}
            - {key: ca.crt, path: ca.crt}
      - secret:
          name: {{ .Values.page.usersSecret }}
          items:
            - {key: htpasswd, path: htpasswd}
            - {key: username, path: username}
            - {key: password, path: password}
{{- end }}
{{- if eq .Values.mode "node" }}
- name: pod-logs
  hostPath:
    path: /var/log/pods
    type: Directory
- name: positions
  hostPath:
    path: /var/lib/otelcol-istio
    type: DirectoryOrCreate
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
