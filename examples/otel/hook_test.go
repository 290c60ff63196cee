package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// watched is a client with a hook, its server, and what the hook recorded.
type watched struct {
	server *fronteggtest.Server
	client *frontegg.Client
	traces *trace.TracerProvider
	spans  *tracetest.InMemoryExporter
	reader *metric.ManualReader
}

func watch(t *testing.T, opts ...frontegg.ClientOption) *watched {
	t.Helper()
	w := &watched{server: fronteggtest.Start(t), spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	w.traces = trace.NewTracerProvider(trace.WithSyncer(w.spans))
	hook, err := newHook(w.traces, metric.NewMeterProvider(metric.WithReader(w.reader)))
	require.NoError(t, err)
	w.client, err = w.server.MemoryClient(append(opts, frontegg.WithTenant("acme"), frontegg.WithHook(hook))...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.client.Close() })
	return w
}

// span returns the one span with a name.
func (w *watched) span(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range w.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

func attributes(s tracetest.SpanStub) map[attribute.Key]any {
	all := map[attribute.Key]any{}
	for _, a := range s.Attributes {
		all[a.Key] = a.Value.AsInterface()
	}
	return all
}

// metrics returns the lines of each metric, as they are printed.
func (w *watched) metrics(t *testing.T) map[string][]line {
	t.Helper()
	var recorded metricdata.ResourceMetrics
	require.NoError(t, w.reader.Collect(t.Context(), &recorded))
	all := map[string][]line{}
	for _, s := range recorded.ScopeMetrics {
		for _, m := range s.Metrics {
			all[m.Name] = series(m.Data)
		}
	}
	return all
}

func TestACallIsASpanNamedByItsOperation(t *testing.T) {
	t.Parallel()
	w := watch(t)
	group := w.server.AddGroup("acme", frontegg.Group{})
	ctx, parent := w.traces.Tracer("test").Start(t.Context(), "parent")
	var response frontegg.Response
	_, err := w.client.Groups.Get(ctx, group.ID, frontegg.WithResponse(&response))
	require.NoError(t, err)
	parent.End()

	span := w.span(t, "groups.get")
	assert.Equal(t, oteltrace.SpanKindClient, span.SpanKind)
	assert.Equal(t, parent.SpanContext().SpanID(), span.Parent.SpanID())
	assert.Equal(t, codes.Unset, span.Status.Code)
	assert.Equal(t, map[attribute.Key]any{
		"frontegg.operation": "groups.get", "http.request.method": "GET",
		"url.template":              "/identity/resources/groups/v1/{id}",
		"http.response.status_code": int64(200), "frontegg.attempts": int64(1), "frontegg.waited_seconds": 0.0,
		"frontegg.trace_id": response.TraceID,
	}, attributes(span))
	assert.False(t, w.span(t, "auth.vendor").Parent.IsValid(), "a token is for all calls")
}

func TestRetriesAndWaitsAreMeasured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		w.server.Inject(fronteggtest.Fault{
			Op: "groups.list", Times: 1, Status: http.StatusTooManyRequests,
			Header: http.Header{"Retry-After": {"30"}},
		})
		began := time.Now()
		_, err := w.client.Groups.List(t.Context())
		require.NoError(t, err)
		took := time.Since(began).Seconds()

		span := attributes(w.span(t, "groups.list"))
		assert.Equal(t, int64(2), span["frontegg.attempts"])
		assert.InDelta(t, took, span["frontegg.waited_seconds"], 0.5)
		assert.GreaterOrEqual(t, took, 30.0)

		metrics := w.metrics(t)
		const labels = "frontegg.operation=groups.list,http.request.method=GET,http.response.status_code=200,url.template=/identity/resources/groups/v1"
		assert.Contains(t, metrics["frontegg.call.attempts"], line{"2", labels})
		require.Len(t, metrics["frontegg.call.waited"], 1, "the login did not wait")
		assert.Equal(t, labels, metrics["frontegg.call.waited"][0].labels)
		assert.Equal(t, fmt.Sprintf("%.3f", span["frontegg.waited_seconds"]), metrics["frontegg.call.waited"][0].value)
		require.Len(t, metrics["frontegg.token.fetches"], 1)
		assert.Equal(t, "1", metrics["frontegg.token.fetches"][0].value)
	})
}

func TestAnErrorIsToldByOneOfAFewWords(t *testing.T) {
	t.Parallel()
	once := frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1, MaxWait: -1})
	canceled := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errors.New("test"))
		return ctx
	}
	late := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Hour))
		cancel()
		return ctx
	}
	for name, c := range map[string]struct {
		fault   fronteggtest.Fault
		context func(context.Context) context.Context
	}{
		"503":            {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 503}},
		"404":            {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 404}},
		"rate_limited":   {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 429}},
		"authentication": {fault: fronteggtest.Fault{Op: "auth.vendor", Times: -1, Status: 401}},
		"transport":      {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Drop: fronteggtest.DropBeforeApply}},
		"canceled":       {context: canceled},
		"timeout":        {context: late},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := watch(t, once)
			w.server.Inject(c.fault)
			ctx := t.Context()
			if c.context != nil {
				ctx = c.context(ctx)
			}
			_, err := w.client.Groups.Config(ctx)
			require.Error(t, err)
			span := w.span(t, "groups.config")
			assert.Equal(t, codes.Error, span.Status.Code)
			assert.Equal(t, name, attributes(span)["error.type"])
			errorTypes := 0
			for _, l := range w.metrics(t)["frontegg.call.duration"] {
				if strings.Contains(l.labels, "error.type="+name+",frontegg.operation=groups.config,") {
					errorTypes++
				}
			}
			assert.Equal(t, 1, errorTypes)
		})
	}
}

func TestSeriesDoNotGrowWithTheNumberOfGroups(t *testing.T) {
	t.Parallel()
	w := watch(t)
	var ids []string
	for range 50 {
		id := w.server.AddGroup("acme", frontegg.Group{}).ID
		ids = append(ids, id)
		_, err := w.client.Groups.Get(t.Context(), id)
		require.NoError(t, err)
		_, err = w.client.ForTenant("tenant-of-"+id).Groups.Get(t.Context(), id)
		require.ErrorIs(t, err, frontegg.ErrNotFound)
	}
	for name, lines := range w.metrics(t) {
		assert.LessOrEqual(t, len(lines), 3, name)
		for _, l := range lines {
			for _, id := range ids {
				assert.NotContains(t, l.labels, id)
			}
		}
	}
	for _, span := range w.spans.GetSpans() {
		assert.Contains(t, []string{"groups.get", "auth.vendor"}, span.Name)
	}
}

func TestTheProgramPrintsSpansAndMetrics(t *testing.T) {
	t.Parallel()
	printed, err := run(t.Context())
	require.NoError(t, err)
	for _, text := range []string{"SPANS", "  groups.create, child of ", "onboard a tenant, no parent", "METRICS", "frontegg.token.fetches", "Not Found"} {
		assert.Contains(t, printed, text)
	}
	assert.Equal(t, 7, strings.Count(printed, "parent, ")+strings.Count(printed, "child of "))
}
