package pipeline

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// closedFor is how long a closed connection is remembered after its last attempt. net/http
// notices the end of a connection a little later, and attempts can get it until then.
const closedFor = time.Second

// connections are the HTTP/2 connections that attempts use. Many attempts share a
// connection, so one that breaks fails them all.
type connections struct {
	mu     sync.Mutex
	inUse  map[*tls.Conn]*connection
	silent time.Time // connections that have been idle since then or longer may be dead
}

// connection is guarded by the mutex of connections.
type connection struct {
	conn         *tls.Conn
	attempts     int       // in flight
	worked       bool      // there was a response
	lastResponse time.Time // while the connection is in use
	paid         int       // attempts in flight whose failure the budget has paid for
	closed       bool      // by closeIfSilent or closeIfSuspect
}

func (cs *connections) acquire(conn *tls.Conn, worked bool) *connection {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c := cs.inUse[conn]
	if c == nil {
		c = &connection{conn: conn}
		if cs.inUse == nil {
			cs.inUse = map[*tls.Conn]*connection{}
		}
		cs.inUse[conn] = c
	}
	c.attempts++
	c.worked = c.worked || worked
	return c
}

func (cs *connections) release(c *connection) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.attempts--
	switch {
	case c.attempts > 0:
	case c.closed:
		time.AfterFunc(closedFor, func() { cs.forget(c) })
	default:
		delete(cs.inUse, c.conn)
	}
}

// forget forgets a closed connection, unless it is in use again.
func (cs *connections) forget(c *connection) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.attempts == 0 {
		delete(cs.inUse, c.conn)
	}
}

// responded is called when a part of a response was received.
func (cs *connections) responded(c *connection) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	c.worked, c.lastResponse = true, time.Now()
}

// closeIfSilent closes the connection if nothing was received on it after since, so
// that no other attempt uses it. A load balancer may have forgotten it, which
// net/http does not notice for up to 15 minutes. It closes the TCP connection,
// because a TLS alert could block.
func (cs *connections) closeIfSilent(c *connection, since time.Time) (closed bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if c.lastResponse.After(since) {
		return false
	}
	c.closed = true
	_ = c.conn.NetConn().Close()
	return true
}

// paid reports whether the retry budget has already paid for the failure of the
// connection. It pays once for all attempts in flight, if the connection worked
// before: then the service did not fail, only the connection.
func (cs *connections) paid(c *connection) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	switch {
	case !c.worked:
		return false
	case c.paid > 0:
		c.paid--
		return true
	}
	c.paid = c.attempts - 1
	return false
}

// wasSilent is called when the connection of an attempt was silent. Connections that have
// been idle since the attempt began or longer are suspect then: they may also be dead. It
// reports whether the connection of the attempt was already suspect.
func (cs *connections) wasSilent(began, idleSince time.Time) (suspect bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	suspect = cs.isSuspect(idleSince)
	if began.After(cs.silent) {
		cs.silent = began
	}
	return suspect
}

// isSuspect reports whether a connection that has been idle since idleSince may be dead.
// Zero means that it was not idle. It is called with the lock held.
func (cs *connections) isSuspect(idleSince time.Time) bool {
	return !idleSince.IsZero() && !idleSince.After(cs.silent)
}

// closeIfSuspect closes a suspect connection, before a request is written to it. c is nil
// unless it is HTTP/2: then another attempt may have closed it.
func (cs *connections) closeIfSuspect(conn net.Conn, c *connection, idleSince time.Time) (closed bool) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	switch {
	case c != nil && c.closed:
		return true
	case !cs.isSuspect(idleSince), c != nil && c.attempts > 1:
		return false
	}
	if c != nil {
		c.closed = true
	}
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn() // a TLS alert could block
	}
	_ = conn.Close()
	return true
}
