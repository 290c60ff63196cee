// Package pace keeps the clients of one process within a rate limit.
//
//	limiter := pace.PerMinute(100)
//	client, err := frontegg.NewClient(frontegg.WithRateLimiter(limiter), …)
//
// A client without a limiter learns of a rate limit from the first 429. That is
// enough for most programs. Use this package if a program would exceed the limit and no
// request may be rejected. Give the same limiter to all clients of an environment. For
// more than one process see github.com/frontegg-go/frontegg/fleet.
package pace

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/frontegg-go/frontegg"
)

// burstShare is the limit divided by the number of requests that may be sent at once
// after a pause.
const burstShare = 20

// longestBlock is the longest time that a route is blocked.
const longestBlock = time.Hour

// PerMinute returns a limiter that allows n requests a minute on each route. A route
// is a method and a route template. Routes do not delay each other.
//
// At most n requests pass in any minute, whenever it begins. After a pause one in
// twenty of them passes at once; the others are spread evenly, in the order in which
// callers came. At least 95 % of the limit can be used. Latency can still make a few
// more than n requests arrive in a minute as the server counts it. To rule that out,
// choose an n slightly below the limit.
//
// After Limited no request passes on that route until the given time, and no burst
// follows. A route is blocked for at most an hour. After that requests are sent again, to
// find out whether the limit still applies.
//
// If the context's deadline comes before the request could be sent, Wait returns a
// [*frontegg.RateLimitError] at once, for which errors.Is(err,
// [context.DeadlineExceeded]) is also true.
//
// n must be at least 1. Otherwise nothing is sent: Wait returns a
// [*frontegg.ValidationError].
func PerMinute(n int) frontegg.RateLimiter {
	return &limiter{perMinute: n, routes: map[routeKey]*route{}}
}

type limiter struct {
	perMinute int

	mu     sync.Mutex
	routes map[routeKey]*route
}

type routeKey struct{ method, template string }

// route is the state of one route.
type route struct {
	turn chan struct{} // full while a caller waits for the bucket; the others queue here, first in, first out

	mu      sync.Mutex
	bucket  *rate.Limiter
	blocked time.Time // no request before; zero: not blocked since bucket was made
}

// Wait waits until a request may be sent on the call's route.
func (l *limiter) Wait(ctx context.Context, call frontegg.CallInfo) error {
	if l.perMinute < 1 {
		return &frontegg.ValidationError{Op: "pace.PerMinute", Field: "n", Reason: "must be at least 1"}
	}
	r := l.route(call)
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turn }()
	for ctx.Err() == nil {
		now := time.Now()
		wait := l.delay(r, now)
		if wait <= 0 {
			return nil
		}
		until := now.Add(wait)
		if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
			return &frontegg.RateLimitError{Op: call.Op, Path: call.Route, RetryAt: until, Err: context.DeadlineExceeded}
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C: // the route may have been blocked since
		case <-ctx.Done():
			timer.Stop()
		}
	}
	return ctx.Err()
}

// Limited blocks the call's route until the given time, but at most for an hour. A later
// time replaces an earlier one, never the reverse.
func (l *limiter) Limited(call frontegg.CallInfo, until time.Time) {
	if l.perMinute < 1 {
		return
	}
	r := l.route(call)
	r.mu.Lock()
	defer r.mu.Unlock()
	if latest := time.Now().Add(longestBlock); until.After(latest) {
		until = latest
	}
	if until.After(r.blocked) {
		r.blocked = until
	}
}

func (l *limiter) route(call frontegg.CallInfo) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := routeKey{call.Method, call.Route}
	r := l.routes[key]
	if r == nil {
		r = &route{turn: make(chan struct{}, 1), bucket: l.newBucket()}
		l.routes[key] = r
	}
	return r
}

// newBucket returns a full bucket. A bucket of size b that gains a token every t
// passes at most b + ceil(minute/t) - 1 requests in a minute. The microsecond makes
// up for rounding.
func (l *limiter) newBucket() *rate.Limiter {
	burst := max(1, l.perMinute/burstShare)
	every := time.Minute/time.Duration(l.perMinute-burst+1) + time.Microsecond
	return rate.NewLimiter(rate.Every(every), burst)
}

// delay takes a token and returns 0, or returns how long there will be none.
func (l *limiter) delay(r *route, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Before(r.blocked) {
		return r.blocked.Sub(now)
	}
	if !r.blocked.IsZero() { // the block has ended: start with one token at that time
		r.bucket = l.newBucket()
		r.bucket.AllowN(r.blocked, r.bucket.Burst()-1)
		r.blocked = time.Time{}
	}
	reservation := r.bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}
