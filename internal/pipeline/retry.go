package pipeline

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/retry"
)

// checkRetry is the CheckRetry of go-retryablehttp. It is called after each attempt
// with what the stages returned. It returns true if another attempt follows after
// c.wait, and otherwise the failure of the call, or nil after a success.
func (c *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // http.Client wraps the errors of its transport
	}
	now := time.Now()
	var failure *Failure
	switch err := err.(type) { //nolint:errorlint // the stages return these types
	case nil: // a response
		c.response.release()
		c.response = resp.Body.(*response) // from read
		if resp.StatusCode != http.StatusTooManyRequests {
			c.pipeline.limits.Unblock(c.route())
		}
		c.outcome = retry.Outcome{Status: resp.StatusCode}
		c.wait, failure = c.decide(ctx, now)
	case *attemptError: // no response
		c.outcome = err.outcome
		c.wait, failure = c.decide(ctx, now)
	case *blockedError: // not sent
		if c.wait, failure = c.rateLimitDelay(ctx, err.delay, now); failure == nil {
			c.logWait(ctx, c.wait)
		}
	default: // a stage ended the call with a *Failure
		return false, err
	}
	if failure != nil {
		return false, failure
	}
	if c.wait > 0 {
		c.waiting = now
	}
	return !c.outcome.Success(), nil
}

// decide returns the wait before the next attempt or the failure of the call. After a
// success it returns neither.
func (c *call) decide(ctx context.Context, now time.Time) (time.Duration, *Failure) {
	o := c.outcome
	c.logAttempt(ctx, now.Sub(c.began))
	switch {
	case o.Success():
		c.pipeline.budget.Deposit(c.cost)
		if delay, exhausted := ratelimit.Exhausted(c.response.Header, now); exhausted {
			c.block(ctx, now, delay)
		}
		return 0, nil
	case o.Status == 0 && ctx.Err() != nil:
		return 0, c.canceled(ctx)
	case o.Status == 0 && !now.Before(c.deadline):
		return 0, c.deadlineExceeded()
	case o.Status == http.StatusUnauthorized && c.token != nil && !c.reauthenticated: // MaxAttempts does not apply
		c.pipeline.Tokens.Invalidate(c.token)
		c.reauthenticated = true
		return 0, nil
	}
	free := o.Refused && c.refused < retry.MaxRefused
	if free {
		c.refused++
	}
	delay, known := c.readRateLimit(ctx, now)
	if !retry.Retryable(c.request.Op.Class, o) || c.attempts-c.refused >= c.policy.MaxAttempts {
		return 0, c.failFinal(now, delay, known)
	}
	wait, failure := c.retryDelay(ctx, delay, known, now)
	if failure != nil {
		return 0, failure
	}
	if !free {
		c.cost = retry.Cost(o)
		if !c.pipeline.budget.Withdraw(c.cost) {
			return 0, c.fail(Failure{Kind: c.kind(), Err: o.Err, Note: "not retried: retry budget exhausted, because too many calls fail"})
		}
	}
	c.maybeProcessed = c.maybeProcessed || o.MaybeProcessed()
	c.logRetry(ctx, wait)
	return wait, nil
}

// readRateLimit returns how long the response asks for no requests, and whether it
// has such a header. A rate limit also blocks the route for other calls.
func (c *call) readRateLimit(ctx context.Context, now time.Time) (delay time.Duration, known bool) {
	status := c.outcome.Status
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0, false
	}
	delay, known = ratelimit.Delay(c.response.Header, now)
	if status == http.StatusServiceUnavailable {
		return delay, known
	}
	if !known {
		delay = retry.RateLimitBackoff(c.rateLimited)
	}
	c.rateLimited++
	c.block(ctx, now, delay)
	return delay, known
}

// retryDelay returns the wait before a retry.
func (c *call) retryDelay(ctx context.Context, delay time.Duration, known bool, now time.Time) (time.Duration, *Failure) {
	if known {
		return c.rateLimitDelay(ctx, delay, now)
	}
	if delay > 0 { // from RateLimitBackoff, which is random
		return delay, c.checkWait(ctx, delay, now)
	}
	if c.outcome.Refused {
		delay = retry.RefusedBackoff(c.refused)
	} else {
		delay = retry.Backoff(c.attempts - c.refused - 1)
	}
	switch c.fits(ctx, delay, now) {
	case callerDeadline:
		return 0, c.fail(Failure{Kind: Canceled, Err: join(context.DeadlineExceeded, c.outcome.Err)})
	case policyDeadline:
		return 0, c.fail(Failure{Kind: c.kind(), Err: c.outcome.Err, Note: "not retried: the time limit of the call leaves no time for it"})
	}
	return delay, nil
}

// failFinal returns the failure of a call whose last attempt is not retried.
func (c *call) failFinal(now time.Time, delay time.Duration, known bool) *Failure {
	f := Failure{Kind: c.kind(), Err: c.outcome.Err}
	if known {
		f.RetryAt = now.Add(delay)
	}
	if c.outcome.Status == http.StatusNotFound && c.request.Op.Method == http.MethodDelete && c.maybeProcessed {
		f.Unknown = true
		f.Note = "an earlier attempt's outcome is unknown: it may have succeeded"
	}
	return c.fail(f)
}

// kind returns the kind of failure of the last attempt.
func (c *call) kind() Kind {
	if c.outcome.Status == 0 {
		return NoResponse
	}
	return ErrorStatus
}

// endWait adds the current wait, which may have been canceled, to the waits of the
// call.
func (c *call) endWait() {
	if !c.waiting.IsZero() {
		c.waited += time.Since(c.waiting)
		c.waiting = time.Time{}
	}
}
