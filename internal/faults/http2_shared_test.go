package faults

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// h2Handler serves the operations over HTTP/2 and counts the requests.
type h2Handler struct{ requests atomic.Int64 }

func (h *h2Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.requests.Add(1)
	resp, err := success(r)
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// startH2 starts a server with HTTP/2 and returns a transport for it.
func startH2(t testing.TB, h http.Handler, config *http.HTTP2Config) (*httptest.Server, *http.Transport) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.Config.HTTP2 = config
	srv.Config.ErrorLog = discardLog
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return srv, transport
}

// mutedConn is a connection that can go silent: what is written is lost, and
// nothing more is received.
type mutedConn struct {
	net.Conn
	muted  *atomic.Bool
	closed chan struct{}
	once   sync.Once
}

func (c *mutedConn) Write(p []byte) (int, error) {
	if c.muted.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *mutedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.muted.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *mutedConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// A NAT or a load balancer has forgotten the connection, new ones work.
func TestHTTP2_SilentConnection(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "h2")
	for _, o := range []*op.Operation{op.Get, op.AddUsers, op.Create} {
		for _, callers := range []int{1, 16, 64} {
			t.Run(fmt.Sprintf("%s/%d", o.Name, callers), func(t *testing.T) {
				bubble(t, func(t *testing.T) { checkSilentConnection(t, secure, o, callers) })
			})
		}
	}
}

func checkSilentConnection(t *testing.T, secure *tls.Config, o *op.Operation, callers int) {
	t.Helper()
	var muted sync.Map
	l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	srv := &http.Server{Handler: &h2Handler{}, TLSConfig: secure.Clone(), ErrorLog: discardLog}
	go func() { _ = srv.ServeTLS(l, "", "") }()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: secure.RootCAs}
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := l.dial(ctx, network, addr)
		c := &mutedConn{Conn: conn, muted: &atomic.Bool{}, closed: make(chan struct{})}
		muted.Store(c, true)
		return c, err
	}
	c := socketClient(t, "https://example.com", transport)
	require.NoError(t, operationCalls[op.Get](t.Context(), c))
	muted.Range(func(conn, _ any) bool { conn.(*mutedConn).muted.Store(true); return true })

	var calls sync.WaitGroup
	for range callers {
		calls.Go(func() {
			var r frontegg.Response
			err := operationCalls[o](t.Context(), c, frontegg.WithResponse(&r))
			if o == op.Create {
				assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, 2, r.Attempts, "the retry uses another connection")
		})
	}
	calls.Wait()
	synctest.Wait() // until the silent connection is closed
	assert.NoError(t, operationCalls[o](t.Context(), c), "the next call uses another connection")
	transport.CloseIdleConnections()
	require.NoError(t, srv.Close())
}

// The first calls open more streams than the server allows, because they do not
// know its limit yet.
func TestHTTP2_FewStreams(t *testing.T) {
	t.Parallel()
	for _, streams := range []int{10, 32, 64, 128} {
		for _, o := range []*op.Operation{op.AddUsers, op.Create} {
			t.Run(fmt.Sprintf("%s/%d", o.Name, streams), func(t *testing.T) {
				t.Parallel()
				h := &h2Handler{}
				srv, transport := startH2(t, h, &http.HTTP2Config{MaxConcurrentStreams: streams})
				c := socketClient(t, srv.URL, transport)
				const calls = 200
				errs := make(chan error, calls)
				for range calls {
					go func() { errs <- operationCalls[o](t.Context(), c) }()
				}
				for range calls {
					assert.NoError(t, <-errs)
				}
				assert.EqualValues(t, calls, h.requests.Load(), "no request is processed twice")
			})
		}
	}
}
