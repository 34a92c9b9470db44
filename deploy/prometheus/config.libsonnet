// What you may set. All times are in seconds.
local minute = 60;
local hour = 60 * minute;
local day = 24 * hour;

{
  _config+:: {
    // The series that the gateway writes, and the gateway's own metrics that Prometheus scrapes.
    writtenSelector: 'job="otelcol-istio"',
    gatewaySelector: 'job="otelcol-istio"',
    // Istio's metrics that Prometheus scrapes from the proxies themselves.
    proxySelector: 'job!="otelcol-istio"',
    // Pods that run, with the labels `namespace` and `pod`. The default needs kube-state-metrics.
    podRuns: 'kube_pod_status_phase{phase="Running"} == 1',

    // The name of an alert in lower case and `.md` follow.
    runbookURL: 'https://github.com/otelcol-istio/otelcol-istio/blob/main/docs/runbooks/',

    // Each time below is divided by this. It makes tests fast.
    divisor: 1,

    // How often the rules that remember are evaluated.
    rememberInterval: 1 * minute,
    // The longest time without Prometheus after which rules still remember.
    rememberOver: 2 * hour,
    // A destination without traffic for so long is forgotten, and new again.
    forgetAfter: 30 * day,
    // No destination is called new before a gateway has written metrics for so long.
    learnFor: 1 * day,

    // How long a new destination is alerted on.
    newDestinationFor: 1 * hour,
    blockedWindow: 10 * minute,
    // A destination that was reached in this time is missed when it is blocked.
    reachedWithin: 7 * day,
    blockedAfterAllowedFor: 15 * minute,
    uploadWindow: 1 * hour,
    uploadBytes: 100e6,
    // A destination is new to the alert on uploads for so long.
    uploadNewFor: 1 * day,
    holeWindow: 10 * minute,
    metadataWindow: 10 * minute,
    metadataAddresses: ['169.254.169.254', '169.254.170.2', '169.254.170.23', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', '100.100.100.200', '192.0.0.192'],
    metadataNames: ['metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal', 'metadata.tencentyun.com', 'metadata.azure.internal'],

    missingWindow: 30 * minute,
    missingFor: 15 * minute,
    // So many requests and connections of a workload are too many to miss.
    missingEvents: 10,
    silentAfter: 10 * minute,
    // A proxy is expected to be heard if it was, in so many scrapes of this time.
    regularWindow: 30 * minute,
    regularScrapes: 10,
    droppedWindow: 10 * minute,

    downFor: 5 * minute,
    silenceFor: 10 * minute,
    refusedWindow: 10 * minute,
    repairedWindow: 1 * hour,
    lostWindow: 15 * minute,
    behindAge: 2 * minute,
    behindFor: 5 * minute,
    notUnderstoodWindow: 30 * minute,
    notUnderstoodFor: 15 * minute,
    notUnderstoodShare: 0.01,
    fullSeriesShare: 0.9,
    // Rows that name a destination are nine tenths at most, and fair shares leave some of them free.
    fullRowsShare: 0.8,
    // Some values of a label are kept for networks, or for blocked traffic.
    fullLabelShare: 0.7,
    fullFor: 15 * minute,
    forgedWindow: 1 * hour,
    forgedRecords: 10,
  },
}
