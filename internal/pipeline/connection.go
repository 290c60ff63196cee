package pipeline

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// errStream stands for the error that net/http keeps to itself when it would
// send a request again.
var errStream = errors.New("HTTP/2: the server refused the request's stream, or closed the connection, without an answer")

// connection watches how far a request gets: dialled and through the TLS
// handshake, then written. A transport that does not report leaves all unset.
type connection struct {
	wanted, made, wrote atomic.Bool
	again               atomic.Bool // net/http was about to send the request once more
	cancel              context.CancelFunc
	trace               httptrace.ClientTrace
}

// watch returns the context of the request, which cancel ends.
func (c *connection) watch(ctx context.Context, cancel context.CancelFunc) context.Context {
	c.cancel = cancel
	c.trace = httptrace.ClientTrace{GetConn: c.getConn, GotConn: c.gotConn, WroteHeaders: c.wroteHeaders}
	return httptrace.WithClientTrace(ctx, &c.trace)
}

func (c *connection) getConn(string) { c.wanted.Store(true) }
func (c *connection) wroteHeaders()  { c.wrote.Store(true) }

// gotConn ends an attempt that has been sent and is about to be sent again. Over
// HTTP/2 net/http does that up to six times to a server that refuses streams,
// which is what an overloaded server does: repeating is the pipeline's, for it
// counts attempts and waits between them.
func (c *connection) gotConn(info httptrace.GotConnInfo) {
	c.made.Store(true)
	if c.wrote.Load() && isHTTP2(info.Conn) {
		c.again.Store(true)
		c.cancel()
	}
}

func isHTTP2(conn net.Conn) bool {
	secured, ok := conn.(*tls.Conn)
	return ok && secured.ConnectionState().NegotiatedProtocol == "h2"
}

// neverMade says whether the request provably had no connection.
func (c *connection) neverMade() bool { return c.wanted.Load() && !c.made.Load() }
