// The labels of the metrics of istio_egress by which rules and alerts tell things apart.
local workload = ['source_workload_namespace', 'source_workload'];
local destination = workload + ['destination_host'];
local port = destination + ['destination_port'];

{
  workload: std.join(', ', workload),
  destination: std.join(', ', destination),
  port: std.join(', ', port),
  contact: std.join(', ', port + ['decision']),

  firstSeen: 'namespace_workload_destination:istio_egress_first_seen_timestamp_seconds:min',
  lastSeen: 'namespace_workload_destination_port_decision:istio_egress_last_seen_timestamp_seconds:max',

  // A workload in a description.
  workloadText: '{{ $labels.source_workload_namespace }}/{{ $labels.source_workload }}',
}
