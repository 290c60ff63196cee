package frontegg_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
)

func TestMain(m *testing.M) {
	for _, variable := range os.Environ() { // the developer's own variables must not apply
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "FRONTEGG_") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

const (
	base   = "https://api.frontegg.com"
	groups = base + "/identity/resources/groups/v1"
	users  = base + "/identity/resources/users/v3"

	loginResponse = `{"token":"token-1","expiresIn":3600}`
	noGroups      = `{"groups":[]}`
)

// fakeTransport is the scripted transport of the tests. It records each request and
// responds with respond: reply, script or a function of the test; nil: no request may
// be sent.
type fakeTransport struct {
	respond responder

	mu   sync.Mutex
	seen []request
}

// responder returns the response to one request.
type responder func(r *http.Request) (*http.Response, error)

// request is a request as it was sent.
type request struct {
	*http.Request
	body string
}

func (s *fakeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := request{Request: r.WithContext(r.Context())} // a copy
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		sent.body, sent.Body = string(body), io.NopCloser(strings.NewReader(string(body)))
	}
	s.mu.Lock()
	s.seen = append(s.seen, sent)
	s.mu.Unlock()
	if s.respond == nil {
		return nil, errors.New("unexpected request")
	}
	return s.respond(sent.Request)
}

// reply responds with a status, a body and pairs of header and value.
func reply(status int, body string, header ...string) responder {
	return func(*http.Request) (*http.Response, error) {
		resp := httpmock.NewStringResponse(status, body)
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}
}

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

// build returns a client that sends with s.
func build(t testing.TB, s *fakeTransport, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	c, err := frontegg.NewClient(append(opts, s.option())...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// newClient returns a client with a token and a tenant that sends with s.
func newClient(t testing.TB, s *fakeTransport, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return build(t, s, append([]frontegg.ClientOption{frontegg.WithToken("token-of-the-test"), frontegg.WithTenant("acme")}, opts...)...)
}

// option makes a client send with s.
func (s *fakeTransport) option() frontegg.ClientOption {
	return frontegg.WithHTTPClient(&http.Client{Transport: s})
}

// errOf returns the error of a call.
func errOf[T any](_ T, err error) error { return err }

// ids returns n IDs in order.
func ids(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%05d", prefix, i)
	}
	return out
}

// asJSON returns v as JSON, for comparisons.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
