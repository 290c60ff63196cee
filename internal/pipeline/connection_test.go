package pipeline

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// dialHTTP2 returns a TLS connection that has negotiated HTTP/2.
func dialHTTP2(t *testing.T) *tls.Conn {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	conn, err := tls.Dial("tcp", srv.Listener.Addr().String(), &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.Equal(t, "h2", conn.ConnectionState().NegotiatedProtocol)
	return conn
}

func TestConnections_CloseIfSilent(t *testing.T) {
	t.Parallel()
	since := time.Now()
	for name, responded := range map[string]bool{"silent": false, "with a response": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cs connections
			conn := dialHTTP2(t)
			c := cs.acquire(conn, false)
			if responded {
				cs.responded(c)
			}
			assert.Equal(t, !responded, cs.closeIfSilent(c, since))
			assert.Equal(t, !responded, cs.closeIfSuspect(conn, c, time.Time{}), "another attempt")
			err := conn.NetConn().SetDeadline(time.Time{}) // fails on a closed connection
			assert.Equal(t, responded, err == nil, "%v", err)
		})
	}
}

// net/http notices later that a connection was closed, and can give it to other attempts.
func TestConnections_ClosedIsRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var cs connections
		began := time.Now()
		cs.wasSilent(began, began)
		end, _ := net.Pipe()
		conn := tls.Client(end, nil)
		for _, idleSince := range []time.Time{began, {}} {
			c := cs.acquire(conn, true)
			assert.True(t, cs.closeIfSuspect(conn, c, idleSince))
			cs.release(c)
		}
		clock.Pass(closedFor)
		synctest.Wait()
		assert.Empty(t, cs.inUse)
	})
}

// The budget pays once for a connection that worked, for all attempts in flight.
func TestConnections_Paid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		worked bool
		want   []bool
	}{
		{"worked before", true, []bool{false, true, true}},
		{"never worked", false, []bool{false, false, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var cs connections
			conn := new(tls.Conn)
			var c *connection
			for range tt.want {
				c = cs.acquire(conn, tt.worked)
			}
			for i, want := range tt.want {
				assert.Equal(t, want, cs.paid(c), "attempt %d", i)
			}
			for range tt.want {
				cs.release(c)
			}
			assert.Empty(t, cs.inUse)
		})
	}
}

// A stream that fails says nothing about the other streams of the connection.
func TestTrace_Failed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		paid bool // the second attempt
	}{
		{"broken connection", errors.New("http2: client connection lost"), true},
		{"stream error", errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var cs connections
			conn := dialHTTP2(t)
			traces := []*trace{{connections: &cs}, {connections: &cs}}
			for _, tr := range traces {
				tr.gotConn(httptrace.GotConnInfo{Conn: conn, WasIdle: true})
				tr.gotHeaders()
			}
			assert.False(t, traces[0].failed(tt.err, true, false, 0).Paid)
			assert.Equal(t, tt.paid, traces[1].failed(tt.err, true, false, 0).Paid)
		})
	}
}

// A request is sent on another connection only if nothing of it was written.
func TestTrace_SuspectConnection(t *testing.T) {
	t.Parallel()
	for name, wroteHeaders := range map[string]bool{"after the headers": true, "before": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cs := connections{silent: time.Now()}
			canceled := false
			tr := &trace{connections: &cs, cancel: func() { canceled = true }}
			if wroteHeaders {
				tr.gotHeaders()
			}
			conn, _ := net.Pipe()
			tr.gotConn(httptrace.GotConnInfo{Conn: conn, WasIdle: true, IdleTime: time.Minute})
			assert.Equal(t, !wroteHeaders, canceled)
			tr.gotConn(httptrace.GotConnInfo{Conn: conn}) // net/http does not look at the context before
			assert.Equal(t, !wroteHeaders, tr.closedUnused())
			assert.Equal(t, !wroteHeaders, tr.failed(errors.New("canceled"), true, false, 0).NotSent)
		})
	}
}

// A second connection after the headers means that net/http retries the request.
func TestTrace_NetHTTPRetries(t *testing.T) {
	t.Parallel()
	for name, wroteHeaders := range map[string]bool{"after the headers": true, "before": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var cs connections
			canceled := false
			tr := &trace{connections: &cs, cancel: func() { canceled = true }}
			conn := dialHTTP2(t)
			tr.gotConn(httptrace.GotConnInfo{Conn: conn})
			if wroteHeaders {
				tr.gotHeaders()
			}
			tr.gotConn(httptrace.GotConnInfo{Conn: conn})
			assert.Equal(t, wroteHeaders, canceled)
			o := tr.failed(errors.New("canceled"), true, false, 0)
			assert.Equal(t, wroteHeaders, o.Refused)
			assert.Equal(t, wroteHeaders, errors.Is(o.Err, errStreamRefused))
			assert.False(t, o.NotSent, "a part of it was sent")
		})
	}
}
