// Package fakehttp is the scripted transport of the tests, and clients that send with
// it.
package fakehttp

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// Transport records requests and responds as its fields say.
type Transport struct {
	Respond Responder // to operations; nil: none may be sent
	Login   Responder // to token requests; nil: token-1, which expires in an hour

	mu     sync.Mutex
	Seen   []Request // operations
	Logins []Request // token requests
}

// Responder returns the response to one request.
type Responder func(r *http.Request) (*http.Response, error)

// Request is a request as it was sent.
type Request struct {
	*http.Request
	Body string
	At   time.Time
}

// RoundTrip records a request and responds.
func (s *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := Request{Request: r.Clone(r.Context()), At: time.Now()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		sent.Body, sent.Request.Body = string(body), io.NopCloser(bytes.NewReader(body))
	}
	respond, seen := s.Respond, &s.Seen
	if strings.HasSuffix(r.URL.Path, "/auth/vendor") || strings.HasSuffix(r.URL.Path, "/api-token") {
		respond, seen = s.Login, &s.Logins
		if respond == nil {
			respond = Reply(200, `{"token":"token-1","expiresIn":3600}`)
		}
	}
	s.mu.Lock()
	*seen = append(*seen, sent)
	s.mu.Unlock()
	if respond == nil {
		return nil, errors.New("unexpected request")
	}
	return respond(sent.Request)
}

// Requests returns the number of requests, without token requests.
func (s *Transport) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.Seen)
}

// TokenRequests returns the number of token requests.
func (s *Transport) TokenRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.Logins)
}

// Waits returns the times between requests, without token requests.
func (s *Transport) Waits() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []time.Duration
	for i := 1; i < len(s.Seen); i++ {
		out = append(out, s.Seen[i].At.Sub(s.Seen[i-1].At))
	}
	return out
}

// Reply responds with a status, a body and pairs of header and value.
func Reply(status int, body string, header ...string) Responder {
	return func(r *http.Request) (*http.Response, error) {
		resp := httpmock.NewStringResponse(status, body)
		resp.Request, resp.ContentLength = r, int64(len(body))
		resp.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

// Script responds with one step after the other; the last one stays.
func Script(steps ...Responder) Responder {
	var sent atomic.Int64
	return func(r *http.Request) (*http.Response, error) {
		return steps[min(int(sent.Add(1)), len(steps))-1](r)
	}
}

// NewClient returns a client with a token and a tenant that sends with transport.
func NewClient(t testing.TB, transport http.RoundTripper, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return Build(t, transport, append([]frontegg.ClientOption{frontegg.WithToken("token-of-the-test")}, opts...)...)
}

// NewLoginClient returns a client with credentials and a tenant that sends with
// transport.
func NewLoginClient(t testing.TB, transport http.RoundTripper, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return Build(t, transport, append([]frontegg.ClientOption{frontegg.WithCredentials("client-id", "api-key-secret")}, opts...)...)
}

// Build returns a client with a tenant that sends with transport. The credentials are
// one of opts.
func Build(t testing.TB, transport http.RoundTripper, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	fixed := []frontegg.ClientOption{frontegg.WithTenant("acme"), frontegg.WithHTTPClient(&http.Client{Transport: transport})}
	c, err := frontegg.NewClient(append(fixed, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}
