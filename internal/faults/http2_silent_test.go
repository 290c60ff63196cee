package faults

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
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

// silentServer is a server in memory whose connections can go silent, as if a
// NAT or a load balancer had forgotten them. New connections work.
type silentServer struct {
	h2Handler
	transport *http.Transport
	conns     sync.Map                     // of *mutedConn
	dials     atomic.Int64                 // connections
	respond   atomic.Pointer[http.Handler] // in place of h2Handler; nil: none
}

// startSilent starts a server that allows the given number of streams on a connection. 0
// means the default.
func startSilent(t *testing.T, secure *tls.Config, streams int) *silentServer {
	t.Helper()
	s := &silentServer{transport: http.DefaultTransport.(*http.Transport).Clone()}
	l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	srv := &http.Server{
		Handler: s, TLSConfig: secure.Clone(), ErrorLog: discardLog, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: streams},
	}
	go func() { _ = srv.ServeTLS(l, "", "") }()
	s.transport.TLSClientConfig = &tls.Config{RootCAs: secure.RootCAs}
	s.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := l.dial(ctx, network, addr)
		c := &mutedConn{Conn: conn, muted: &atomic.Bool{}, closed: make(chan struct{})}
		s.conns.Store(c, true)
		s.dials.Add(1)
		return c, err
	}
	t.Cleanup(func() {
		s.transport.CloseIdleConnections()
		assert.NoError(t, srv.Close())
	})
	return s
}

func (s *silentServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := s.respond.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	s.h2Handler.ServeHTTP(w, r)
}

// mute makes the connections of now go silent.
func (s *silentServer) mute() {
	s.conns.Range(func(conn, _ any) bool { conn.(*mutedConn).muted.Store(true); return true })
}

// client returns a client whose connection has worked.
func (s *silentServer) client(t *testing.T) *frontegg.Client {
	t.Helper()
	c := socketClient(t, "https://example.com", s.transport)
	require.NoError(t, operationCalls[op.Get](t.Context(), c))
	return c
}

// onlyHeader responds after a second with a header and no body.
var onlyHeader http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	clock.Pass(time.Second)
	w.Header().Set("Content-Length", "100")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
})

func TestHTTP2_SilentConnection(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "h2")
	for name, respond := range map[string]*http.Handler{"before the response": nil, "in the response": &onlyHeader} {
		for _, o := range []*op.Operation{op.Get, op.AddUsers, op.Create} {
			for _, callers := range []int{1, 16, 64} {
				t.Run(fmt.Sprintf("%s/%s/%d", name, o.Name, callers), func(t *testing.T) {
					bubble(t, func(t *testing.T) { checkSilentConnection(t, startSilent(t, secure, 0), respond, o, callers) })
				})
			}
		}
	}
}

func checkSilentConnection(t *testing.T, s *silentServer, respond *http.Handler, o *op.Operation, callers int) {
	t.Helper()
	c := s.client(t)
	if respond == nil {
		s.mute()
	}
	s.respond.Store(respond)
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
	clock.Pass(2 * time.Second) // until all headers are there
	s.mute()
	s.respond.Store(nil)
	calls.Wait()
	synctest.Wait() // until the silent connection is closed
	var r frontegg.Response
	assert.NoError(t, operationCalls[o](t.Context(), c, frontegg.WithResponse(&r)))
	assert.Equal(t, 1, r.Attempts, "the next call uses another connection")
}

// The deadline of a caller may be shorter than the attempt timeout. A very short one
// says nothing about the connection.
func TestHTTP2_SilentUntilCallersDeadline(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "h2")
	for timeout, attempts := range map[time.Duration]int{time.Second: 2, 6 * time.Second: 1} {
		t.Run(timeout.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := startSilent(t, secure, 0)
				c := s.client(t)
				s.mute()
				ctx, cancel := context.WithTimeout(t.Context(), timeout)
				defer cancel()
				require.ErrorIs(t, operationCalls[op.Get](ctx, c), context.DeadlineExceeded)
				synctest.Wait() // until the connection is closed, if it is
				var r frontegg.Response
				require.NoError(t, operationCalls[op.Get](t.Context(), c, frontegg.WithResponse(&r)))
				assert.Equal(t, attempts, r.Attempts)
			})
		})
	}
}

// A connection that still transports a body is not silent.
func TestHTTP2_SlowBody(t *testing.T) {
	secure := tlsConfig(t, "h2")
	bubble(t, func(t *testing.T) {
		s := startSilent(t, secure, 0)
		c := s.client(t)
		var slow http.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for range 40 { // seconds
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				clock.Pass(time.Second)
			}
		})
		s.respond.Store(&slow)
		var calls sync.WaitGroup
		calls.Go(func() { _ = operationCalls[op.Get](t.Context(), c) })
		clock.Pass(15 * time.Second)
		var during http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			clock.Pass(20 * time.Second) // longer than the attempt of the slow body
			s.h2Handler.ServeHTTP(w, r)
		})
		s.respond.Store(&during)
		assert.NoError(t, operationCalls[op.Create](t.Context(), c), "the connection was closed during a create")
		calls.Wait()
		assert.EqualValues(t, 1, s.dials.Load())
	})
}
