package faults

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
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

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

var discardLog = log.New(io.Discard, "", 0)

// listener is a raw TCP or TLS server. It gives each connection to a connHandler.
type listener struct {
	net.Listener
	secure                *tls.Config // nil: no TLS
	connections, requests atomic.Int64
	open                  sync.Map // of net.Conn
	running               sync.WaitGroup
}

// connHandler serves the n-th connection. It reads requests with next, which
// reports false at the end of the connection. With TLS, conn is a *tls.Conn.
type connHandler func(n int64, conn net.Conn, next func() (*http.Request, bool))

func listen(t testing.TB, secure *tls.Config, do connHandler) *listener {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &listener{Listener: inner, secure: secure}
	l.running.Go(func() {
		for {
			raw, err := inner.Accept()
			if err != nil {
				return
			}
			l.open.Store(raw, true)
			n := l.connections.Add(1)
			l.running.Go(func() {
				defer func() { _ = raw.Close() }()
				conn := raw
				if secure != nil {
					conn = tls.Server(raw, secure)
				}
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

// url returns the base URL of the listener.
func (l *listener) url() string {
	if l.secure != nil {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}

// transport returns a transport that trusts the listener's certificate.
func (l *listener) transport(t testing.TB) *http.Transport {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if l.secure != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: l.secure.RootCAs}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// connected returns a transport with n open connections, so that no attempt of a
// slow machine spends its timeout on a handshake.
func (l *listener) connected(t testing.TB, n int) *http.Transport {
	t.Helper()
	transport := l.transport(t)
	ready := make(chan net.Conn, n)
	for range n {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		if l.secure != nil {
			config := transport.TLSClientConfig.Clone()
			config.ServerName = "127.0.0.1"
			secure := tls.Client(conn, config)
			require.NoError(t, secure.Handshake())
			conn = secure
		}
		ready <- conn
	}
	dial := func(context.Context, string, string) (net.Conn, error) {
		select {
		case conn := <-ready:
			return conn, nil
		default:
			return nil, errors.New("a connection too many")
		}
	}
	transport.DialContext, transport.DialTLSContext = dial, dial
	return transport
}

func (l *listener) client(t testing.TB, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return socketClient(t, l.url(), l.transport(t), opts...)
}

// tlsConfig returns the TLS configuration of client and server for an ALPN
// protocol.
func tlsConfig(t testing.TB, proto string) *tls.Config {
	t.Helper()
	srv := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	return &tls.Config{Certificates: srv.TLS.Certificates, RootCAs: roots, NextProtos: []string{proto}}
}

// forPlainAndTLS runs test over plain HTTP/1.1 and over TLS.
func forPlainAndTLS(t *testing.T, test func(t *testing.T, secure *tls.Config)) {
	t.Helper()
	t.Parallel()
	for name, secure := range map[string]*tls.Config{"plain": nil, "TLS": tlsConfig(t, "http/1.1")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, secure)
		})
	}
}

// reset closes a connection with a RST, without a TLS alert.
func reset(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// writeSuccess writes a success response.
func writeSuccess(conn net.Conn, r *http.Request) { _, _ = io.WriteString(conn, rawSuccess(r)) }

func rawSuccess(r *http.Request) string {
	resp, _ := success(r)
	body, _ := io.ReadAll(resp.Body)
	return fmt.Sprintf("HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", resp.StatusCode, len(body), body)
}

// failFirst applies fault to the first request of the first connection and serves
// all others.
func failFirst(fault func(conn net.Conn, r *http.Request)) connHandler {
	return func(n int64, conn net.Conn, next func() (*http.Request, bool)) {
		for r, ok := next(); ok; r, ok = next() {
			if n == 1 {
				fault(conn, r)
				return
			}
			writeSuccess(conn, r)
		}
	}
}

// wireFaults are applied to the first connection after its request was read.
var wireFaults = map[string]func(conn net.Conn, r *http.Request){
	"reset before the response":  func(conn net.Conn, _ *http.Request) { reset(conn) },
	"closed before the response": func(net.Conn, *http.Request) {},
	"half a header": func(conn net.Conn, r *http.Request) {
		_, _ = io.WriteString(conn, rawSuccess(r)[:30])
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
