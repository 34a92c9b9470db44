// Alerts on traffic that leaves the mesh.
local labels = import '../labels.libsonnet';

{
  local c = $._config,
  local lib = (import '../lib.libsonnet')(c),
  local written = c.writtenSelector,

  // Gateways write long enough to know what is new.
  local learned = 'and on () count(max_over_time(otelcol_istio_build_info{%s}[%s] offset %s)) > 0' % [
    written,
    lib.duration(c.newDestinationFor),
    lib.duration(c.learnFor),
  ],

  // Requests and connections in a window. They begin at zero, so that increase sees the first one.
  local contacts(by, selector, window) = |||
    sum by (%(by)s) (increase(istio_egress_requests_total{%(selector)s}[%(window)s])) > 0
      or
    sum by (%(by)s) (increase(istio_egress_connections_total{%(selector)s}[%(window)s])) > 0
  ||| % { by: by, selector: written + ',' + selector, window: lib.duration(window) },

  // Traffic that went to a ServiceEntry although its client named another host. The label destination_host is the host of
  // the ServiceEntry.
  local mismatches = '{__name__=~"istio_egress_requests_total|istio_egress_connections_total",%s,name_source="entry_mismatch"}' % written,

  // Traffic that went to a ServiceEntry whose records have the label destination_host, so that no row has a mismatch: a name, and no address, network or `other`.
  // What the host of a wildcard entry covers cannot be told here.
  // Prometheus compiles matchers at each evaluation. One with `[^:]` in the place of these two would cost it milliseconds.
  local toEntries = '{__name__=~"istio_requests_total|istio_tcp_connections_closed_total",%s,reporter="source",destination_service_name!~"%s",destination_service!~"[*].*",destination_host=~".*[.].*[a-z].*",destination_host!~".*:.*"}' % [
    written,
    'BlackHoleCluster|PassthroughCluster|AllowAnyDynamicDNSCluster',
  ],

  prometheusAlerts+:: {
    groups+: [{
      name: 'otelcol-istio-egress',
      rules: [
        lib.alert(
          'IstioEgressNewDestination',
          'info',
          'A workload contacted an outside destination for the first time.',
          labels.workloadText + ' contacted {{ $labels.destination_host }} for the first time, {{ $value | humanizeDuration }} ago.',
          |||
            time() - %(first)s < %(new)s
              %(learned)s
          ||| % { first: labels.firstSeen, new: lib.seconds(c.newDestinationFor), learned: learned },
        ),
        lib.alert(
          'IstioEgressBlocked',
          'warning',
          'A workload was kept from an outside destination.',
          labels.workloadText + ' was blocked some {{ $value | humanize }} times in ' + lib.duration(c.blockedWindow) +
          ' on its way to {{ $labels.destination_host }}, port {{ $labels.destination_port }}.',
          contacts(labels.port, 'decision="blocked"', c.blockedWindow),
        ),
        lib.alert(
          'IstioEgressBlockedAfterAllowed',
          'critical',
          'An outside destination that a workload reached before is blocked now.',
          labels.workloadText + ' is blocked on its way to {{ $labels.destination_host }}, port {{ $labels.destination_port }}, which it reached within the last ' +
          lib.duration(c.reachedWithin) + '.',
          // Two blocked ports of the row `other` need not be ports that were reached.
          |||
            max by (%(port)s) (%(last)s{decision="blocked",destination_port!="other"} > time() - %(blocked)s)
              >
            max by (%(port)s) (%(last)s{decision!="blocked"} > time() - %(reached)s)
          ||| % {
            port: labels.port,
            last: labels.lastSeen,
            blocked: lib.seconds(c.blockedAfterAllowedFor),
            reached: lib.seconds(c.reachedWithin),
          },
        ),
        lib.alert(
          'IstioEgressLargeUploadToNewDestination',
          'warning',
          'A workload sent much to an outside destination that is new.',
          labels.workloadText + ' sent some {{ $value | humanize1024 }}B in ' + lib.duration(c.uploadWindow) + ' to {{ $labels.destination_host }}, which is new.',
          |||
            sum by (%(destination)s) (increase(istio_egress_sent_bytes_total{%(written)s}[%(window)s])) > %(bytes)d
              and on (%(destination)s) time() - %(first)s < %(new)s
              %(learned)s
          ||| % {
            destination: labels.destination,
            written: written,
            window: lib.duration(c.uploadWindow),
            bytes: c.uploadBytes,
            first: labels.firstSeen,
            new: lib.seconds(c.uploadNewFor),
            learned: learned,
          },
        ),
        lib.alert(
          'IstioEgressMetadataService',
          'warning',
          "A workload asked the cloud's metadata service.",
          labels.workloadText + " asked the cloud's metadata service some {{ $value | humanize }} times in " + lib.duration(c.metadataWindow) + '.',
          |||
            %(contacts)s  or
            sum by (%(workload)s) (
              increase({__name__=~"istio_requests_total|istio_tcp_connections_closed_total",%(written)s,reporter="source",destination_ip=~"%(addresses)s"}[%(window)s])
            ) > 0
          ||| % {
            contacts: contacts(labels.workload, 'destination_host=~"%s"' % lib.anyOf(c.metadataAddresses + c.metadataNames), c.metadataWindow),
            workload: labels.workload,
            written: written,
            addresses: lib.anyOf(c.metadataAddresses),
            window: lib.duration(c.metadataWindow),
          },
        ),
        lib.alert(
          'IstioEgressHoleUsed',
          'warning',
          'A ServiceEntry let traffic through that names another host.',
          labels.workloadText + ' went through the ServiceEntry for {{ $labels.destination_service }} some {{ $value | humanize }} times in ' +
          lib.duration(c.holeWindow) + ' with traffic for {{ or $labels.destination_host "another host" }}.',
          |||
            sum by (%(workload)s, destination_service) (
              label_replace(increase(%(mismatches)s[%(window)s]), "destination_service", "$1", "destination_host", "(.*)")
            ) > 0
              or
            sum by (%(workload)s, destination_service, destination_host) (
              increase(%(entries)s[%(window)s])
            ) > 0
              unless on (%(workload)s, destination_service, destination_host)
            label_replace(
              group by (%(workload)s, destination_service) (%(entries)s),
              "destination_host", "$1", "destination_service", "(.*)"
            )
          ||| % { workload: labels.workload, mismatches: mismatches, entries: toEntries, window: lib.duration(c.holeWindow) },
        ),
      ],
    }],
  },
}
