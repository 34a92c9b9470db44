// Functions of the configuration.
function(config) {
  local number(x) = if x == std.floor(x) then '%d' % x else '%g' % x,

  // A number of seconds, to compare with.
  seconds(x):: number(x / config.divisor),

  // A duration as Prometheus writes it, of whole milliseconds.
  duration(x)::
    local ms = std.round(x * 1000 / config.divisor);
    local units = [['d', 86400000], ['h', 3600000], ['m', 60000], ['s', 1000], ['ms', 1]];
    local whole = [u for u in units if ms % u[1] == 0];
    '%d%s' % [ms / whole[0][1], whole[0][0]],

  // A regular expression for one of these texts.
  anyOf(texts):: std.join('|', [std.strReplace(t, '.', '\\\\.') for t in texts]),

  // By how much a counter of the gateway rose, by gateway. It may appear with its
  // first event, which increase alone does not see. So the whole count is taken if the
  // gateway started within the window, or if it was scraped before the window
  // and had no such counter. A counter that Prometheus did not see for a while
  // is neither.
  rose(counter, selector, window)::
    local w = $.duration(window);
    local m = '%s{%s}' % [counter, std.join(',', std.filter(function(s) s != '', [config.gatewaySelector, selector]))];
    local gateway = config.gatewaySelector;
    |||
      sum by (job, instance) (
          (%(m)s and on (job, instance) otelcol_process_uptime{%(gateway)s} < %(seconds)s)
        or
          ((%(m)s unless %(m)s offset %(w)s) and on (job, instance) up{%(gateway)s} offset %(w)s == 1)
        or
          increase(%(m)s[%(w)s])
      )
    ||| % { m: m, w: w, gateway: gateway, seconds: $.seconds(window) },

  // An alert with the page that belongs to it.
  alert(name, severity, summary, description, expr, pending=0):: {
    alert: name,
    expr: expr,
    [if pending > 0 then 'for']: $.duration(pending),
    labels: { severity: severity },
    annotations: {
      summary: summary,
      description: description,
      runbook_url: config.runbookURL + std.asciiLower(name) + '.md',
    },
  },
}
