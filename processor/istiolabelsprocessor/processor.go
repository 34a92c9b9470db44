package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// labelsProcessor holds what all requests share. All of it is read-only but
// the remembered label sets, which guard themselves.
type labelsProcessor struct {
	options     istio.Options
	text        *logformat.Text //  the user's own format, or nil
	keys        *logformat.Keys
	expressions *expressions // nil if there are none
	maker       *setMaker
	// owned are the names of labels: what arrives under them is not ours.
	owned map[string]struct{}
	// usersOwn are those of them that the user defined.
	usersOwn map[string]struct{}
	// formatsOwn are names of labels that the user's format has for attributes.
	formatsOwn map[string]struct{}
	onRecord   bool
	// senderFromResource lets the resource alone name the proxy.
	senderFromResource bool
	clock              func() int64

	limits    *limits
	fallbacks *fallbackLog
	// hostLimiter is nil if hosts must be spelled out before they are limited.
	hostLimiter *limit.Limiter
	names       *hostNames // nil if destination_host is off
	sets        *setCache
	workers     sync.Pool
	telemetry   *telemetry
}

func newLabelsProcessor(cfg *Config, set processor.Settings) (*labelsProcessor, error) {
	text, err := cfg.LogFormat.compileText()
	if err != nil {
		return nil, err
	}
	keys, err := cfg.LogFormat.compileLabels()
	if err != nil {
		return nil, err
	}
	exprs, err := newExpressions(cfg, set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	clock := newClock()
	limits, err := newLimits(cfg, clock)
	if err != nil {
		return nil, err
	}
	names := newHostNames(&cfg.DestinationHost)
	tel, err := newTelemetry(set.TelemetrySettings, limits.all, names)
	if err != nil {
		return nil, err
	}
	p := &labelsProcessor{
		options: istio.Options{
			Schema:                cfg.Schema,
			HostHeaderFallback:    cfg.HostHeaderFallback,
			NormalizeHosts:        cfg.NormalizeHosts,
			BlockedWithoutCluster: cfg.BlockedWithoutCluster,
		},
		text:               text,
		keys:               keys,
		expressions:        exprs,
		maker:              newSetMaker(cfg, limits),
		limits:             limits,
		fallbacks:          newFallbackLog(set.Logger, limits.all),
		clock:              clock,
		hostLimiter:        limits.hostLimiter(cfg),
		names:              names,
		owned:              ownedNames(cfg),
		usersOwn:           usersOwnNames(cfg),
		formatsOwn:         formatsOwnNames(cfg),
		onRecord:           cfg.LabelsOn == labelsOnRecord,
		senderFromResource: cfg.SenderIdentity == senderFromResource,
		sets:               newSetCache(),
		telemetry:          tel,
	}
	p.workers.New = func() any { return &worker{p: p} }
	return p, nil
}

// ownedNames are the names of all labels, the user's own included.
func ownedNames(cfg *Config) map[string]struct{} {
	names := make(map[string]struct{}, int(contract.NumLabels)+len(cfg.Labels))
	for l := range contract.NumLabels {
		names[l.String()] = struct{}{}
	}
	for name := range cfg.Labels {
		names[name] = struct{}{}
	}
	return names
}

// usersOwnNames are the names of labels that are none of Istio's.
func usersOwnNames(cfg *Config) map[string]struct{} {
	names := map[string]struct{}{}
	for name := range cfg.Labels {
		if _, ok := contract.LabelByName(name); !ok {
			names[name] = struct{}{}
		}
	}
	return names
}

// formatsOwnNames are the names of Istio's labels that the user's format gives to
// attributes: their values are read, and must not pass for labels of ours.
func formatsOwnNames(cfg *Config) map[string]struct{} {
	names := map[string]struct{}{}
	for name := range cfg.LogFormat.Labels {
		if _, ok := contract.LabelByName(name); ok {
			names[name] = struct{}{}
		}
	}
	return names
}

func (p *labelsProcessor) isFormatsOwn(name string) bool {
	if len(p.formatsOwn) == 0 {
		return false
	}
	_, ok := p.formatsOwn[name]
	return ok
}

// newClock returns a clock in nanoseconds since the Unix epoch that no step of
// the machine's time moves: what is remembered must not seem old, or new, for it.
func newClock() func() int64 {
	start := time.Now()
	return func() int64 { return start.UnixNano() + int64(time.Since(start)) }
}

// isUsersOwn tells whether the user defined a label of this name. A proxy may
// send an attribute of the same name, from which its value comes.
func (p *labelsProcessor) isUsersOwn(name string) bool {
	if len(p.usersOwn) == 0 {
		return false
	}
	_, ok := p.usersOwn[name]
	return ok
}

func (p *labelsProcessor) start(context.Context, component.Host) error {
	p.names.start()
	return nil
}

func (p *labelsProcessor) shutdown(context.Context) error {
	p.names.stop()
	p.telemetry.builder.Shutdown()
	return nil
}

// processLogs labels the records of one request in place. It fails only if an
// expression does and the user wants that to cost the request.
func (p *labelsProcessor) processLogs(ctx context.Context, ld plog.Logs) (plog.Logs, error) {
	w := p.workers.Get().(*worker)
	w.begin()
	defer func() {
		w.end(ctx)
		p.workers.Put(w)
	}()
	resources := ld.ResourceLogs()
	for i := range resources.Len() {
		if err := w.processResource(ctx, resources, i); err != nil {
			return ld, err
		}
	}
	return ld, nil
}
