package faults

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// socketClient returns a client of url with the transport.
func socketClient(t testing.TB, url string, transport *http.Transport, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	t.Cleanup(transport.CloseIdleConnections)
	return build(t, transport, append([]frontegg.ClientOption{frontegg.WithBaseURL(url), frontegg.WithToken(canaryToken)}, opts...)...)
}

func TestRedirect_NotFollowed(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{other.URL + "/x", "/elsewhere", "//" + strings.TrimPrefix(other.URL, "http://") + "/x"} {
			var here atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				here.Add(1)
				w.Header().Set("Location", target)
				w.WriteHeader(status)
			}))
			for _, o := range operations() {
				// Also with an http.Client that would follow redirects.
				c := socketClient(t, srv.URL, srv.Client().Transport.(*http.Transport),
					frontegg.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}))
				err := operationCalls[o](t.Context(), c)
				assert.Equal(t, status, as[*frontegg.APIError](t, err).StatusCode, o.Name)
			}
			assert.EqualValues(t, len(operations()), here.Load())
			srv.Close()
		}
	}
	assert.Zero(t, elsewhere.Load())
}

func TestHTTPClient_NotChanged(t *testing.T) {
	t.Parallel()
	flushed := &flushCounter{RoundTripper: &fakeTransport{Respond: reply(503, "")}}
	hc := &http.Client{Transport: flushed, Timeout: time.Minute}
	c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithHTTPClient(hc),
		frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	require.Error(t, operationCalls[op.Get](ctx, c), "a call that gives up")
	cancel()
	require.Error(t, operationCalls[op.Get](ctx, c), "a call that is cancelled")
	require.NoError(t, c.Close())
	assert.Equal(t, &http.Client{Transport: flushed, Timeout: time.Minute}, hc)
	assert.Zero(t, flushed.count.Load())
}

// flushCounter counts calls of CloseIdleConnections.
type flushCounter struct {
	http.RoundTripper
	count atomic.Int64
}

func (f *flushCounter) CloseIdleConnections() { f.count.Add(1) }

func TestTLS_MinimumVersion(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	srv.Config.ErrorLog = discardLog
	srv.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	srv.StartTLS()
	defer srv.Close()
	c := socketClient(t, srv.URL, srv.Client().Transport.(*http.Transport).Clone())
	err := operationCalls[op.Get](t.Context(), c)
	assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
	require.ErrorContains(t, err, "tls")
}
