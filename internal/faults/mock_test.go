package faults

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// TestDefaultTransport_HTTPMock is not parallel: httpmock replaces http.DefaultTransport.
func TestDefaultTransport_HTTPMock(t *testing.T) {
	real := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		real++
		_, _ = w.Write([]byte(`{"id":"g1","name":"real"}`))
	}))
	defer srv.Close()
	newClient := func(opts ...frontegg.ClientOption) *frontegg.Client {
		c, err := frontegg.NewClient(append(opts, frontegg.WithToken(canaryToken), frontegg.WithBaseURL(srv.URL), frontegg.WithTenant("t"))...)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	httpmock.Activate()
	t.Cleanup(httpmock.DeactivateAndReset)
	httpmock.RegisterResponder(http.MethodGet, srv.URL+"/identity/resources/groups/v1/g1",
		httpmock.NewStringResponder(200, `{"id":"g1","name":"mocked"}`))
	before := newClient()
	httpmock.Deactivate()
	clients := map[string]*frontegg.Client{
		"created while a mock was active": before,
		"created without a mock":          newClient(),
		"with an http.Client":             newClient(frontegg.WithHTTPClient(&http.Client{})),
	}
	for name, c := range clients {
		for _, active := range []bool{false, true, false} {
			want := "real"
			if active {
				httpmock.Activate()
				want = "mocked"
			}
			g, err := c.Groups.Get(t.Context(), "g1")
			httpmock.Deactivate()
			require.NoError(t, err)
			assert.Equal(t, want, g.Name, "%s: active: %v", name, active)
		}
	}
	assert.Equal(t, 2*len(clients), real)
	own := newClient(frontegg.WithHTTPClient(&http.Client{Transport: http.DefaultTransport}))
	httpmock.Activate()
	g, err := own.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.Equal(t, "real", g.Name, "a Transport of the caller is always used")
}

// The Proxy function is also found in the client's own transport, and below WithDebug.
func TestDefaultTransport_ProxyError(t *testing.T) {
	proxyErr := errors.New("no proxy for this host")
	replaceDefaultTransport(t, func(transport *http.Transport) {
		transport.Proxy = func(*http.Request) (*url.URL, error) { return nil, proxyErr }
	})
	for _, opts := range [][]frontegg.ClientOption{nil, {frontegg.WithDebug(io.Discard)}} {
		c, err := frontegg.NewClient(append(opts, frontegg.WithToken(canaryToken), frontegg.WithTenant("t"))...)
		require.NoError(t, err)
		err = operationCalls[op.Create](t.Context(), c)
		require.ErrorIs(t, err, proxyErr)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		_ = c.Close()
	}
}
