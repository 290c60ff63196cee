package pipeline

import (
	"context"
	"math/rand/v2"
	"time"
)

// spread is how far apart callers come back when a limit ends.
const spread = 2 * time.Second

// hold waits while the route is known to be limited. It is false where the call
// ends here: nothing is sent then.
func (c *call) hold(ctx context.Context) bool {
	for {
		now := time.Now()
		until, limited := c.pipeline.limits.BlockedUntil(c.request.Op.Index, now)
		if !limited {
			return true
		}
		wait, ok := c.limitWait(ctx, until.Sub(now), now)
		if !ok {
			return false
		}
		c.logWait(ctx, wait)
		c.pause(now)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C: // and look again: the limit may have grown
			c.resume()
		case <-ctx.Done():
			timer.Stop()
			c.resume()
			c.interrupt(ctx)
			return false
		}
	}
}

// limitWait spreads out the wait for a limit, within the time that the call has
// left. It is false where the call ends instead.
func (c *call) limitWait(ctx context.Context, wait time.Duration, now time.Time) (time.Duration, bool) {
	if !c.worthWaiting(ctx, wait, now) {
		return 0, false
	}
	room := c.end(ctx).Sub(now) - wait
	return min(wait+rand.N(max(1, min(spread, room/2))), c.policy.MaxWait), true
}

// worthWaiting ends the call, and is false, where a limit lasts longer than the
// call would wait, or has time to.
func (c *call) worthWaiting(ctx context.Context, wait time.Duration, now time.Time) bool {
	f := Failure{Kind: RateLimited, RetryAt: now.Add(wait)}
	switch left := c.timeFor(ctx, wait, now); {
	case left == callerEnds:
		f.Err = context.DeadlineExceeded
	case wait > c.policy.MaxWait:
	case left == enough:
		return true
	default:
		f.Err = context.DeadlineExceeded
	}
	c.fail(f)
	return false
}

// end is when the call has to be over.
func (c *call) end(ctx context.Context) time.Time {
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(c.deadline) {
		return deadline
	}
	return c.deadline
}

// timeLeft is whether there is enough of it for a wait, and if not, who set its end.
type timeLeft uint8

const (
	enough timeLeft = iota
	callerEnds
	policyEnds
)

// timeFor says whether a wait would end before the call has to.
func (c *call) timeFor(ctx context.Context, wait time.Duration, now time.Time) timeLeft {
	end := now.Add(wait)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		return callerEnds
	}
	if c.deadline.After(end) {
		return enough
	}
	if c.ends {
		return callerEnds
	}
	return policyEnds
}
