package pipeline

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/retry"
)

// attemptError is the error of an attempt that got no complete response.
type attemptError struct{ outcome retry.Outcome }

func (e *attemptError) Error() string { return e.outcome.Err.Error() }

// maxSilence is after how long without a byte an HTTP/2 connection is closed if an
// attempt on it ends at its deadline.
const maxSilence = 5 * time.Second

// send sends the request of an attempt. The response must be complete within the
// attempt timeout. If a connection is closed as suspect before it is used, the request is
// sent on another one.
func (c *call) send(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	c.attempts++
	c.began = time.Now()
	end := c.began.Add(c.policy.AttemptTimeout)
	if c.deadline.Before(end) {
		end = c.deadline
	}
	for {
		resp, unused, err := c.sendUntil(end, req, next)
		if !unused {
			return resp, err
		}
		req = req.WithContext(req.Context())
		c.refresh(req)
	}
}

// sendUntil sends the request, with end as its deadline. unused is true if the connection
// was closed before it was used.
func (c *call) sendUntil(end time.Time, req *http.Request, next http.RoundTripper) (resp *http.Response, unused bool, err error) {
	parent := req.Context()
	ctx, cancel := context.WithDeadline(parent, end)
	defer cancel()
	t := &trace{connections: &c.pipeline.connections, cancel: cancel, began: c.began}
	defer t.end()
	out := req.WithContext(t.withContext(ctx))
	out.Header = c.header()
	out.Host = req.URL.Host
	c.trace = t
	resp, err = next.RoundTrip(out)
	if err == nil {
		return resp, false, nil
	}
	now := time.Now()
	if t.closedUnused() && parent.Err() == nil && now.Before(end) {
		return nil, true, nil
	}
	alive := parent.Err() == nil && now.Before(c.deadline) // the call
	timedOut := alive && ctx.Err() != nil
	silence := min(maxSilence, c.policy.AttemptTimeout/2)
	expired := ctx.Err() == context.DeadlineExceeded && time.Since(c.began) >= silence
	outcome := t.failed(err, alive, expired, silence)
	outcome.NotSent = outcome.NotSent || c.proxyFailed(out, err)
	if timedOut && !outcome.Refused {
		outcome.Err = fmt.Errorf("no complete response within %v: %w", c.policy.AttemptTimeout, outcome.Err)
	}
	outcome.Err = c.pipeline.Redact.Error(outcome.Err)
	return nil, false, &attemptError{outcome}
}

// unwrapper is a transport that sends requests with another one.
type unwrapper interface{ Unwrap() http.RoundTripper }

// proxyFailed reports whether err is that of the transport's Proxy function, which
// net/http calls before it requests a connection.
func (c *call) proxyFailed(req *http.Request, err error) bool {
	rt := c.pipeline.Transport
	for wrapper, ok := rt.(unwrapper); ok; wrapper, ok = rt.(unwrapper) {
		rt = wrapper.Unwrap()
	}
	transport, ok := rt.(*http.Transport)
	if !ok || transport.Proxy == nil {
		return false
	}
	_, proxyErr := transport.Proxy(req)
	return proxyErr != nil && proxyErr.Error() == err.Error()
}
