package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/retry"
)

var (
	errOrigin   = errors.New("the request would leave the base URL's origin")
	errNoAnswer = errors.New("the transport returned neither an answer nor an error")
)

// send makes one request and reads its whole answer, within the time that an
// attempt has. What came of it is in c.outcome and c.answer.
func (c *call) send(ctx context.Context) {
	c.attempts++
	began := time.Now()
	end := began.Add(c.policy.AttemptTimeout)
	if c.deadline.Before(end) {
		end = c.deadline
	}
	attempt, cancel := context.WithDeadline(ctx, end)
	defer cancel()

	answer, unsent, err := c.roundTrip(attempt)
	switch {
	case err == nil:
		c.answer.Release()
		c.answer = answer
		c.outcome = retry.Outcome{Status: answer.Status}
	case attempt.Err() != nil && ctx.Err() == nil && time.Now().Before(c.deadline):
		err = fmt.Errorf("no complete answer within %v: %w", c.policy.AttemptTimeout, err)
		fallthrough
	default:
		c.outcome = retry.Outcome{Err: c.pipeline.Redact.Error(err), Unsent: unsent}
	}
	c.logAttempt(ctx, time.Since(began))
}

// roundTrip sends the request. Redirects are not followed: only an http.Client
// would, and the transport is used without one.
func (c *call) roundTrip(ctx context.Context) (_ Answer, unsent bool, _ error) {
	var conn *connection
	if c.request.Op.Class == op.Once {
		conn = new(connection)
		ctx = conn.watch(ctx)
	}
	req := c.build(ctx)
	if !sameOrigin(req.URL, c.pipeline.Base) {
		return Answer{}, true, errOrigin
	}
	resp, err := c.pipeline.Transport.RoundTrip(req)
	if err == nil && resp == nil {
		err = errNoAnswer
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // without the URL: paths are not shown
	}
	if err != nil {
		return Answer{}, conn.neverMade() || retry.Unsent(err), err
	}
	answer, err := read(resp)
	return answer, false, err
}

// sameOrigin says whether a token for base may go to u.
func sameOrigin(u, base *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }

// connection watches whether a request got as far as a connection: dialled, and
// through the TLS handshake. A transport that does not report leaves both unset.
type connection struct {
	wanted, made atomic.Bool
	trace        httptrace.ClientTrace
}

func (c *connection) watch(ctx context.Context) context.Context {
	c.trace.GetConn = func(string) { c.wanted.Store(true) }
	c.trace.GotConn = func(httptrace.GotConnInfo) { c.made.Store(true) }
	return httptrace.WithClientTrace(ctx, &c.trace)
}

// neverMade says whether the request provably had no connection. A nil
// connection was not watched.
func (c *connection) neverMade() bool { return c != nil && c.wanted.Load() && !c.made.Load() }

// TraceID returns the name that the server gave a request, from its answer.
func TraceID(h http.Header) string {
	if id := h.Get("Frontegg-Trace-Id"); id != "" {
		return id
	}
	return h.Get("X-Frontegg-Trace-Id")
}
