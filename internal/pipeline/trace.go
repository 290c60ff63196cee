package pipeline

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg/internal/retry"
)

// errStreamRefused replaces the error that net/http does not return if it would
// retry a request.
var errStreamRefused = errors.New("HTTP/2: the server refused the stream or closed the connection without a response")

// trace tracks the request of an attempt. It records nothing with a transport that does
// not support httptrace.
type trace struct {
	connections *connections
	cancel      context.CancelFunc // of the attempt
	began       time.Time          // the attempt
	hooks       httptrace.ClientTrace

	mu           sync.Mutex // hooks may be called at any time, even after the attempt
	requested    bool       // a connection
	connected    bool
	wroteHeaders bool
	replayed     bool // net/http was about to retry the request
	ended        bool
	conn         *connection // nil unless HTTP/2
	idleSince    time.Time   // the connection; zero: it was not idle
	closed       bool        // the connection, before the request was written to it
}

// withContext returns the context of the traced request.
func (t *trace) withContext(ctx context.Context) context.Context {
	t.hooks = httptrace.ClientTrace{GetConn: t.getConn, GotConn: t.gotConn, WroteHeaders: t.gotHeaders}
	return httptrace.WithClientTrace(ctx, &t.hooks)
}

func (t *trace) getConn(string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requested = true
}

// gotConn ends an attempt that net/http retries. Over HTTP/2 it would retry up to
// six times if the server refuses streams, as overloaded servers do. The pipeline
// retries instead, because it counts attempts and waits between them.
func (t *trace) gotConn(info httptrace.GotConnInfo) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.connected = true
	if t.ended || t.closed { // after the cancel net/http writes to no other connection either
		return
	}
	t.release()
	conn, ok := info.Conn.(*tls.Conn)
	if ok && conn.ConnectionState().NegotiatedProtocol == "h2" {
		if t.wroteHeaders {
			t.replayed = true
			t.cancel()
		}
		t.conn = t.connections.acquire(conn, info.WasIdle)
	}
	t.idleSince = time.Time{}
	if info.WasIdle {
		t.idleSince = time.Now().Add(-info.IdleTime)
	}
	t.closed = !t.wroteHeaders && t.connections.closeIfSuspect(info.Conn, t.conn, t.idleSince)
	if t.closed { // net/http would use another, but wait for seconds
		t.cancel()
	}
}

func (t *trace) gotHeaders() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wroteHeaders = true
}

func (t *trace) gotResponse() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn != nil {
		t.connections.responded(t.conn)
	}
}

// closedUnused reports whether the connection was closed before the request was written to
// it. Then any request can be sent on another connection, even a create.
func (t *trace) closedUnused() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

// failed returns the outcome of an attempt for its error. alive is false if the call
// ended the attempt. expired is true if the attempt ended at its deadline: then a
// connection that was silent for so long is closed.
func (t *trace) failed(err error, alive, expired bool, silence time.Duration) (o retry.Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // the URL has IDs, which are not shown
	}
	refused := retry.IsStreamRefused(err) || !t.wroteHeaders && retry.IsStreamNotOpened(err)
	o.Err = retry.WithoutAdvice(err)
	if t.replayed {
		o.Err = errStreamRefused
	}
	o.NotSent = t.closed || !t.connected && (t.requested || retry.NotSent(err)) || refused && !t.replayed
	o.Refused = alive && (refused || t.replayed)
	silent := expired && !t.idleSince.IsZero()
	if t.conn != nil {
		silent = expired && t.connections.closeIfSilent(t.conn, time.Now().Add(-silence))
	}
	switch {
	case o.Refused:
	case silent && t.connections.wasSilent(t.began, t.idleSince):
		o.Paid = true
	case t.conn != nil && (silent || alive && !expired && !retry.IsStreamError(err)):
		o.Paid = t.connections.paid(t.conn)
	}
	return o
}

// end ends the trace of an attempt.
func (t *trace) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.release()
}

// release releases the connection, with the lock held.
func (t *trace) release() {
	if t.conn != nil {
		t.connections.release(t.conn)
		t.conn = nil
	}
}
