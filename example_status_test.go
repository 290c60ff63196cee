package frontegg_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// writeError responds to the caller of a backend with the HTTP status for an error of a
// Frontegg call. The first case that is true counts.
func writeError(w http.ResponseWriter, err error) {
	status := http.StatusBadGateway // ErrServer, no complete response, not decodable
	switch {
	case errors.Is(err, context.Canceled):
		return // the caller has gone: nobody reads the response
	case errors.Is(err, frontegg.ErrTenantRequired), errors.Is(err, frontegg.ErrAuthentication),
		errors.Is(err, frontegg.ErrUnauthorized), errors.Is(err, frontegg.ErrForbidden):
		status = http.StatusInternalServerError // the backend's own configuration is wrong
	case errors.Is(err, frontegg.ErrRateLimited):
		status = http.StatusServiceUnavailable
		if at, ok := frontegg.RetryAt(err); ok {
			seconds := math.Ceil(max(1, time.Until(at).Seconds()))
			w.Header().Set("Retry-After", strconv.Itoa(int(seconds)))
		}
	case errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	case errors.Is(err, frontegg.ErrOutcomeUnknown):
		// stays 502: the write may have been applied; the caller must look before it retries
	case errors.Is(err, frontegg.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, frontegg.ErrConflict), errors.Is(err, frontegg.ErrAmbiguous):
		status = http.StatusConflict
	case isInvalid(err), errors.Is(err, frontegg.ErrBadRequest):
		status = http.StatusBadRequest
	}
	log.Printf("%d: %v", status, err) // with operation, status and trace ID, without secrets
	http.Error(w, http.StatusText(status), status)
}

func isInvalid(err error) bool {
	_, ok := errors.AsType[*frontegg.ValidationError](err)
	return ok
}

func TestExample_WriteError(t *testing.T) {
	log.SetOutput(t.Output())
	tests := []struct {
		name   string
		fault  fronteggtest.Fault
		call   func(context.Context, *frontegg.Client) error
		status int
	}{
		{"not found", fronteggtest.Fault{}, get("g-9"), 404},
		{"invalid argument", fronteggtest.Fault{}, get("a/b"), 400},
		{"bad request", fronteggtest.Fault{Op: "groups.get", Status: 400}, get("g-1"), 400},
		{"no tenant", fronteggtest.Fault{}, func(ctx context.Context, c *frontegg.Client) error {
			_, err := c.ForTenant("").Groups.List(ctx)
			return err
		}, 500},
		{"wrong key", fronteggtest.Fault{Op: "auth.vendor", Status: 401}, get("g-1"), 500},
		{"forbidden", fronteggtest.Fault{Op: "groups.get", Status: 403}, get("g-1"), 500},
		{"rate limited", fronteggtest.Fault{Op: "groups.get", Status: 429, Header: http.Header{"Retry-After": {"600"}}}, get("g-1"), 503},
		{"server error", fronteggtest.Fault{Op: "groups.get", Status: 501}, get("g-1"), 502},
		{"timeout", fronteggtest.Fault{Op: "groups.get", Drop: fronteggtest.DropBeforeApply, Hang: true}, get("g-1"), 504},
		{"conflict", fronteggtest.Fault{}, create("Engineering"), 409},
		{"outcome unknown", fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply}, create("Design"), 502},
		{"canceled", fronteggtest.Fault{}, func(_ context.Context, c *frontegg.Client) error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return get("g-1")(ctx, c)
		}, 200}, // httptest's default: nothing was written
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := fronteggtest.Start(t)
				server.AddGroup("acme", frontegg.Group{ID: "g-1", Name: "Engineering"})
				client, err := server.MemoryClient(frontegg.WithTenant("acme"))
				assert.NoError(t, err)
				defer client.Close()
				if tt.fault.Op != "" {
					server.Inject(tt.fault)
				}
				w := httptest.NewRecorder()
				writeError(w, tt.call(t.Context(), client))
				assert.Equal(t, tt.status, w.Code)
				assert.Equal(t, tt.status == 503, w.Header().Get("Retry-After") != "")
			})
		})
	}
}

func get(id string) func(context.Context, *frontegg.Client) error {
	return func(ctx context.Context, c *frontegg.Client) error {
		_, err := c.Groups.Get(ctx, id, frontegg.WithTimeout(200*time.Millisecond))
		return err
	}
}

func create(name string) func(context.Context, *frontegg.Client) error {
	return func(ctx context.Context, c *frontegg.Client) error {
		_, err := c.Groups.Create(ctx, frontegg.CreateGroupParams{Name: name})
		return err
	}
}

// RetryAt says when to call again, and whether that helps at all.
func ExampleRetryAt() {
	server := fronteggtest.NewServer()
	defer server.Close()
	server.Inject(fronteggtest.Fault{
		Op: "groups.list", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"600"}},
	})
	client, err := server.MemoryClient(frontegg.WithTenant("acme"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Groups.List(context.Background())
	if at, ok := frontegg.RetryAt(err); ok {
		fmt.Println("call again in", time.Until(at).Round(time.Minute))
	}
	// Output: call again in 10m0s
}
