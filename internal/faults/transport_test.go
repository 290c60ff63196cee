package faults

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/fakehttp"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// The scripted transport and its clients.
type (
	fakeTransport = fakehttp.Transport
	responder     = fakehttp.Responder
)

var (
	reply, script                    = fakehttp.Reply, fakehttp.Script
	build, newClient, newLoginClient = fakehttp.Build, fakehttp.NewClient, fakehttp.NewLoginClient
)

const baseURL = "https://api.frontegg.com" // of the clients

// success responds as a working server.
func success(r *http.Request) (*http.Response, error) {
	const group = `{"id":"g1","name":"Admins"}`
	path := r.URL.Path
	switch {
	case strings.HasSuffix(path, "/config") && r.Method == http.MethodGet:
		return reply(200, `{"enabled":true,"rolesEnabled":true}`)(r)
	case strings.HasSuffix(path, "/groups/v2"):
		return reply(200, `{"items":[`+group+`],"_metadata":{"totalItems":1,"totalPages":1}}`)(r)
	case strings.HasSuffix(path, "/bulkGet"):
		return reply(201, `{"groups":[`+group+`]}`)(r)
	case strings.HasSuffix(path, "/groups/v1") && r.Method == http.MethodGet:
		return reply(200, `{"groups":[`+group+`]}`)(r)
	case strings.HasSuffix(path, "/groups/v1"):
		return reply(201, group)(r)
	case strings.Contains(path, "/users/v3/"):
		return reply(200, `[{"userId":"u1","groupIds":["g1"],"roleIds":["r1"]}]`)(r)
	case strings.HasSuffix(path, "/users/v3"), strings.HasSuffix(path, "/roles/v2"), strings.HasSuffix(path, "/tenants/v2"):
		return reply(200, `{"items":[{"id":"x1","tenantId":"t1"}],"_metadata":{"totalItems":1,"totalPages":1}}`)(r)
	case strings.HasSuffix(path, "/roles"), strings.HasSuffix(path, "/users"), strings.HasSuffix(path, "/config"):
		return reply(201, "")(r)
	case r.Method != http.MethodDelete:
		return reply(200, group)(r)
	}
	return reply(200, "")(r)
}

// failWith returns err.
func failWith(err error) responder {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hang blocks until the request is canceled.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// truncated responds with a success whose body ends in err.
func truncated(err error) responder {
	return func(r *http.Request) (*http.Response, error) {
		resp, _ := success(r)
		resp.ContentLength = 1000
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"gro`), iotest.ErrReader(err)))
		return resp, nil
	}
}

// delayed takes a second, so that callers overlap.
func delayed(a responder) responder {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := a(r)
		clock.Pass(time.Second)
		return resp, err
	}
}

// as returns the error of type E in the chain of err.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	require.True(t, ok, "%T is not in the chain of: %v", e, err)
	return e
}

// elapsed returns the duration of a call.
func elapsed(call func()) time.Duration {
	began := time.Now()
	call()
	return time.Since(began)
}

// withTimeout returns the context of t with a timeout.
func withTimeout(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// requireSameRequests requires that all requests are byte-identical.
func requireSameRequests(t testing.TB, seen []fakehttp.Request) {
	t.Helper()
	for _, r := range seen {
		require.Equal(t, []string{seen[0].Method, seen[0].URL.String(), seen[0].Body}, []string{r.Method, r.URL.String(), r.Body})
	}
}
