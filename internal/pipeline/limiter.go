package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Limiter is a rate limiter that clients share. Its functions belong to the caller:
// they may fail, panic, or never return.
type Limiter struct {
	Wait    func(context.Context, *Request) error
	Limited func(*Request, time.Time)
}

// RateLimitedError is returned by Limiter.Wait for a call that cannot wait long
// enough.
type RateLimitedError struct {
	RetryAt time.Time
	Err     error // may be nil
}

func (e *RateLimitedError) Error() string { return fmt.Sprintf("rate limited until %v", e.RetryAt) }

// waitForLimiter waits until the shared rate limiter allows a request. Then it checks
// again what may have changed during the wait.
func (c *call) waitForLimiter(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	if c.pipeline.Limiter == nil {
		return next.RoundTrip(req)
	}
	ctx, request := req.Context(), c.request
	c.waiting = time.Now()
	err := c.runLimiter(ctx, func(ctx context.Context) error { return c.pipeline.Limiter.Wait(ctx, request) })
	c.endWait()
	switch {
	case err == nil:
		if c.token != nil { // it may have expired
			if t, err := c.pipeline.Tokens.Token(ctx, c.deadline); err == nil {
				c.token = t
			}
		}
		return chain(next, c.checkOpen, c.checkRateLimit).RoundTrip(req)
	case ctx.Err() != nil:
		return nil, c.canceled(ctx)
	case !time.Now().Before(c.deadline):
		return nil, c.deadlineExceeded()
	}
	if limited, ok := errors.AsType[*RateLimitedError](err); ok {
		return nil, c.fail(Failure{Kind: RateLimited, RetryAt: limited.RetryAt, Err: limited.Err})
	}
	return nil, c.fail(Failure{Kind: Canceled, Err: fmt.Errorf("rate limiter: %w", c.pipeline.Redact.Error(err))})
}

// limitedTimeout is how long a call waits for Limiter.Limited, which should return at
// once.
const limitedTimeout = 100 * time.Millisecond

// block stops the calls of the route until the rate limit ends, in this client and in
// those that share its rate limiter.
func (c *call) block(ctx context.Context, now time.Time, delay time.Duration) {
	c.pipeline.limits.Block(c.route(), now, delay)
	if c.pipeline.Limiter == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limitedTimeout)
	defer cancel()
	request := c.request
	_ = c.runLimiter(ctx, func(context.Context) error {
		c.pipeline.Limiter.Limited(request, now.Add(delay))
		return nil
	})
}

// runLimiter runs f, but not longer than the call may take. A panic is an error.
func (c *call) runLimiter(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithDeadline(ctx, c.deadline)
	defer cancel()
	result := make(chan error, 1)
	go func() {
		err := errors.New("its goroutine was ended")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
			result <- err
		}()
		err = f(ctx)
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
