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

// WithResponse tells what an answer says besides its body, also beside an
// *APIError.
func ExampleWithResponse() {
	client, server := demo()
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

// At level Warn the log shows what did not work at the first attempt. It never
// shows ids, bodies or secrets.
func ExampleWithLogger() {
	changing := map[string]bool{slog.TimeKey: true, "wait": true, "trace_id": true}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // only for the sake of a fixed output
			if changing[a.Key] {
				return slog.Attr{}
			}
			return a
		},
	}))
	client, server := demo(frontegg.WithLogger(logger))
	server.Inject(fronteggtest.Fault{Op: "groups.get", Status: http.StatusBadGateway})

	if _, err := client.Groups.Get(context.Background(), "g-1"); err != nil {
		log.Fatal(err)
	}
	// Output: level=WARN msg="frontegg: retrying" op=groups.get method=GET route=/identity/resources/groups/v1/{id} attempt=1 tenant=acme status=502
}

// A hook sees every call begin and end: enough for spans and metrics, with names
// from a small, fixed set.
func ExampleWithHook() {
	client, _ := demo(frontegg.WithHook(func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
		return ctx, func(r frontegg.CallResult) {
			fmt.Printf("%-15s %d, attempts: %d\n", call.Op, r.StatusCode, r.Attempts)
		}
	}))
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
