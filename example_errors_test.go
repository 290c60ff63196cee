package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// errors.Is finds the kind of error, errors.AsType the details.
func ExampleAPIError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.Get(context.Background(), "g-9")
	if errors.Is(err, frontegg.ErrNotFound) {
		fmt.Println("no such group")
	}
	if api, ok := errors.AsType[*frontegg.APIError](err); ok {
		fmt.Println(api.Op, api.StatusCode, api.Path)
		fmt.Println("has a trace ID for support:", api.TraceID != "")
	}
	// Output:
	// no such group
	// groups.get 404 /identity/resources/groups/v1/{id}
	// has a trace ID for support: true
}

// Invalid arguments are reported before anything is sent.
func ExampleValidationError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	err = client.Groups.AddUsers(context.Background(), "g-1", []string{"u-ada", ""})
	if invalid, ok := errors.AsType[*frontegg.ValidationError](err); ok {
		fmt.Println(invalid.Field, invalid.Reason)
	}
	fmt.Println("requests:", len(server.Requests()))
	// Output:
	// userIDs[1] is empty
	// requests: 0
}

// A call without a response is retried if the operation is idempotent. The error has
// the cause.
func ExampleTransportError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.get", Drop: fronteggtest.DropBeforeApply})

	_, err = client.Groups.Get(context.Background(), "g-1")
	if failed, ok := errors.AsType[*frontegg.TransportError](err); ok {
		fmt.Println(failed.Op, "attempts:", failed.Attempts)
	}
	// Output: groups.get attempts: 1
}

// A 2xx response that is not what was requested, here the page of a captive portal, is
// an error and never an empty list.
func ExampleDecodeError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{
		Op: "groups.list", Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Please log in</html>",
	})
	_, err = client.Groups.List(context.Background())
	if e, ok := errors.AsType[*frontegg.DecodeError](err); ok {
		fmt.Println(e.StatusCode, string(e.Body))
	}
	// Output: 200 <html>Please log in</html>
}

// A create whose response is lost may have been processed. A lookup by name decides.
func ExampleGroupsService_Create_outcomeUnknown() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	// The server creates the group, and the connection breaks before the response.
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})

	params := frontegg.CreateGroupParams{Name: "Design"}
	group, err := client.Groups.Create(ctx, params)
	if errors.Is(err, frontegg.ErrOutcomeUnknown) {
		fmt.Println("unknown; creates sent:", server.Count("groups.create"))
		group, err = client.Groups.FindByName(ctx, params.Name)
		if errors.Is(err, frontegg.ErrNotFound) {
			group, err = client.Groups.Create(ctx, params) // it was not processed
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("exists:", group.Name)
	// Output:
	// unknown; creates sent: 1
	// exists: Design
}

// Ensure does the same by itself.
func ExampleGroupsService_Ensure_outcomeUnknown() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})

	group, created, err := client.Groups.Ensure(context.Background(), frontegg.CreateGroupParams{Name: "Design"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, created) // found, so it may be another program's
	// Output: Design false
}

// A rate limit that lasts longer than the call may wait is an error at once, with the
// time to call again.
func ExampleRateLimitError() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{
		Op: "groups.list", Status: http.StatusTooManyRequests,
		Header: http.Header{"X-Rate-Limit-Reset": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}},
	})
	_, err = client.Groups.List(context.Background())
	if limited, ok := errors.AsType[*frontegg.RateLimitError](err); ok {
		fmt.Println("call again in", time.Until(limited.RetryAt).Round(time.Minute))
	}
	// Until then the client does not send this request, whoever calls.
	_, err = client.Groups.List(context.Background())
	fmt.Println(errors.Is(err, frontegg.ErrRateLimited), "requests:", server.Count("groups.list"))
	// Output:
	// call again in 1h0m0s
	// true requests: 1
}

// With a negative MaxWait a call never waits for a rate limit, because a user waits for
// the program.
func ExampleRetryPolicy_neverWait() {
	server := fronteggtest.NewServer()
	defer server.Close()
	client, err := server.MemoryClient(frontegg.WithTenant("acme"), frontegg.WithRetry(frontegg.RetryPolicy{MaxWait: -1}))
	if err != nil {
		log.Fatal(err)
	}
	server.Inject(fronteggtest.Fault{Op: "groups.list", Status: http.StatusTooManyRequests})

	_, err = client.Groups.List(context.Background())
	fmt.Println(errors.Is(err, frontegg.ErrRateLimited))
	// Output: true
}
