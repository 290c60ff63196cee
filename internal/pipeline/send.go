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

// attemptError is the error of an attempt that got no complete response.
type attemptError struct{ outcome retry.Outcome }

func (e *attemptError) Error() string { return e.outcome.Err.Error() }

// send sends the request of an attempt. The response must be complete within the
// attempt timeout.
func (c *call) send(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	c.attempts++
	c.began = time.Now()
	parent, end := req.Context(), c.began.Add(c.policy.AttemptTimeout)
	if c.deadline.Before(end) {
		end = c.deadline
	}
	ctx, cancel := context.WithDeadline(parent, end)
	defer cancel()
	t := &trace{cancel: cancel}
	out := req.WithContext(t.withContext(ctx))
	out.Header = c.header()
	out.Host = req.URL.Host
	resp, err := next.RoundTrip(out)
	if err == nil {
		return resp, nil
	}
	timedOut := ctx.Err() != nil && parent.Err() == nil && time.Now().Before(c.deadline)
	return nil, c.attemptError(t, timedOut, err)
}

// attemptError returns the error of an attempt without secrets and IDs.
func (c *call) attemptError(t *trace, timedOut bool, err error) error {
	if inner, ok := errors.AsType[*url.Error](err); ok {
		err = inner.Err // the URL has IDs, which are not shown
	}
	notSent := t.notConnected() || retry.NotSent(err) && !t.connected.Load()
	switch {
	case t.replayed.Load():
		err = errStreamRefused
	case timedOut:
		err = fmt.Errorf("no complete response within %v: %w", c.policy.AttemptTimeout, err)
	}
	return &attemptError{retry.Outcome{Err: c.pipeline.Redact.Error(err), NotSent: notSent}}
}
