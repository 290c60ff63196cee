package frontegg_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// WithResponse fills a Response with the metadata of the HTTP response, also if the call
// returns an *APIError.
func ExampleWithResponse() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.get", Header: http.Header{
		"Frontegg-Trace-Id":      {"4f2a"},
		"X-Rate-Limit-Limit":     {"100"},
		"X-Rate-Limit-Remaining": {"42"},
	}})

	var resp frontegg.Response
	if _, err := client.Groups.Get(context.Background(), "g-1", frontegg.WithResponse(&resp)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.StatusCode, resp.TraceID, resp.Attempts)
	fmt.Printf("%d of %d calls left\n", resp.RateLimit.Remaining, resp.RateLimit.Limit)
	// Output:
	// 200 4f2a 1
	// 42 of 100 calls left
}

// At level Warn the log shows the retries. It never shows IDs, bodies or secrets.
func ExampleWithLogger() {
	changing := map[string]bool{slog.TimeKey: true, "wait": true, "trace_id": true}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // only for output that does not change
			if changing[a.Key] {
				return slog.Attr{}
			}
			return a
		},
	}))
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithLogger(logger))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.get", Status: http.StatusBadGateway})

	if _, err := client.Groups.Get(context.Background(), "g-1"); err != nil {
		log.Fatal(err)
	}
	// Output: level=WARN msg="frontegg: retrying" op=groups.get method=GET route=/identity/resources/groups/v1/{id} attempt=1 tenant=acme status=502
}

// A hook is called before and after each call, which is enough for spans and metrics.
// The names of operations are a small, fixed set.
func ExampleWithHook() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddUser("acme", frontegg.User{ID: "u-alan", Email: "alan@example.com", Name: "Alan"})
	server.AddGroup("acme", frontegg.Group{ID: "g-3", Name: "Support"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithHook(func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
		return ctx, func(r frontegg.CallResult) {
			fmt.Printf("%-15s %d, attempts: %d\n", call.Op, r.StatusCode, r.Attempts)
		}
	}))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	if err := client.Groups.AddUsers(ctx, "g-3", []string{"u-alan"}); err != nil {
		log.Fatal(err)
	}
	if err := client.Groups.Delete(ctx, "g-9"); err != nil {
		fmt.Println("(there was nothing to delete)")
	}
	// Output:
	// auth.vendor     200, attempts: 1
	// groups.addUsers 201, attempts: 1
	// groups.delete   404, attempts: 1
	// (there was nothing to delete)
}
