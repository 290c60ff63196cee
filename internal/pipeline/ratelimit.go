package pipeline

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/frontegg-go/frontegg/internal/ratelimit"
)

// jitter is the longest random delay that is added to the wait for a rate limit, so
// that the callers do not all return at the same time.
const jitter = 2 * time.Second

// blockedError is returned for a route that is rate limited. The request is sent
// after a wait, unless the route is still blocked then.
type blockedError struct{ delay time.Duration }

func (e *blockedError) Error() string { return fmt.Sprintf("rate limited for %v", e.delay) }

// checkRateLimit sends no request while its route is rate limited.
func (c *call) checkRateLimit(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	now := time.Now()
	if until, blocked := c.pipeline.limits.BlockedUntil(c.route(), now); blocked {
		return nil, &blockedError{until.Sub(now)}
	}
	return next.RoundTrip(req)
}

// route returns the route of the call, which is what rate limits apply to.
func (c *call) route() ratelimit.Route {
	return ratelimit.Route{Method: c.request.Op.Method, Path: c.request.Op.Route}
}

// rateLimitDelay returns the wait for a rate limit with jitter, or the failure if
// the call does not wait for it.
func (c *call) rateLimitDelay(ctx context.Context, delay time.Duration, now time.Time) (time.Duration, *Failure) {
	if f := c.checkWait(ctx, delay, now); f != nil {
		return 0, f
	}
	end := c.deadline
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	spare := end.Sub(now) - delay
	return min(delay+rand.N(max(1, min(jitter, spare/2))), c.policy.MaxWait), nil
}

// checkWait returns a failure if the rate limit lasts longer than MaxWait or than
// the call may take.
func (c *call) checkWait(ctx context.Context, delay time.Duration, now time.Time) *Failure {
	f := Failure{Kind: RateLimited, RetryAt: now.Add(delay)}
	switch left := c.fits(ctx, delay, now); {
	case left == callerDeadline:
		f.Err = context.DeadlineExceeded
	case delay > c.policy.MaxWait:
	case left == enough:
		return nil
	default:
		f.Err = context.DeadlineExceeded
	}
	return c.fail(f)
}

// timeLeft is the result of comparing a wait with the deadlines of a call.
type timeLeft uint8

const (
	enough         timeLeft = iota
	callerDeadline          // the wait is longer than the caller allows
	policyDeadline          // the wait is longer than Policy.MaxElapsed allows
)

// fits compares a wait with the deadlines of the call.
func (c *call) fits(ctx context.Context, wait time.Duration, now time.Time) timeLeft {
	end := now.Add(wait)
	deadline, ok := ctx.Deadline()
	switch {
	case ok && deadline.Before(end):
		return callerDeadline
	case c.deadline.After(end):
		return enough
	case c.callerDeadline:
		return callerDeadline
	}
	return policyDeadline
}
