package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/frontegg-go/frontegg/internal/retry"
)

var (
	errOrigin   = errors.New("the request would leave the base URL's origin")
	errNoAnswer = errors.New("the transport returned no answer, and no error either")
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

	conn := new(connection)
	answer, err := c.roundTrip(conn.watch(attempt, cancel))
	switch {
	case err == nil:
		c.answer.Release()
		c.answer = answer
		c.outcome = retry.Outcome{Status: answer.Status}
	case conn.again.Load() && ctx.Err() == nil:
		c.outcome = retry.Outcome{Err: errStream}
	case attempt.Err() != nil && ctx.Err() == nil && time.Now().Before(c.deadline):
		err = fmt.Errorf("no complete answer within %v: %w", c.policy.AttemptTimeout, err)
		fallthrough
	default:
		notSent := errors.Is(err, errOrigin) || conn.neverMade() || retry.NotSent(err) && !conn.made.Load()
		c.outcome = retry.Outcome{Err: c.pipeline.Redact.Error(err), NotSent: notSent}
	}
	c.logAttempt(ctx, time.Since(began))
}

// roundTrip sends the request. Redirects are not followed: only an http.Client
// would, and the transport is used without one. Where the caller's transport has
// one inside, what a redirect led to is no answer.
func (c *call) roundTrip(ctx context.Context) (Response, error) {
	req := c.build(ctx)
	if !sameOrigin(req.URL, c.pipeline.Base) {
		return Response{}, errOrigin
	}
	resp, err := c.pipeline.Transport.RoundTrip(req)
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // without the URL: paths are not shown
	}
	switch {
	case err != nil:
		return Response{}, err
	case resp == nil || resp.StatusCode < 100:
		return Response{}, errNoAnswer
	case resp.Request != nil && resp.Request.Response != nil: // which only redirects set
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
		return Response{}, retry.ErrRedirectFollowed
	}
	return read(resp)
}

// sameOrigin says whether a token for base may go to u.
func sameOrigin(u, base *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }

// TraceID returns the name that the server gave a request, from its answer.
func TraceID(h http.Header) string {
	if id := h.Get("Frontegg-Trace-Id"); id != "" {
		return id
	}
	return h.Get("X-Frontegg-Trace-Id")
}
