// Alerts on proxies whose records do not come.
local labels = import '../labels.libsonnet';

{
  local c = $._config,
  local lib = (import '../lib.libsonnet')(c),

  // Requests and connections to the outside that a workload's own proxy sees.
  local outside(selector) = '{__name__=~"istio_requests_total|istio_tcp_connections_closed_total",%s,reporter="source",destination_service_name=~"BlackHoleCluster|PassthroughCluster"}' % selector,

  local proxies = {
    heard: 'otelcol_receiver_envoy_access_log_proxy_last_heard{%s}' % c.gatewaySelector,
    silent: lib.seconds(c.silentAfter),
    silence: lib.duration(c.silentAfter),
    regular: lib.duration(c.regularWindow),
    scrapes: c.regularScrapes,
    runs: c.podRuns,
  },

  prometheusAlerts+:: {
    groups+: [{
      name: 'otelcol-istio-proxies',
      rules: [
        lib.alert(
          'IstioEgressRecordsMissing',
          'warning',
          'A proxy counts outside traffic of which no record arrives.',
          'Proxies of ' + labels.workloadText + ' counted some {{ $value | humanize }} requests and connections to the outside in ' +
          lib.duration(c.missingWindow) + ', and no gateway counted one.',
          |||
            sum by (%(workload)s) (
              increase(%(proxies)s[%(window)s])
            ) > %(events)d
              unless on (%(workload)s)
            sum by (%(workload)s) (
              increase(%(written)s[%(window)s])
            ) > 0
          ||| % {
            workload: labels.workload,
            proxies: outside(c.proxySelector),
            written: outside(c.writtenSelector),
            window: lib.duration(c.missingWindow),
            events: c.missingEvents,
          },
          c.missingFor,
        ),
        lib.alert(
          'IstioEgressProxySilent',
          'info',
          'A proxy that sent records regularly sends none.',
          'No gateway heard of {{ $labels.namespace }}/{{ $labels.pod }} for {{ $value | humanizeDuration }}. It runs, and it sent records regularly before.',
          |||
            label_replace(
              label_replace(
                time() - max by (node_id) (%(heard)s) > %(silent)s
                  and
                sum by (node_id) (changes(%(heard)s[%(regular)s] offset %(silence)s)) >= %(scrapes)d,
                "pod", "$1", "node_id", "[^~]*~[^~]*~(.+)[.][^.~]+~.*"
              ),
              "namespace", "$1", "node_id", "[^~]*~[^~]*~.+[.]([^.~]+)~.*"
            )
            and on (namespace, pod) %(runs)s
          ||| % proxies,
        ),
        lib.alert(
          'IstioEgressProxyDropsRecords',
          'warning',
          'A proxy drops records because it cannot send them.',
          'The proxy {{ $labels.namespace }}/{{ $labels.pod }} dropped some {{ $value | humanize }} records in ' + lib.duration(c.droppedWindow) + '.',
          |||
            sum by (namespace, pod) (increase(envoy_access_logs_open_telemetry_access_log_logs_dropped[%(window)s])) > 0
              or
            sum by (namespace, pod) (increase(envoy_access_logs_grpc_access_log_logs_dropped[%(window)s])) > 0
          ||| % { window: lib.duration(c.droppedWindow) },
        ),
      ],
    }],
  },
}
