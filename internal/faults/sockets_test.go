package faults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
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

var silent = log.New(io.Discard, "", 0)

// listener is a server without net/http: it reads requests and then does to the
// connection what a fault says.
type listener struct {
	net.Listener
	connections, requests atomic.Int64
	open                  sync.Map // of net.Conn
	running               sync.WaitGroup
}

// deal is what a listener does with the n-th connection; it reads requests with
// next, which is false where none comes.
type deal func(n int64, conn net.Conn, next func() (*http.Request, bool))

func listen(t testing.TB, do deal) *listener {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &listener{Listener: inner}
	l.running.Go(func() {
		for {
			conn, err := inner.Accept()
			if err != nil {
				return
			}
			l.open.Store(conn, true)
			n := l.connections.Add(1)
			l.running.Go(func() {
				defer func() { _ = conn.Close() }()
				reader := bufio.NewReader(conn)
				do(n, conn, func() (*http.Request, bool) {
					r, err := http.ReadRequest(reader)
					if err != nil {
						return nil, false
					}
					_, _ = io.Copy(io.Discard, r.Body)
					l.requests.Add(1)
					return r, true
				})
			})
		}
	})
	t.Cleanup(func() {
		_ = inner.Close()
		l.open.Range(func(conn, _ any) bool { _ = conn.(net.Conn).Close(); return true })
		l.running.Wait()
	})
	return l
}

func (l *listener) client(t testing.TB, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return socketClient(t, "http://"+l.Addr().String(), http.DefaultTransport.(*http.Transport).Clone(), opts...)
}

// reset ends a connection with a RST.
func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// write answers a request well, as bytes.
func write(conn net.Conn, r *http.Request) { _, _ = io.WriteString(conn, goodBytes(r)) }

func goodBytes(r *http.Request) string {
	resp, _ := good(r)
	body, _ := io.ReadAll(resp.Body)
	return fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", resp.StatusCode, len(body), body)
}

// wireFaults are done to the first connection, after its request has been read.
var wireFaults = map[string]func(conn net.Conn, r *http.Request){
	"reset before the answer":  func(conn net.Conn, _ *http.Request) { reset(conn) },
	"closed before the answer": func(net.Conn, *http.Request) {},
	"half a header": func(conn net.Conn, r *http.Request) {
		_, _ = io.WriteString(conn, goodBytes(r)[:30])
	},
	"half a body": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"groups\":[")
	},
	"reset in the body": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"groups\":[")
		reset(conn)
	},
	"half a chunk": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{\"groups\":[")
	},
	"no last chunk": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n")
	},
	"no HTTP": func(conn net.Conn, _ *http.Request) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n\r\n") },
	"a broken status line": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 abc OK\r\n\r\n")
	},
	"a broken header": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nbroken header\r\n\r\n")
	},
	"broken gzip": func(conn net.Conn, _ *http.Request) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops")
	},
}

// allAtOnce runs test for the operations at the same time: they mostly wait.
func allAtOnce(operations []*op.Operation, test func(o *op.Operation)) {
	var running sync.WaitGroup
	for _, o := range operations {
		running.Go(func() { test(o) })
	}
	running.Wait()
}

// attempts is how many attempts an error tells of.
func attempts(err error) int {
	e, _ := errors.AsType[*frontegg.TransportError](err)
	if e == nil {
		return 0
	}
	return e.Attempts
}

func TestOverHTTP1AFaultOfTheConnectionIsRepeatedForEveryOperationButCreate(t *testing.T) {
	t.Parallel()
	for name, fault := range wireFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			allAtOnce(operations(), func(o *op.Operation) {
				l := listen(t, func(n int64, conn net.Conn, next func() (*http.Request, bool)) {
					for r, ok := next(); ok; r, ok = next() {
						if n == 1 {
							fault(conn, r)
							return
						}
						write(conn, r)
					}
				})
				err := calls[o](t.Context(), l.client(t))
				if o == op.Create {
					assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
					assert.Equal(t, 1, attempts(err))
					assert.EqualValues(t, 1, l.requests.Load())
					return
				}
				assert.NoError(t, err, o.Name)
				assert.EqualValues(t, 2, l.requests.Load(), o.Name)
			})
		})
	}
}

func TestOverHTTP1ADripAndSilenceEndWithTheAttempt(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]string{
		"silence": "", "a drip in the header": "HTTP/1.1 200 OK\r\nX: ", "a drip in the body": "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			allAtOnce(operations(), func(o *op.Operation) {
				l := listen(t, func(_ int64, conn net.Conn, next func() (*http.Request, bool)) {
					next()
					_, err := io.WriteString(conn, answers)
					for err == nil && answers != "" { // until the client gives up
						pause(5 * time.Millisecond)
						_, err = io.WriteString(conn, "x")
					}
					_, _ = io.Copy(io.Discard, conn)
				})
				c := l.client(t, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2, AttemptTimeout: 150 * time.Millisecond}))
				err := calls[o](t.Context(), c)
				assert.ErrorIs(t, err, context.DeadlineExceeded, o.Name)
				want := 2
				if o == op.Create {
					want = 1
				}
				assert.Equal(t, want, attempts(err), o.Name)
				assert.EqualValues(t, want, l.requests.Load(), o.Name)
				assert.Equal(t, o == op.Create, errors.Is(err, frontegg.ErrOutcomeUnknown), o.Name)
			})
		})
	}
}

func TestOverHTTP1AKeptConnectionThatDiesOnReuse(t *testing.T) {
	t.Parallel()
	allAtOnce(operations(), func(o *op.Operation) {
		var served atomic.Int64 // requests of the operation that were answered
		l := listen(t, func(n int64, conn net.Conn, next func() (*http.Request, bool)) {
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
				write(conn, r)
			}
		})
		c := l.client(t)
		assert.NoError(t, calls[op.Config](t.Context(), c))
		err := calls[o](t.Context(), c)
		if o == op.Create {
			assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			assert.EqualValues(t, 2, l.requests.Load(), "neither the client nor net/http sends it again")
			return
		}
		assert.NoError(t, err, o.Name)
		assert.EqualValues(t, 2, served.Load(), o.Name)
	})
}

func TestOverHTTP1NothingListens(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	url := "http://" + inner.Addr().String()
	require.NoError(t, inner.Close())
	allAtOnce(operations(), func(o *op.Operation) {
		c := socketClient(t, url, http.DefaultTransport.(*http.Transport).Clone(), frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		err := calls[o](t.Context(), c)
		assert.Equal(t, 2, attempts(err), o.Name)
		dial, _ := errors.AsType[*net.OpError](err)
		assert.Equal(t, "dial", dial.Op)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	})
}

func TestOverTLSAnUntrustedCertificateIsOneAttemptAndNothingIsSent(t *testing.T) {
	t.Parallel()
	var connections, requests atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	srv.Config.ErrorLog = silent
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	for i, o := range operations() {
		err := calls[o](t.Context(), socketClient(t, srv.URL, http.DefaultTransport.(*http.Transport).Clone()))
		assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "certificate")
		assert.EqualValues(t, i+1, connections.Load())
	}
	assert.Zero(t, requests.Load())
}

func TestOverTLSAHandshakeThatBreaksOffIsRepeatedForEveryOperation(t *testing.T) {
	t.Parallel()
	allAtOnce(operations(), func(o *op.Operation) {
		l := listen(t, func(_ int64, conn net.Conn, _ func() (*http.Request, bool)) {
			_, _ = conn.Read(make([]byte, 100)) // part of the hello
			reset(conn)
		})
		c := socketClient(t, "https://"+l.Addr().String(), http.DefaultTransport.(*http.Transport).Clone(),
			frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		err := calls[o](t.Context(), c)
		assert.Equal(t, 2, attempts(err), o.Name)
		assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.EqualValues(t, 2, l.connections.Load(), o.Name)
	})
}
