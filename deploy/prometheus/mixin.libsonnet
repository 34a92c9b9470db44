// Recording rules and alerts as a mixin. config.libsonnet says what can be set:
//
//     (import 'mixin.libsonnet') + { _config+:: { uploadBytes: 1e9 } }
(import 'config.libsonnet') +
(import 'rules/egress.libsonnet') +
(import 'alerts/egress.libsonnet') +
(import 'alerts/proxies.libsonnet') +
(import 'alerts/gateway.libsonnet')
