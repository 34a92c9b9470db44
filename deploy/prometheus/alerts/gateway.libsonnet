// Alerts on the gateway itself.
{
  local c = $._config,
  local lib = (import '../lib.libsonnet')(c),
  local gateway = c.gatewaySelector,

  // Any of several counters rose. The value is that of the first one that did.
  local anyRose(counters, window, most=0) = std.join('or\n', [
    '%s > %d\n' % [std.rstripChars(lib.rose(m[0], m[1], window), '\n'), most]
    for m in counters
  ]),

  // How full something is, where it is nearly full.
  local nearlyFull(name, severity, summary, description, by, used, limit, share) = lib.alert(
    name, severity, summary, description,
    |||
      max by (%(by)s) (
        %(used)s{%(gateway)s} / %(limit)s{%(gateway)s}
      ) > %(share)g
    ||| % { by: by, used: used, limit: limit, gateway: gateway, share: share },
    c.fullFor,
  ),

  prometheusAlerts+:: {
    groups+: [{
      name: 'otelcol-istio-gateway',
      rules: [
        lib.alert(
          'OtelcolIstioDown',
          'critical',
          'A gateway is down. Proxies drop the records that they would send to it.',
          'Prometheus cannot scrape {{ with $labels.instance }}the gateway {{ . }}{{ else }}any gateway{{ end }}.',
          |||
            up{%(gateway)s} == 0 or absent(up{%(gateway)s})
          ||| % { gateway: gateway },
          c.downFor,
        ),
        lib.alert(
          'OtelcolIstioWritesNothing',
          'critical',
          'No gateway writes metrics.',
          'Prometheus has got nothing from any gateway for ' + lib.duration(c.silenceFor) + '. It looks as if there was no traffic.',
          |||
            absent(otelcol_istio_build_info{%s})
          ||| % c.writtenSelector,
          c.silenceFor,
        ),
        lib.alert(
          'OtelcolIstioRecordsRefused',
          'critical',
          'A gateway refuses records. Envoy does not send them again.',
          'The gateway {{ $labels.instance }} refused records or requests some {{ $value | humanize }} times in ' + lib.duration(c.refusedWindow) + '.',
          anyRose([
            ['otelcol_receiver_refused_log_records', ''],
            ['otelcol_receiver_envoy_access_log_refused_requests', ''],
            ['otelcol_receiver_envoy_access_log_entries', 'outcome!~"accepted|duplicate|other_kind|refused|sender_.*"'],
          ], c.refusedWindow),
        ),
        lib.alert(
          'OtelcolIstioRecordsLost',
          'warning',
          'A gateway accepted records that it cannot count.',
          'The gateway {{ $labels.instance }} did not count some {{ $value | humanize }} records in ' + lib.duration(c.lostWindow) + '.',
          anyRose([['otelcol_connector_istio_metrics_records', 'outcome!~"counted|not_counted"']], c.lostWindow),
        ),
        lib.alert(
          'OtelcolIstioRecordsRepaired',
          'info',
          'A gateway repaired records that are not valid UTF-8.',
          'The gateway {{ $labels.instance }} repaired some {{ $value | humanize }} requests or entries in ' + lib.duration(c.repairedWindow) + '.',
          anyRose([
            ['otelcol_receiver_envoy_access_log_repaired_requests', ''],
            ['otelcol_receiver_envoy_access_log_repaired_entries', ''],
          ], c.repairedWindow),
        ),
        lib.alert(
          'OtelcolIstioRecordsNotUnderstood',
          'warning',
          'A gateway gets records that it does not understand.',
          'The gateway {{ $labels.instance }} did not understand {{ $value | humanizePercentage }} of the records of the last ' +
          lib.duration(c.notUnderstoodWindow) + '.',
          |||
            sum by (job, instance) (increase(otelcol_processor_istio_labels_records{%(gateway)s,verdict=~"not_understood_.*"}[%(window)s]))
              /
            sum by (job, instance) (increase(otelcol_processor_istio_labels_records{%(gateway)s}[%(window)s])) > %(share)g
          ||| % { gateway: gateway, window: lib.duration(c.notUnderstoodWindow), share: c.notUnderstoodShare },
          c.notUnderstoodFor,
        ),
        lib.alert(
          'OtelcolIstioForgedRecords',
          'warning',
          'Somebody may forge records.',
          'The gateway {{ $labels.instance }} got some {{ $value | humanize }} records in ' + lib.duration(c.forgedWindow) +
          ' that look forged, or that name another sender than their certificate.',
          anyRose([
            ['otelcol_processor_istio_labels_ambiguous_records', ''],
            ['otelcol_processor_istio_labels_limit_reserved', ''],
            ['otelcol_receiver_envoy_access_log_removed_records', ''],
            ['otelcol_receiver_envoy_access_log_entries', 'outcome=~"sender_.*"'],
          ], c.forgedWindow, c.forgedRecords),
        ),
        lib.alert(
          'OtelcolIstioSamplesLost',
          'warning',
          'Samples of a gateway do not get into Prometheus.',
          'The gateway {{ $labels.instance }} lost some {{ $value | humanize }} samples in ' + lib.duration(c.lostWindow) + ': {{ $labels.reason }}.',
          // These counters begin at zero.
          |||
            sum by (job, instance, reason) (increase(otelcol_exporter_remote_write_lost_samples{%s}[%s])) > 0
          ||| % [gateway, lib.duration(c.lostWindow)],
        ),
        lib.alert(
          'OtelcolIstioRemoteWriteBehind',
          'warning',
          'Prometheus does not take what a gateway writes, or not fast enough.',
          'The oldest metrics that wait in the gateway {{ $labels.instance }} are {{ $value | humanizeDuration }} old.',
          |||
            max by (job, instance) (otelcol_exporter_remote_write_queue_age{%s}) > %s
          ||| % [gateway, lib.seconds(c.behindAge)],
          c.behindFor,
        ),
        nearlyFull(
          'OtelcolIstioSeriesNearlyFull',
          'warning',
          'New series will soon be counted in overflow series.',
          'The gateway {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its series.',
          'job, instance',
          'otelcol_connector_istio_metrics_series_committed',
          'otelcol_connector_istio_metrics_series_limit',
          c.fullSeriesShare,
        ),
        nearlyFull(
          'OtelcolIstioRowsNearlyFull',
          'warning',
          'New destinations will soon be counted in overflow rows.',
          'The gateway {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its rows of outside traffic.',
          'job, instance',
          'otelcol_connector_istio_egress_rows',
          'otelcol_connector_istio_egress_rows_limit',
          c.fullRowsShare,
        ),
        nearlyFull(
          'OtelcolIstioLabelNearlyFull',
          'info',
          'New values of a label will soon be counted under networks or as other.',
          'The label {{ $labels.label }} of the gateway {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its values.',
          'job, instance, label',
          'otelcol_processor_istio_labels_limit_values',
          'otelcol_processor_istio_labels_limit',
          c.fullLabelShare,
        ),
      ],
    }],
  },
}
