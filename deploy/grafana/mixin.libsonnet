// The dashboards as a mixin. That of the rules is in ../prometheus.
{
  grafanaDashboards+:: {
    'otelcol-istio-egress.json': import 'egress.json',
    'otelcol-istio-gateway.json': import 'gateway.json',
  },
}
