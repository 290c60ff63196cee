package otelfrontegg_test

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/otelfrontegg"
)

// A program usually sets the global providers with exporters, and needs no options. This
// example records in memory what the calls of a client are to a collector.
func Example() {
	ctx := context.Background()
	spans := tracetest.NewInMemoryExporter()
	traces := trace.NewTracerProvider(trace.WithSyncer(spans))
	reader := metric.NewManualReader()
	meters := metric.NewMeterProvider(metric.WithReader(reader))

	hook, err := otelfrontegg.NewHook(otelfrontegg.WithTracerProvider(traces), otelfrontegg.WithMeterProvider(meters))
	if err != nil {
		fmt.Println(err)
		return
	}
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.Client(frontegg.WithTenant("acme"), frontegg.WithHook(hook))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	server.Inject(fronteggtest.Fault{Op: "groups.create", Times: 1, Status: http.StatusTooManyRequests})
	if _, err := client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Engineering"}); err != nil {
		fmt.Println(err)
		return
	}

	for _, span := range spans.GetSpans() {
		fmt.Println(span.Name)
		for _, a := range span.Attributes {
			switch a.Key {
			case "http.response.status_code", "http.request.resend_count", "frontegg.tenant.id":
				fmt.Printf("  %s=%s\n", a.Key, a.Value.String())
			}
		}
	}
	var recorded metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &recorded); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range recorded.ScopeMetrics[0].Metrics {
		fmt.Println(m.Name)
	}
	// Output:
	// POST /auth/vendor
	//   http.response.status_code=200
	// POST /identity/resources/groups/v1
	//   frontegg.tenant.id=acme
	//   http.response.status_code=201
	//   http.request.resend_count=1
	// http.client.request.duration
	// frontegg.client.request.resends
	// frontegg.client.wait.duration
}
