package pipeline

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// errStreamRefused replaces the error that net/http does not return if it would
// retry a request.
var errStreamRefused = errors.New("HTTP/2: the server refused the stream or closed the connection without a response")

// trace tracks the progress of a request. A transport that does not call it leaves
// all fields unset.
type trace struct {
	requested, connected, wroteHeaders atomic.Bool
	replayed                           atomic.Bool // net/http was about to retry the request

	cancel context.CancelFunc // of the attempt
	hooks  httptrace.ClientTrace
}

// withContext returns the context of the traced request.
func (t *trace) withContext(ctx context.Context) context.Context {
	t.hooks = httptrace.ClientTrace{
		GetConn:      func(string) { t.requested.Store(true) },
		GotConn:      t.gotConn,
		WroteHeaders: func() { t.wroteHeaders.Store(true) },
	}
	return httptrace.WithClientTrace(ctx, &t.hooks)
}

// gotConn ends an attempt that net/http retries. Over HTTP/2 it would retry up to
// six times if the server refuses streams, as overloaded servers do. The pipeline
// retries instead, because it counts attempts and waits between them.
func (t *trace) gotConn(info httptrace.GotConnInfo) {
	t.connected.Store(true)
	if t.wroteHeaders.Load() && isHTTP2(info.Conn) {
		t.replayed.Store(true)
		t.cancel()
	}
}

func isHTTP2(conn net.Conn) bool {
	secured, ok := conn.(*tls.Conn)
	return ok && secured.ConnectionState().NegotiatedProtocol == "h2"
}

// notConnected reports whether the request provably had no connection.
func (t *trace) notConnected() bool { return t.requested.Load() && !t.connected.Load() }
