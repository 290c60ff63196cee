package frontegg_test

import (
	"encoding/json"
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
	for _, variable := range os.Environ() { // those of the developer do not count
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "FRONTEGG_") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

const (
	base   = "https://api.frontegg.com"
	groups = base + "/identity/resources/groups/v1"
	pages  = base + "/identity/resources/groups/v2"
)

// wire is a mock of Frontegg that keeps the requests.
type wire struct {
	*httpmock.MockTransport
	mu       sync.Mutex
	requests []request
}

type request struct {
	*http.Request
	body string
}

func newWire() *wire { return &wire{MockTransport: httpmock.NewMockTransport()} }

// respond registers a response and keeps each request that gets it.
func (w *wire) respond(method, url string, status int, body string) {
	w.RegisterResponder(method, url, func(r *http.Request) (*http.Response, error) {
		got, err := readRequest(r)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.requests = append(w.requests, got)
		resp := httpmock.NewStringResponse(status, body)
		resp.Header.Set("Frontegg-Trace-Id", "trace-1")
		resp.Header.Set("X-Rate-Limit-Limit", "100")
		resp.Header.Set("X-Rate-Limit-Remaining", "99")
		return resp, nil
	})
}

// readRequest returns the request with its body.
func readRequest(r *http.Request) (request, error) {
	got := request{Request: r}
	if r.Body == nil {
		return got, nil
	}
	b, err := io.ReadAll(r.Body)
	got.body = string(b)
	return got, err
}

// sent returns the requests so far.
func (w *wire) sent() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]request(nil), w.requests...)
}

// client returns a client of the wire with a token and a tenant.
func (w *wire) client(t *testing.T, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	c, err := frontegg.NewClient(append([]frontegg.ClientOption{
		frontegg.WithHTTPClient(&http.Client{Transport: w}),
		frontegg.WithToken("token-of-the-test"),
		frontegg.WithTenant("acme"),
	}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// asJSON returns v as JSON, for comparisons.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, json.NewEncoder(&b).Encode(v))
	return b.String()
}
