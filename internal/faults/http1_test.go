package faults

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// inParallel runs test for the operations concurrently.
func inParallel(operations []*op.Operation, test func(o *op.Operation)) {
	var running sync.WaitGroup
	for _, o := range operations {
		running.Go(func() { test(o) })
	}
	running.Wait()
}

// attempts returns the Attempts of a TransportError, or 0.
func attempts(err error) int {
	e, _ := errors.AsType[*frontegg.TransportError](err)
	if e == nil {
		return 0
	}
	return e.Attempts
}

func TestHTTP1_Faults(t *testing.T) {
	forPlainAndTLS(t, func(t *testing.T, secure *tls.Config) {
		for name, fault := range wireFaults {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				inParallel(operations(), func(o *op.Operation) {
					l := listen(t, secure, failFirst(fault))
					err := operationCalls[o](t.Context(), l.client(t))
					if o == op.Create {
						assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
						assert.Equal(t, 1, attempts(err))
						assert.EqualValues(t, 1, l.requests.Load())
						return
					}
					assert.NoError(t, err, o.Name)
					want := int64(2)
					if name == "broken gzip" && o.Result == op.NoDocument { // it is complete
						want = 1
					}
					assert.Equal(t, want, l.requests.Load(), o.Name)
				})
			})
		}
	})
}

func TestHTTP1_AttemptTimeout(t *testing.T) {
	forPlainAndTLS(t, func(t *testing.T, secure *tls.Config) {
		for name, start := range map[string]string{
			"no response": "", "a slow header": "HTTP/1.1 200 OK\r\nX: ", "a slow body": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				inParallel(operations(), func(o *op.Operation) { checkSlowResponse(t, secure, start, o) })
			})
		}
	})
}

// dripInterval is the time between the bytes of a slow response.
const dripInterval = 50 * time.Millisecond

// checkSlowResponse calls a server that sends start and then a byte every
// dripInterval. If start is empty, it sends nothing.
func checkSlowResponse(t *testing.T, secure *tls.Config, start string, o *op.Operation) {
	t.Helper()
	l := listen(t, secure, func(_ int64, conn net.Conn, next func() (*http.Request, bool)) {
		next()
		_, err := io.WriteString(conn, start)
		drops := time.NewTicker(dripInterval)
		defer drops.Stop()
		for err == nil && start != "" { // until the client closes the connection
			<-drops.C
			_, err = io.WriteString(conn, "x")
		}
		_, _ = io.Copy(io.Discard, conn)
	})
	c := socketClient(t, l.url(), l.connected(t, 2), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2, AttemptTimeout: 2 * time.Second}))
	err := operationCalls[o](t.Context(), c)
	assert.ErrorIs(t, err, context.DeadlineExceeded, o.Name)
	want := 2
	if o == op.Create {
		want = 1
	}
	assert.Equal(t, want, attempts(err), o.Name)
	// A slow server may read the last request after the call has ended.
	assert.Eventually(t, func() bool { return l.requests.Load() >= int64(want) }, realTimeout, time.Millisecond, o.Name)
	assert.EqualValues(t, want, l.requests.Load(), o.Name)
	assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown), o.Name)
}

func TestHTTP1_IdleConnectionReset(t *testing.T) {
	forPlainAndTLS(t, func(t *testing.T, secure *tls.Config) {
		inParallel(operations(), func(o *op.Operation) {
			var served atomic.Int64 // requests with a response
			l := listen(t, secure, func(n int64, conn net.Conn, next func() (*http.Request, bool)) {
				for i := 0; ; i++ {
					r, ok := next()
					if !ok {
						return
					}
					if n == 1 && i == 1 {
						reset(conn) // the second request of the first connection
						return
					}
					served.Add(1)
					writeSuccess(conn, r)
				}
			})
			c := l.client(t)
			assert.NoError(t, operationCalls[op.Config](t.Context(), c))
			err := operationCalls[o](t.Context(), c)
			if o == op.Create {
				assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				assert.EqualValues(t, 2, l.requests.Load(), "neither the client nor net/http retries it")
				return
			}
			assert.NoError(t, err, o.Name)
			assert.EqualValues(t, 2, served.Load(), o.Name)
		})
	})
}

func TestHTTP1_ConnectionRefused(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	url := "http://" + inner.Addr().String()
	require.NoError(t, inner.Close())
	inParallel(operations(), func(o *op.Operation) {
		c := socketClient(t, url, http.DefaultTransport.(*http.Transport).Clone(), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		err := operationCalls[o](t.Context(), c)
		assert.Equal(t, 2, attempts(err), o.Name)
		dial, _ := errors.AsType[*net.OpError](err)
		assert.Equal(t, "dial", dial.Op)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	})
}

func TestTLS_UntrustedCertificate(t *testing.T) {
	t.Parallel()
	var connections, requests atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	srv.Config.ErrorLog = discardLog
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	for i, o := range operations() {
		err := operationCalls[o](t.Context(), socketClient(t, srv.URL, http.DefaultTransport.(*http.Transport).Clone()))
		assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "certificate")
		assert.EqualValues(t, i+1, connections.Load())
	}
	assert.Zero(t, requests.Load())
}

func TestTLS_HandshakeReset(t *testing.T) {
	t.Parallel()
	inParallel(operations(), func(o *op.Operation) {
		l := listen(t, nil, func(_ int64, conn net.Conn, _ func() (*http.Request, bool)) {
			_, _ = conn.Read(make([]byte, 100)) // part of the ClientHello
			reset(conn)
		})
		c := socketClient(t, "https://"+l.Addr().String(), http.DefaultTransport.(*http.Transport).Clone(),
			frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		err := operationCalls[o](t.Context(), c)
		assert.Equal(t, 2, attempts(err), o.Name)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.EqualValues(t, 2, l.connections.Load(), o.Name)
	})
}
