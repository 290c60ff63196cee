// Package transport has the transport of clients that are created without one.
package transport

import (
	"cmp"
	"crypto/tls"
	"net/http"
	"sync"
	"time"
)

const (
	// idleConnections is the number of idle connections that are kept per host. With
	// the default of net/http, 2, concurrent callers keep dialing.
	idleConnections = 64
	// maxConnections is the maximum number of connections per host. Without it, a
	// burst of callers would dial a connection each.
	maxConnections = 96
	// maxHeaderBytes is the maximum size of a response header.
	maxHeaderBytes = 1 << 20
	// pingTimeout is after how long without a frame an HTTP/2 connection is checked
	// with a ping, and how long the ping may take. A connection that a NAT has
	// forgotten is closed before calls use it.
	pingTimeout = 10 * time.Second
)

// Transport sends requests with a copy of http.DefaultTransport. While an HTTP mock has
// replaced http.DefaultTransport by another type, it sends them with that.
type Transport struct {
	mu  sync.Mutex
	own *http.Transport // the copy; nil while there was only a mock
}

// New returns a Transport with a copy of the current http.DefaultTransport.
func New() *Transport {
	t := new(Transport)
	t.Unwrap()
	return t
}

// RoundTrip sends the request.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.Unwrap().RoundTrip(req)
}

// Unwrap returns the transport of the next request.
func (t *Transport) Unwrap() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.own == nil {
		t.own = clone(standard)
	}
	return t.own
}

// CloseIdleConnections closes the idle connections of the copy, not those of a mock.
func (t *Transport) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.own != nil {
		t.own.CloseIdleConnections()
	}
}

// clone returns a copy of http.DefaultTransport with the settings of the client.
func clone(standard *http.Transport) *http.Transport {
	t := standard.Clone()
	t.MaxIdleConnsPerHost = idleConnections
	t.MaxConnsPerHost = maxConnections
	t.MaxIdleConns = max(t.MaxIdleConns, 4*idleConnections)
	t.MaxResponseHeaderBytes = maxHeaderBytes
	if t.HTTP2 == nil {
		t.HTTP2 = &http.HTTP2Config{}
	}
	t.HTTP2.SendPingTimeout = cmp.Or(t.HTTP2.SendPingTimeout, pingTimeout)
	t.HTTP2.PingTimeout = cmp.Or(t.HTTP2.PingTimeout, pingTimeout)
	if c := t.TLSClientConfig; c != nil && c.MinVersion != 0 {
		c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	}
	return t
}
