package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/frontegg-go/frontegg"
)

// scope names the instrumentation.
const scope = "github.com/frontegg-go/frontegg/examples/otel"

// The attributes. Those of metrics have few values, whatever the program does:
// operations and their route templates are a fixed set, never a path with an id
// in it. What is different in each call, such as the trace id, is only on spans.
const (
	attrOperation = attribute.Key("frontegg.operation")
	attrTraceID   = attribute.Key("frontegg.trace_id")
	attrAttempts  = attribute.Key("frontegg.attempts")
	attrWaited    = attribute.Key("frontegg.waited_seconds")
	attrMethod    = attribute.Key("http.request.method")
	attrRoute     = attribute.Key("url.template")
	attrStatus    = attribute.Key("http.response.status_code")
	attrErrorType = attribute.Key("error.type")
)

// instruments are what calls are measured with.
type instruments struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	attempts metric.Int64Counter
	waited   metric.Float64Counter
	fetches  metric.Int64Counter
}

// newHook returns a hook for frontegg.WithHook: each call becomes a span, and is
// counted.
func newHook(traces trace.TracerProvider, metrics metric.MeterProvider) (frontegg.Hook, error) {
	meter := metrics.Meter(scope)
	var problems [4]error
	i := instruments{tracer: traces.Tracer(scope)}
	i.duration, problems[0] = meter.Float64Histogram("frontegg.call.duration",
		metric.WithUnit("s"), metric.WithDescription("How long calls take, retries and waits included."))
	i.attempts, problems[1] = meter.Int64Counter("frontegg.call.attempts",
		metric.WithUnit("{request}"), metric.WithDescription("Requests sent. More than calls: some were repeated."))
	i.waited, problems[2] = meter.Float64Counter("frontegg.call.waited",
		metric.WithUnit("s"), metric.WithDescription("Time that calls spent waiting for retries and rate limits."))
	i.fetches, problems[3] = meter.Int64Counter("frontegg.token.fetches",
		metric.WithUnit("{fetch}"), metric.WithDescription("Tokens asked for. Many more than one for each life of a token is wrong."))
	return i.begin, errors.Join(problems[:]...)
}

// begin is the hook. The span that it starts is the parent of whatever an
// instrumented transport records about the single requests.
func (i instruments) begin(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
	began := time.Now()
	base := []attribute.KeyValue{
		attrOperation.String(call.Op), attrMethod.String(call.Method), attrRoute.String(call.Route),
	}
	ctx, span := i.tracer.Start(ctx, call.Op, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(base...))
	return ctx, func(r frontegg.CallResult) {
		outcome := outcome(r)
		span.SetAttributes(outcome...)
		span.SetAttributes(attrAttempts.Int(r.Attempts), attrWaited.Float64(r.Waited.Seconds()))
		if r.TraceID != "" {
			span.SetAttributes(attrTraceID.String(r.TraceID))
		}
		if r.Err != nil {
			span.RecordError(r.Err)
			span.SetStatus(codes.Error, r.Err.Error())
		}
		span.End()

		// The context may have ended; what happened counts all the same.
		ctx := context.WithoutCancel(ctx)
		measured := metric.WithAttributes(append(base, outcome...)...)
		i.duration.Record(ctx, time.Since(began).Seconds(), measured)
		i.attempts.Add(ctx, int64(r.Attempts), measured)
		if r.Waited > 0 {
			i.waited.Add(ctx, r.Waited.Seconds(), measured)
		}
		if strings.HasPrefix(call.Op, "auth.") {
			i.fetches.Add(ctx, 1, measured)
		}
	}
}

// outcome says how a call ended, in few words.
func outcome(r frontegg.CallResult) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if r.StatusCode != 0 {
		attrs = append(attrs, attrStatus.Int(r.StatusCode))
	}
	if r.Err != nil {
		attrs = append(attrs, attrErrorType.String(errorType(r)))
	}
	return attrs
}

// errorType is one of a few words, or a status.
func errorType(r frontegg.CallResult) string {
	switch {
	case errors.Is(r.Err, context.Canceled):
		return "canceled"
	case errors.Is(r.Err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(r.Err, frontegg.ErrRateLimited):
		return "rate_limited"
	case errors.Is(r.Err, frontegg.ErrAuthentication):
		return "authentication"
	case r.StatusCode != 0:
		return strconv.Itoa(r.StatusCode)
	}
	return "transport"
}
