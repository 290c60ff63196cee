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

// answer is what comes of one request.
type answer func(r *http.Request) (*http.Response, error)

// service is a Frontegg in memory, to be used as a transport. It takes what
// arrives down and answers by its script.
type service struct {
	answer answer // to operations
	login  answer // to token requests; nil: tokens that live for an hour

	mu     sync.Mutex
	seen   []arrival // operations
	logins []arrival
}

// arrival is a request as the server got it.
type arrival struct {
	method, path, query, body string
	header                    http.Header
	at                        time.Time
	repeats                   bool // net/http could send it again on its own
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	a := arrival{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, header: r.Header.Clone(), at: time.Now(), repeats: r.GetBody != nil}
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
		return s.answer(r)
	case s.login != nil:
		return s.login(r)
	}
	return reply(200, `{"token":"fresh-token","expiresIn":3600}`)(r)
}

// requests is how many operations have arrived.
func (s *service) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// tokenRequests is how many token requests have arrived.
func (s *service) tokenRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.logins)
}

// waits are the times between the operations that arrived.
func (s *service) waits() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Duration
	for i := 1; i < len(s.seen); i++ {
		out = append(out, s.seen[i].at.Sub(s.seen[i-1].at))
	}
	return out
}

// reply answers with a status, a body and pairs of header and value.
func reply(status int, body string, header ...string) answer {
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

// good answers as a server that is well.
func good(r *http.Request) (*http.Response, error) {
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
	case strings.HasSuffix(path, "/roles"), strings.HasSuffix(path, "/users"), strings.HasSuffix(path, "/config"):
		return reply(201, "")(r)
	case r.Method != http.MethodDelete:
		return reply(200, group)(r)
	}
	return reply(200, "")(r)
}

// fails answers nothing.
func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs answers nothing until the request is given up.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// breaksOff answers with a good status and a body that ends in err.
func breaksOff(err error) answer {
	return func(r *http.Request) (*http.Response, error) {
		resp, _ := good(r)
		resp.ContentLength = 1000
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"gro`), failing{err}))
		return resp, nil
	}
}

// failing is a body that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// script answers with one step after the other; the last one stays.
func script(steps ...answer) answer {
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

// slowly takes a second to answer, so that callers overlap.
func slowly(a answer) answer {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := a(r)
		clock.Pass(time.Second)
		return resp, err
	}
}

const baseURL = "https://api.test/prefix"

// newClient returns a client of s that holds a token already.
func newClient(t testing.TB, s *service, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return build(t, s, append([]frontegg.ClientOption{frontegg.WithToken("held-token")}, opts...))
}

// newLoginClient returns a client of s that has to log in.
func newLoginClient(t testing.TB, s *service, opts ...frontegg.ClientOption) *frontegg.Client {
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

// lasts measures a call.
func lasts(call func()) time.Duration {
	began := time.Now()
	call()
	return time.Since(began)
}

// within is a context of t that ends after d.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// sameBodies requires that all requests were the same, byte by byte.
func sameBodies(t testing.TB, seen []arrival) {
	t.Helper()
	for _, a := range seen {
		require.True(t, bytes.Equal([]byte(seen[0].body), []byte(a.body)), "bodies differ: %q, %q", seen[0].body, a.body)
		require.Equal(t, []string{seen[0].method, seen[0].path, seen[0].query}, []string{a.method, a.path, a.query})
	}
}
