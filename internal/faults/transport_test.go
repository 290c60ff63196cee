package faults

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// responder returns the response to one request.
type responder func(r *http.Request) (*http.Response, error)

// fakeTransport is the scripted transport of the tests. It records requests and
// responds as its fields say.
type fakeTransport struct {
	respond responder // to operations
	login   responder // to token requests; nil: tokens that expire in an hour

	mu     sync.Mutex
	seen   []receivedRequest // operations
	logins []receivedRequest
}

// receivedRequest is a request as the server received it.
type receivedRequest struct {
	method, path, query, body string
	header                    http.Header
	at                        time.Time
	replayable                bool // it has a GetBody, so net/http may retry it
}

func (s *fakeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	a := receivedRequest{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, header: r.Header.Clone(), at: time.Now(), replayable: r.GetBody != nil}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		a.body = string(body)
		_ = r.Body.Close()
	}
	isLogin := strings.HasSuffix(r.URL.Path, "/auth/vendor") || strings.HasSuffix(r.URL.Path, "/api-token")
	s.mu.Lock()
	if isLogin {
		s.logins = append(s.logins, a)
	} else {
		s.seen = append(s.seen, a)
	}
	s.mu.Unlock()
	switch {
	case !isLogin:
		return s.respond(r)
	case s.login != nil:
		return s.login(r)
	}
	return reply(200, `{"token":"fresh-token","expiresIn":3600}`)(r)
}

// requests returns the number of requests, without token requests.
func (s *fakeTransport) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// tokenRequests returns the number of token requests.
func (s *fakeTransport) tokenRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.logins)
}

// waits returns the times between requests.
func (s *fakeTransport) waits() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Duration
	for i := 1; i < len(s.seen); i++ {
		out = append(out, s.seen[i].at.Sub(s.seen[i-1].at))
	}
	return out
}

// reply responds with a status, a body and pairs of header and value.
func reply(status int, body string, header ...string) responder {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Request: r,
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		}, nil
	}
}

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
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"gro`), failingBody{err}))
		return resp, nil
	}
}

// failingBody is a body that cannot be read.
type failingBody struct{ err error }

func (f failingBody) Read([]byte) (int, error) { return 0, f.err }

// script responds with one step after the other; the last one stays.
func script(steps ...responder) responder {
	var mu sync.Mutex
	next := 0
	return func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		step := steps[min(next, len(steps)-1)]
		next++
		mu.Unlock()
		return step(r)
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

const baseURL = "https://api.test/prefix"

// newClient returns a client of s with a static token.
func newClient(t testing.TB, s *fakeTransport, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return build(t, s, append([]frontegg.ClientOption{frontegg.WithToken("held-token")}, opts...))
}

// newLoginClient returns a client of s with credentials.
func newLoginClient(t testing.TB, s *fakeTransport, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return build(t, s, append([]frontegg.ClientOption{frontegg.WithCredentials("client-id", "api-key-secret")}, opts...))
}

func build(t testing.TB, transport http.RoundTripper, opts []frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	fixed := []frontegg.ClientOption{
		frontegg.WithBaseURL(baseURL), frontegg.WithTenant("tenant-1"), frontegg.WithHTTPClient(&http.Client{Transport: transport}),
	}
	c, err := frontegg.NewClient(slices.Concat(fixed, opts)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
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
func requireSameRequests(t testing.TB, seen []receivedRequest) {
	t.Helper()
	for _, a := range seen {
		require.True(t, bytes.Equal([]byte(seen[0].body), []byte(a.body)), "bodies differ: %q, %q", seen[0].body, a.body)
		require.Equal(t, []string{seen[0].method, seen[0].path, seen[0].query}, []string{a.method, a.path, a.query})
	}
}
