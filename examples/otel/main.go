// Command otel shows a client that OpenTelemetry watches, by nothing but
// frontegg.WithHook: a span for each call, named by its operation, and counts of
// attempts, waits and token requests. Copy hook.go into a program of your own.
//
// It talks to an in-memory server that has faults, and prints what a collector
// would get:
//
//	go run .
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func main() {
	text, err := run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(text)
}

// run makes some calls and returns what was recorded, for a person to read.
func run(ctx context.Context) (text string, err error) {
	spans := tracetest.NewInMemoryExporter()
	traces := trace.NewTracerProvider(trace.WithSyncer(spans))
	reader := metric.NewManualReader()
	metrics := metric.NewMeterProvider(metric.WithReader(reader))
	defer func() { err = errors.Join(err, traces.Shutdown(ctx), metrics.Shutdown(ctx)) }()

	hook, err := newHook(traces, metrics)
	if err != nil {
		return "", err
	}
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.Client(frontegg.WithTenant("acme"), frontegg.WithHook(hook))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, client.Close()) }()

	ctx, span := traces.Tracer("program").Start(ctx, "onboard a tenant")
	if err := onboard(ctx, server, client); err != nil {
		return "", err
	}
	span.End()
	var recorded metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &recorded); err != nil {
		return "", err
	}
	var out strings.Builder
	printSpans(&out, spans.GetSpans())
	err = printMetrics(&out, recorded)
	return out.String(), err
}

// onboard makes calls, some of which go wrong at first, and one for good.
func onboard(ctx context.Context, server *fronteggtest.Server, client *frontegg.Client) error {
	group, err := client.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Engineering"})
	if err != nil {
		return err
	}
	server.Inject(fronteggtest.Fault{Op: "groups.get", Times: 2, Status: http.StatusServiceUnavailable})
	if _, err := client.Groups.Get(ctx, group.ID); err != nil {
		return err
	}
	for _, err := range client.Groups.All(ctx, frontegg.WalkOptions{}) {
		if err != nil {
			return err
		}
	}
	if _, err := client.Groups.Get(ctx, "not-there"); !errors.Is(err, frontegg.ErrNotFound) {
		return fmt.Errorf("want not found, got: %w", err)
	}
	return client.Groups.Delete(ctx, group.ID)
}

// printSpans prints each span with its attributes, in the order in which they
// ended.
func printSpans(out *strings.Builder, spans tracetest.SpanStubs) {
	fmt.Fprintln(out, "SPANS")
	for _, span := range spans {
		parent := "no parent"
		if span.Parent.IsValid() {
			parent = "child of " + span.Parent.SpanID().String()
		}
		fmt.Fprintf(out, "%s  %s, %s, %s\n", span.SpanContext.SpanID(), span.Name, parent, span.EndTime.Sub(span.StartTime))
		for _, attr := range span.Attributes {
			fmt.Fprintf(out, "    %s=%s\n", attr.Key, attr.Value.String())
		}
		if span.Status.Description != "" {
			fmt.Fprintf(out, "    %s: %s\n", span.Status.Code, span.Status.Description)
		}
	}
}

// printMetrics prints each series: its value and its labels.
func printMetrics(out *strings.Builder, recorded metricdata.ResourceMetrics) error {
	fmt.Fprintln(out, "\nMETRICS")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range recorded.ScopeMetrics {
		for _, m := range s.Metrics {
			for _, line := range series(m.Data) {
				if _, err := fmt.Fprintf(table, "%s\t%s\t%s\n", m.Name, line.value, line.labels); err != nil {
					return err
				}
			}
		}
	}
	return table.Flush()
}

type line struct{ value, labels string }

// series returns the lines of a metric, sorted by their labels.
func series(data metricdata.Aggregation) []line {
	var lines []line
	add := func(attrs attribute.Set, format string, value ...any) {
		lines = append(lines, line{fmt.Sprintf(format, value...), attrs.Encoded(attribute.DefaultEncoder())})
	}
	switch d := data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, "%d", p.Value)
		}
	case metricdata.Sum[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, "%.3f", p.Value)
		}
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes, "%d times, %.3f in all", p.Count, p.Sum)
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.labels, b.labels) })
	return lines
}
