package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg"
)

// silentConn is a connection that can go silent: what is written is lost, and nothing
// is received.
type silentConn struct {
	net.Conn
	silent atomic.Bool
	closed chan struct{}
	once   sync.Once
}

func (c *silentConn) Write(p []byte) (int, error) {
	if c.silent.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *silentConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.silent.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *silentConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// silentConnection measures callers that share an HTTP/2 connection when it goes silent.
func silentConnection(ctx context.Context, r *report) error {
	const callers, timeout = 16, 2 * time.Second
	r.section(fmt.Sprintf("%d callers, their HTTP/2 connection goes silent, attempt timeout %v", callers, timeout))
	body := encode(group(one, groupID(1)))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()

	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	dialed := make(chan *silentConn, callers)
	dialer := new(net.Dialer)
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		c := &silentConn{Conn: conn, closed: make(chan struct{})}
		dialed <- c
		return c, nil
	}
	defer transport.CloseIdleConnections()
	client, err := frontegg.NewClient(frontegg.WithToken(bearer), frontegg.WithTenant(tenant), frontegg.WithBaseURL(server.URL),
		frontegg.WithHTTPClient(&http.Client{Transport: transport}), frontegg.WithRetry(frontegg.RetryPolicy{AttemptTimeout: timeout}))
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if _, err := client.Groups.Get(ctx, groupID(1)); err != nil {
		return err
	}
	(<-dialed).silent.Store(true)

	responses, errs := make([]frontegg.Response, callers), make([]error, callers)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range callers {
		wg.Go(func() { _, errs[i] = client.Groups.Get(ctx, groupID(1), frontegg.WithResponse(&responses[i])) })
	}
	wg.Wait()
	took := time.Since(began)
	if err := errors.Join(errs...); err != nil {
		return err
	}
	attempts := 0
	for _, response := range responses {
		attempts = max(attempts, response.Attempts)
	}
	r.atMost("attempts of a call; all succeed", 2, float64(attempts), "")
	r.atMost("time, as a share of the attempt timeout", 1.25, math.Round(100*took.Seconds()/timeout.Seconds())/100, fmt.Sprintf("(%v)", took.Round(time.Millisecond)))
	return nil
}
