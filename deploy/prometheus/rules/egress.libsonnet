// What the gateways say of destinations, and what rules remember of it: a gateway that
// starts without its storage, or a new one, has seen nothing yet.
local labels = import '../labels.libsonnet';

{
  local lib = (import '../lib.libsonnet')($._config),
  local times = {
    written: $._config.writtenSelector,
    destination: labels.destination,
    contact: labels.contact,
    over: lib.duration($._config.rememberOver),
    forget: lib.seconds($._config.forgetAfter),
    first: labels.firstSeen,
    last: labels.lastSeen,
  },

  prometheusRules+:: {
    groups+: [{
      name: 'otelcol-istio-egress.rules',
      interval: lib.duration($._config.rememberInterval),
      rules: [
        {
          record: labels.lastSeen,
          expr: |||
            max by (%(contact)s) (
                istio_egress_last_seen_timestamp_seconds{%(written)s,destination_host!=""}
              or
                last_over_time(%(last)s[%(over)s])
            ) > time() - %(forget)s
          ||| % times,
        },
        {
          record: labels.firstSeen,
          expr: |||
            min by (%(destination)s) (
                istio_egress_first_seen_timestamp_seconds{%(written)s,destination_host!=""}
              or
                last_over_time(%(first)s[%(over)s])
            )
            and on (%(destination)s) %(last)s
          ||| % times,
        },
      ],
    }],
  },
}
