package pipeline

import (
	"context"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/ratelimit"
	"github.com/frontegg-go/frontegg/internal/retry"
)

// next decides what follows an attempt: nothing, for it was final, or another
// attempt after a wait. It sets c.failure for every end but success.
func (c *call) next(ctx context.Context) (time.Duration, bool) {
	o := c.outcome
	switch {
	case c.failure != nil: // the attempt ended before it was sent
		return 0, false
	case o.Success():
		c.pipeline.budget.Deposit(c.cost)
		return 0, false
	case o.Status == 0 && ctx.Err() != nil:
		c.interrupt(ctx)
		return 0, false
	case o.Status == 0 && !time.Now().Before(c.deadline):
		c.overtime()
		return 0, false
	case c.renews():
		c.pipeline.Tokens.Invalidate(c.token)
		c.replayed = true
		return 0, true
	}

	now := time.Now()
	wait, told := c.limit(now)
	if !retry.Retryable(c.request.Op.Class, o) || c.attempts >= c.policy.MaxAttempts {
		c.final(now, wait, told)
		return 0, false
	}
	wait, ok := c.waitFor(ctx, wait, told, now)
	if !ok {
		return 0, false
	}
	cost := retry.Cost(o)
	if !c.pipeline.budget.Withdraw(cost) {
		c.fail(Failure{Kind: c.kind(), Err: o.Err, Note: "not repeated: the client's retry budget is empty, for too many calls fail"})
		return 0, false
	}
	c.cost = cost
	c.mayRun = c.mayRun || o.MaybeProcessed()
	c.logRetry(ctx, wait)
	c.pause(now)
	return wait, true
}

// renews says whether the attempt was refused for its token and can be replayed
// with a new one, which a call does once. A replay is not a retry: it is also done
// where no attempt is left.
func (c *call) renews() bool {
	return c.outcome.Status == http.StatusUnauthorized && c.token != nil && !c.replayed
}

// limit reads until when the server wants no further request, and remembers it
// for the route's other calls if that is a rate limit.
func (c *call) limit(now time.Time) (wait time.Duration, told bool) {
	status := c.outcome.Status
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0, false
	}
	wait, told = ratelimit.Delay(c.answer.Header, now)
	if status == http.StatusServiceUnavailable {
		return wait, told
	}
	if !told {
		wait = retry.RateLimitBackoff(c.limited)
	}
	c.limited++
	c.pipeline.limits.Block(c.request.Op.Index, now, wait)
	return wait, told
}

// waitFor settles how long to wait before another attempt. It is false where the
// call ends instead.
func (c *call) waitFor(ctx context.Context, wait time.Duration, told bool, now time.Time) (time.Duration, bool) {
	if told {
		return c.limitWait(ctx, wait, now)
	}
	if wait > 0 { // a step of the ladder, which is spread out already
		return wait, c.worthWaiting(ctx, wait, now)
	}
	wait = retry.Backoff(c.attempts - 1)
	switch c.timeFor(ctx, wait, now) {
	case enough:
		return wait, true
	case callerEnds:
		c.fail(Failure{Kind: Canceled, Err: join(context.DeadlineExceeded, c.outcome.Err)})
	case policyEnds:
		c.fail(Failure{Kind: c.kind(), Err: c.outcome.Err, Note: "not repeated: the time for retries is used up"})
	}
	return 0, false
}

// final ends a call whose last attempt is not followed by another.
func (c *call) final(now time.Time, wait time.Duration, told bool) {
	f := Failure{Kind: c.kind(), Err: c.outcome.Err}
	if told {
		f.RetryAt = now.Add(wait)
	}
	if c.outcome.Status == http.StatusNotFound && c.request.Op.Method == http.MethodDelete && c.mayRun {
		f.Unknown = true
		f.Note = "an earlier attempt's outcome is unknown: it may have done what was asked"
	}
	c.fail(f)
}

// kind is the kind of failure that the last attempt alone amounts to.
func (c *call) kind() Kind {
	if c.outcome.Status == 0 {
		return NoResponse
	}
	return ErrorStatus
}

// unknown says whether the last attempt leaves open what happened, for an
// operation where that matters.
func (c *call) unknown() bool {
	return c.request.Op.Class == op.NonIdempotent && c.attempts > 0 && c.outcome.MaybeProcessed()
}
