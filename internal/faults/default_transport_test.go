package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

// The tests of this file replace http.DefaultTransport, so they are not parallel.

// replaceDefaultTransport changes a clone of http.DefaultTransport and uses it for
// the test.
func replaceDefaultTransport(t *testing.T, change func(*http.Transport)) {
	t.Helper()
	original := http.DefaultTransport
	transport := original.(*http.Transport).Clone()
	change(transport)
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = original })
}

// pipeListener is a listener in memory.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.closed); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

func (l *pipeListener) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	l.conns <- server
	return client, nil
}

func TestDefaultTransport_PingsHTTP2Connections(t *testing.T) {
	secure := tlsConfig(t, "h2")
	synctest.Test(t, func(t *testing.T) {
		l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
		h := &h2Handler{}
		srv := &http.Server{Handler: h, TLSConfig: secure, ErrorLog: discardLog}
		go func() { _ = srv.ServeTLS(l, "", "") }()
		var muted atomic.Pointer[mutedConn]
		replaceDefaultTransport(t, func(transport *http.Transport) {
			transport.TLSClientConfig = &tls.Config{RootCAs: secure.RootCAs}
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := l.dial(ctx, network, addr)
				c := &mutedConn{Conn: conn, muted: &atomic.Bool{}, closed: make(chan struct{})}
				muted.Store(c)
				return c, err
			}
		})
		c, err := frontegg.NewClient(frontegg.WithToken(canaryToken), frontegg.WithBaseURL("https://example.com"), frontegg.WithTenant("t"))
		require.NoError(t, err)
		require.NoError(t, operationCalls[op.Get](t.Context(), c))
		muted.Load().muted.Store(true)
		clock.Pass(21 * time.Second)
		var r frontegg.Response
		require.NoError(t, operationCalls[op.Create](t.Context(), c, frontegg.WithResponse(&r)))
		assert.Equal(t, 1, r.Attempts, "the silent connection was closed while it was idle")
		require.NoError(t, c.Close())
		require.NoError(t, srv.Close())
	})
}

func TestDefaultTransport_TLSFloor(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	srv.Config.ErrorLog = discardLog
	srv.StartTLS()
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	replaceDefaultTransport(t, func(transport *http.Transport) {
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10}
	})
	c, err := frontegg.NewClient(frontegg.WithToken(canaryToken), frontegg.WithBaseURL(srv.URL), frontegg.WithTenant("t"))
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	err = operationCalls[op.Get](t.Context(), c)
	require.ErrorContains(t, err, "protocol version")
	assert.Equal(t, 1, attempts(err), "not retried")
}

func TestDefaultTransport_HeaderLimit(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			w.Header().Add("X-Large", strings.Repeat("x", 400<<10))
		}
	}))
	defer srv.Close()
	replaceDefaultTransport(t, func(transport *http.Transport) { transport.MaxResponseHeaderBytes = 10 << 20 })
	c, err := frontegg.NewClient(frontegg.WithToken(canaryToken), frontegg.WithBaseURL(srv.URL), frontegg.WithTenant("t"),
		frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	defer func() { _ = c.Close() }()
	assert.ErrorContains(t, operationCalls[op.Delete](t.Context(), c), "server response headers exceeded")
}
