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

// errors.Is tells what happened, errors.AsType the details.
func ExampleAPIError() {
	client, _ := demo()
	_, err := client.Groups.Get(context.Background(), "g-9")
	if errors.Is(err, frontegg.ErrNotFound) {
		fmt.Println("no such group")
	}
	if answer, ok := errors.AsType[*frontegg.APIError](err); ok {
		fmt.Println(answer.Op, answer.StatusCode, answer.Path)
		fmt.Println("tell support the trace id:", answer.TraceID != "")
	}
	// Output:
	// no such group
	// groups.get 404 /identity/resources/groups/v1/{id}
	// tell support the trace id: true
}

// Bad input is refused before anything is sent.
func ExampleValidationError() {
	client, server := demo()
	err := client.Groups.AddUsers(context.Background(), "g-1", []string{"u-ada", ""})
	if refused, ok := errors.AsType[*frontegg.ValidationError](err); ok {
		fmt.Println(refused.Field, refused.Reason)
	}
	fmt.Println("requests:", len(server.Requests()))
	// Output:
	// userIDs[1] is empty
	// requests: 0
}

// A call that gets no answer is tried again where that does no harm, and ends
// with the cause.
func ExampleTransportError() {
	client, server := demo(frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	server.Inject(fronteggtest.Fault{Op: "groups.get", Drop: fronteggtest.DropBeforeApply})

	_, err := client.Groups.Get(context.Background(), "g-1")
	if broken, ok := errors.AsType[*frontegg.TransportError](err); ok {
		fmt.Println(broken.Op, "attempts:", broken.Attempts)
	}
	// Output: groups.get attempts: 1
}

// A success that is not what was asked for, here the page of a captive portal,
// is an error and never an empty list.
func ExampleDecodeError() {
	client, server := demo()
	server.Inject(fronteggtest.Fault{
		Op: "groups.list", Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Please log in</html>",
	})
	_, err := client.Groups.List(context.Background())
	if answer, ok := errors.AsType[*frontegg.DecodeError](err); ok {
		fmt.Println(answer.StatusCode, string(answer.Body))
	}
	// Output: 200 <html>Please log in</html>
}

// A create whose answer is lost may have happened. The group's name tells.
func ExampleGroupsService_Create_outcomeUnknown() {
	client, server := demo()
	ctx := context.Background()
	// The server creates the group, and the connection breaks before it answers.
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})

	params := frontegg.CreateGroupParams{Name: "Design"}
	group, err := client.Groups.Create(ctx, params)
	if errors.Is(err, frontegg.ErrOutcomeUnknown) {
		fmt.Println("unknown; creates sent:", server.Count("groups.create"))
		group, err = client.Groups.FindByName(ctx, params.Name)
		if errors.Is(err, frontegg.ErrNotFound) {
			group, err = client.Groups.Create(ctx, params) // it did not happen
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("there is one:", group.Name)
	// Output:
	// unknown; creates sent: 1
	// there is one: Design
}

// Ensure does the same by itself.
func ExampleGroupsService_Ensure_outcomeUnknown() {
	client, server := demo()
	server.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})

	group, created, err := client.Groups.Ensure(context.Background(), frontegg.CreateGroupParams{Name: "Design"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Name, created) // found, so it may be another program's
	// Output: Design false
}

// A limit that lasts longer than the call may wait is an error at once, with the
// time to come back.
func ExampleRateLimitError() {
	client, server := demo()
	server.Inject(fronteggtest.Fault{
		Op: "groups.list", Status: http.StatusTooManyRequests,
		Header: http.Header{"X-Rate-Limit-Reset": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}},
	})
	_, err := client.Groups.List(context.Background())
	if limited, ok := errors.AsType[*frontegg.RateLimitError](err); ok {
		fmt.Println("come back in", time.Until(limited.RetryAt).Round(time.Minute))
	}
	// Until then the client asks for this list no more, whoever calls.
	_, err = client.Groups.List(context.Background())
	fmt.Println(errors.Is(err, frontegg.ErrRateLimited), "requests:", server.Count("groups.list"))
	// Output:
	// come back in 1h0m0s
	// true requests: 1
}

// A negative MaxWait never waits for a limit: for programs that have better
// things to do, such as answering a user.
func ExampleRetryPolicy_neverWait() {
	client, server := demo(frontegg.WithRetry(frontegg.RetryPolicy{MaxWait: -1}))
	server.Inject(fronteggtest.Fault{Op: "groups.list", Status: http.StatusTooManyRequests})

	_, err := client.Groups.List(context.Background())
	fmt.Println(errors.Is(err, frontegg.ErrRateLimited))
	// Output: true
}
