package faults

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
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

var silent = log.New(io.Discard, "", 0)

// listener is a server without net/http: it reads requests and then does to the
// connection what a fault says.
type listener struct {
	net.Listener
	secure                *tls.Config // nil: no TLS
	connections, requests atomic.Int64
	open                  sync.Map // of net.Conn
	running               sync.WaitGroup
}

// deal is what a listener does with the n-th connection; it reads requests with
// next, which is false where none comes. Over TLS conn is a *tls.Conn.
type deal func(n int64, conn net.Conn, next func() (*http.Request, bool))

func listen(t testing.TB, secure *tls.Config, do deal) *listener {
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

// url is where the listener listens.
func (l *listener) url() string {
	if l.secure != nil {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}

// transport is net/http's, which trusts the listener's certificate.
func (l *listener) transport(t testing.TB) *http.Transport {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if l.secure != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: l.secure.RootCAs}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func (l *listener) client(t testing.TB, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	return socketClient(t, l.url(), l.transport(t), opts...)
}

// speaks is the configuration of both ends of connections that speak proto over
// TLS.
func speaks(t testing.TB, proto string) *tls.Config {
	t.Helper()
	srv := httptest.NewTLSServer(http.NotFoundHandler()) // which has a certificate
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	return &tls.Config{Certificates: srv.TLS.Certificates, RootCAs: roots, NextProtos: []string{proto}}
}

// overHTTP1 runs test over plain HTTP/1.1 and over TLS.
func overHTTP1(t *testing.T, test func(t *testing.T, secure *tls.Config)) {
	t.Helper()
	t.Parallel()
	for name, secure := range map[string]*tls.Config{"plain": nil, "TLS": speaks(t, "http/1.1")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, secure)
		})
	}
}

// reset ends a connection with a RST, over TLS too without a word.
func reset(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
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

// first is a server that does fault to the first connection that brings it a
// request, and answers all others well.
func first(fault func(conn net.Conn, r *http.Request)) deal {
	return func(n int64, conn net.Conn, next func() (*http.Request, bool)) {
		for r, ok := next(); ok; r, ok = next() {
			if n == 1 {
				fault(conn, r)
				return
			}
			write(conn, r)
		}
	}
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
