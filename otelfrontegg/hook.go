package otelfrontegg

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/httpconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/frontegg-go/frontegg"
)

// ScopeName is the name of the instrumentation scope.
const ScopeName = "github.com/frontegg-go/frontegg/otelfrontegg"

// The attributes that the semantic conventions do not have.
const (
	operationKey = attribute.Key("frontegg.operation")
	tenantKey    = attribute.Key("frontegg.tenant.id")
	traceIDKey   = attribute.Key("frontegg.trace_id")
	waitKey      = attribute.Key("frontegg.wait.duration")
)

// Option configures a hook.
type Option interface{ apply(*config) }

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

type option func(*config)

func (o option) apply(c *config) { o(c) }

// WithTracerProvider sets the provider of the tracer. The default, also for nil, is the
// global one.
func WithTracerProvider(p trace.TracerProvider) Option {
	return option(func(c *config) { c.tracers = p })
}

// WithMeterProvider sets the provider of the meter. The default, also for nil, is the
// global one.
func WithMeterProvider(p metric.MeterProvider) Option {
	return option(func(c *config) { c.meters = p })
}

// instruments record calls.
type instruments struct {
	tracer   trace.Tracer
	duration httpconv.ClientRequestDuration
	resends  metric.Int64Counter
	waits    metric.Float64Counter
}

// NewHook returns a hook for [frontegg.WithHook]. One hook can be used by many clients. The
// error is that of a meter that cannot create an instrument.
func NewHook(opts ...Option) (frontegg.Hook, error) {
	var c config
	for _, o := range opts {
		o.apply(&c)
	}
	if c.tracers == nil {
		c.tracers = otel.GetTracerProvider()
	}
	if c.meters == nil {
		c.meters = otel.GetMeterProvider()
	}
	meter := c.meters.Meter(ScopeName, metric.WithInstrumentationVersion(frontegg.Version), metric.WithSchemaURL(semconv.SchemaURL))
	i := instruments{
		tracer: c.tracers.Tracer(ScopeName, trace.WithInstrumentationVersion(frontegg.Version), trace.WithSchemaURL(semconv.SchemaURL)),
	}
	var errs [3]error
	i.duration, errs[0] = httpconv.NewClientRequestDuration(meter)
	i.resends, errs[1] = meter.Int64Counter("frontegg.client.request.resends",
		metric.WithUnit("{request}"), metric.WithDescription("Number of retries."))
	i.waits, errs[2] = meter.Float64Counter("frontegg.client.wait.duration",
		metric.WithUnit("s"), metric.WithDescription("Time that calls waited for retries and rate limits."))
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return i.begin, nil
}

// begin starts the span of a call.
func (i instruments) begin(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
	began := time.Now()
	base := callAttributes(call)
	ctx, span := i.tracer.Start(ctx, call.Method+" "+call.Route, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(began), trace.WithAttributes(base...))
	if call.Tenant != "" {
		span.SetAttributes(tenantKey.String(call.Tenant))
	}
	return ctx, func(r frontegg.CallResult) {
		ended := time.Now()
		outcome := resultAttributes(r)
		endSpan(span, r, outcome, ended)
		// A canceled context must not keep a meter from recording the call.
		ctx := context.WithoutCancel(ctx)
		set := attribute.NewSet(append(base, outcome...)...)
		i.duration.RecordSet(ctx, ended.Sub(began).Seconds(), set)
		if r.Attempts > 1 {
			i.resends.Add(ctx, int64(r.Attempts-1), metric.WithAttributeSet(set))
		}
		if r.Waited > 0 {
			i.waits.Add(ctx, r.Waited.Seconds(), metric.WithAttributeSet(set))
		}
	}
}

// endSpan adds the attributes that metrics do not have.
func endSpan(span trace.Span, r frontegg.CallResult, outcome []attribute.KeyValue, ended time.Time) {
	span.SetAttributes(outcome...)
	span.SetAttributes(waitKey.Float64(r.Waited.Seconds()))
	if r.Attempts > 1 {
		span.SetAttributes(semconv.HTTPRequestResendCount(r.Attempts - 1))
	}
	if r.TraceID != "" {
		span.SetAttributes(traceIDKey.String(r.TraceID))
	}
	if r.Err != nil {
		span.SetStatus(codes.Error, r.Err.Error())
	}
	span.End(trace.WithTimestamp(ended))
}

// callAttributes are the attributes of spans and metrics that are known before the call.
func callAttributes(call frontegg.CallInfo) []attribute.KeyValue {
	host, text, err := net.SplitHostPort(call.Host)
	if err != nil { // no port
		host, text = strings.Trim(call.Host, "[]"), "443"
	}
	port, _ := strconv.Atoi(text)
	return []attribute.KeyValue{
		semconv.HTTPRequestMethodKey.String(call.Method), semconv.ServerAddress(host), semconv.ServerPort(port),
		semconv.URLTemplate(call.Route), operationKey.String(call.Op),
	}
}

// resultAttributes are the attributes of spans and metrics that are known after the call.
func resultAttributes(r frontegg.CallResult) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if r.StatusCode != 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(r.StatusCode))
	}
	if r.Err != nil {
		attrs = append(attrs, semconv.ErrorTypeKey.String(errorType(r)))
	}
	return attrs
}

// errorType returns the status of an error response, or one of a few words.
func errorType(r frontegg.CallResult) string {
	switch {
	case errors.Is(r.Err, context.Canceled):
		return "canceled"
	case errors.Is(r.Err, context.DeadlineExceeded):
		return "timeout"
	case r.StatusCode >= 300:
		return strconv.Itoa(r.StatusCode)
	case errors.Is(r.Err, frontegg.ErrRateLimited):
		return "rate_limited"
	case errors.Is(r.Err, frontegg.ErrAuthentication):
		return "authentication"
	}
	return "transport"
}
