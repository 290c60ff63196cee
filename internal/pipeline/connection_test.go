package pipeline

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
			err := conn.NetConn().SetDeadline(time.Time{}) // fails on a closed connection
			assert.Equal(t, responded, err == nil, "%v", err)
		})
	}
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
