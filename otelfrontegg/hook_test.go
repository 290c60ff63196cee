package otelfrontegg_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/otelfrontegg"
)

const getRoute = "/identity/resources/groups/v1/{id}"

// recorder is a client, its server, and what the hook recorded.
type recorder struct {
	server *fronteggtest.Server
	client *frontegg.Client
	traces *trace.TracerProvider
	spans  *tracetest.InMemoryExporter
	reader *metric.ManualReader
}

func record(t *testing.T, opts ...frontegg.ClientOption) *recorder {
	t.Helper()
	r := &recorder{server: fronteggtest.Start(t), spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	r.traces = trace.NewTracerProvider(trace.WithSyncer(r.spans))
	hook, err := otelfrontegg.NewHook(
		otelfrontegg.WithTracerProvider(r.traces), otelfrontegg.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(r.reader))))
	require.NoError(t, err)
	r.client, err = r.server.MemoryClient(append(opts, frontegg.WithTenant("acme"), frontegg.WithHook(hook))...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.client.Close() })
	return r
}

// span returns the only span with the name.
func (r *recorder) span(t *testing.T, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range r.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	require.Len(t, found, 1, name)
	return found[0]
}

func attributes(list []attribute.KeyValue) map[attribute.Key]any {
	all := map[attribute.Key]any{}
	for _, a := range list {
		all[a.Key] = a.Value.AsInterface()
	}
	return all
}

// metrics returns the recorded metrics by name.
func (r *recorder) metrics(t *testing.T) map[string]metricdata.Metrics {
	t.Helper()
	var recorded metricdata.ResourceMetrics
	require.NoError(t, r.reader.Collect(t.Context(), &recorded))
	all := map[string]metricdata.Metrics{}
	for _, s := range recorded.ScopeMetrics {
		assert.Equal(t, otelfrontegg.ScopeName, s.Scope.Name)
		assert.Equal(t, frontegg.Version, s.Scope.Version)
		for _, m := range s.Metrics {
			all[m.Name] = m
		}
	}
	return all
}

// series are the attributes and values of the data points of an operation.
func series(m metricdata.Metrics, operation string) (attrs []map[attribute.Key]any, values []float64) {
	add := func(set attribute.Set, value float64) {
		if all := attributes(set.ToSlice()); operation == "" || all["frontegg.operation"] == operation {
			attrs, values = append(attrs, all), append(values, value)
		}
	}
	switch d := m.Data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, p.Sum)
		}
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, float64(p.Value))
		}
	case metricdata.Sum[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, p.Value)
		}
	}
	return attrs, values
}

func TestHook_Span(t *testing.T) {
	t.Parallel()
	r := record(t)
	group := r.server.AddGroup("acme", frontegg.Group{})
	ctx, parent := r.traces.Tracer("test").Start(t.Context(), "parent")
	var response frontegg.Response
	_, err := r.client.Groups.Get(ctx, group.ID, frontegg.WithResponse(&response))
	require.NoError(t, err)
	parent.End()

	span := r.span(t, "GET "+getRoute)
	assert.Equal(t, oteltrace.SpanKindClient, span.SpanKind)
	assert.Equal(t, parent.SpanContext().SpanID(), span.Parent.SpanID())
	assert.Equal(t, codes.Unset, span.Status.Code)
	assert.Equal(t, otelfrontegg.ScopeName, span.InstrumentationScope.Name)
	got := attributes(span.Attributes)
	assert.NotZero(t, got["server.port"])
	delete(got, "server.port")
	assert.NotEmpty(t, got["server.address"])
	delete(got, "server.address")
	assert.Equal(t, map[attribute.Key]any{
		"frontegg.operation": "groups.get", "http.request.method": "GET", "url.template": getRoute,
		"http.response.status_code": int64(200), "frontegg.wait.duration": 0.0,
		"frontegg.trace_id": response.TraceID, "frontegg.tenant.id": "acme",
	}, got)

	login := r.span(t, "POST /auth/vendor")
	assert.False(t, login.Parent.IsValid(), "a token is for all calls")
	assert.NotContains(t, attributes(login.Attributes), attribute.Key("frontegg.tenant.id"))
}

func TestHook_RetriesAndWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := record(t)
		r.server.Inject(fronteggtest.Fault{
			Op: "groups.list", Times: 1, Status: http.StatusTooManyRequests,
			Header: http.Header{"Retry-After": {"30"}},
		})
		began := time.Now()
		_, err := r.client.Groups.List(t.Context())
		require.NoError(t, err)
		took := time.Since(began).Seconds()
		assert.GreaterOrEqual(t, took, 30.0)

		span := r.span(t, "GET /identity/resources/groups/v1")
		attrs := attributes(span.Attributes)
		assert.Equal(t, int64(1), attrs["http.request.resend_count"])
		assert.InDelta(t, took, attrs["frontegg.wait.duration"], 0.5)
		assert.Equal(t, codes.Unset, span.Status.Code)

		metrics := r.metrics(t)
		labels, values := series(metrics["frontegg.client.request.resends"], "")
		assert.Equal(t, []float64{1}, values, "only the list was retried")
		assert.Equal(t, "groups.list", labels[0]["frontegg.operation"])
		_, values = series(metrics["frontegg.client.wait.duration"], "groups.list")
		assert.Equal(t, []float64{attrs["frontegg.wait.duration"].(float64)}, values)
		labels, values = series(metrics["http.client.request.duration"], "groups.list")
		assert.InDelta(t, span.EndTime.Sub(span.StartTime).Seconds(), values[0], 1e-9)
		assert.Equal(t, "s", metrics["http.client.request.duration"].Unit)
		assert.Equal(t, "GET", labels[0]["http.request.method"])
		assert.Equal(t, int64(200), labels[0]["http.response.status_code"])
		assert.NotContains(t, labels[0], attribute.Key("frontegg.tenant.id"))
		_, values = series(metrics["http.client.request.duration"], "auth.vendor")
		assert.Len(t, values, 1)
	})
}

func TestHook_ErrorType(t *testing.T) {
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
	for name, tt := range map[string]struct {
		fault   fronteggtest.Fault
		context func(context.Context) context.Context
	}{
		"503":            {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 503}},
		"404":            {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 404}},
		"429":            {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Status: 429}},
		"authentication": {fault: fronteggtest.Fault{Op: "auth.vendor", Times: -1, Status: 401}},
		"transport":      {fault: fronteggtest.Fault{Op: "groups.config", Times: -1, Drop: fronteggtest.DropBeforeApply}},
		"canceled":       {context: canceled},
		"timeout":        {context: late},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := record(t, once)
			if tt.context == nil {
				tt.context = func(ctx context.Context) context.Context { return ctx }
				r.server.Inject(tt.fault)
			}
			_, err := r.client.Groups.Config(tt.context(t.Context()))
			require.Error(t, err)
			span := r.span(t, "GET /identity/resources/groups/v1/config")
			assert.Equal(t, codes.Error, span.Status.Code)
			assert.Equal(t, err.Error(), span.Status.Description)
			assert.Equal(t, name, attributes(span.Attributes)["error.type"])
			labels, _ := series(r.metrics(t)["http.client.request.duration"], "groups.config")
			require.Len(t, labels, 1)
			assert.Equal(t, name, labels[0]["error.type"])
		})
	}
}

func TestHook_RateLimitOfAnotherCall(t *testing.T) {
	t.Parallel()
	r := record(t, frontegg.WithRetry(frontegg.RetryPolicy{MaxWait: -1}))
	r.server.Inject(fronteggtest.Fault{Op: "groups.list", Times: 1, Status: 429, Header: http.Header{"Retry-After": {"30"}}})
	for range 2 {
		_, err := r.client.Groups.List(t.Context())
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
	}
	spans := r.spans.GetSpans()
	last := attributes(spans[len(spans)-1].Attributes)
	assert.Equal(t, "rate_limited", last["error.type"])
	assert.NotContains(t, last, attribute.Key("http.response.status_code"))
}

func TestHook_MetricsHaveFewSeries(t *testing.T) {
	t.Parallel()
	r := record(t)
	for range 50 {
		id := r.server.AddGroup("acme", frontegg.Group{}).ID
		_, err := r.client.Groups.Get(t.Context(), id)
		require.NoError(t, err)
		_, err = r.client.ForTenant("tenant-of-"+id).Groups.Get(t.Context(), id)
		require.ErrorIs(t, err, frontegg.ErrNotFound)
	}
	for name, m := range r.metrics(t) {
		labels, _ := series(m, "")
		assert.LessOrEqual(t, len(labels), 3, name)
	}
	for _, span := range r.spans.GetSpans() {
		assert.Contains(t, []string{"GET " + getRoute, "POST /auth/vendor"}, span.Name)
	}
}

func TestHook_ServerAddress(t *testing.T) {
	t.Parallel()
	for base, want := range map[string][2]any{
		"https://api.us.frontegg.com":   {"api.us.frontegg.com", int64(443)},
		"https://proxy.example:8443/fe": {"proxy.example", int64(8443)},
		"http://localhost":              {"localhost", int64(80)},
		"http://[::1]:9000":             {"::1", int64(9000)},
		"https://[2001:db8::1]":         {"2001:db8::1", int64(443)},
	} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			spans := tracetest.NewInMemoryExporter()
			hook, err := otelfrontegg.NewHook(otelfrontegg.WithTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans))))
			require.NoError(t, err)
			c, err := frontegg.NewClient(frontegg.WithToken("token"), frontegg.WithBaseURL(base), frontegg.WithHook(hook))
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // nothing is sent
			_, err = c.Groups.List(ctx)
			require.ErrorIs(t, err, context.Canceled)
			got := attributes(spans.GetSpans()[0].Attributes)
			assert.Equal(t, want, [2]any{got["server.address"], got["server.port"]})
		})
	}
}

// TestNewHook_GlobalProviders is not parallel: it changes the global providers.
func TestNewHook_GlobalProviders(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	hook, err := otelfrontegg.NewHook(otelfrontegg.WithTracerProvider(nil), otelfrontegg.WithMeterProvider(nil))
	require.NoError(t, err)
	_, end := hook(t.Context(), frontegg.CallInfo{Op: "groups.list", Method: "GET", Route: "/x", Host: "h"})
	end(frontegg.CallResult{StatusCode: 200, Attempts: 1})
	assert.Len(t, spans.GetSpans(), 1)
}
