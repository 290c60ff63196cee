// Package redislimit shares the rate limits of an environment between many
// processes, through Redis.
//
// Frontegg counts requests for a whole environment. With a [Limiter] the processes share
// one budget for each route, and a 429 that one of them gets stops all of them.
//
//	limiter, err := redislimit.New(rdb, redislimit.Options{Environment: clientID, PerMinute: 100})
//	client, err := frontegg.NewClient(frontegg.WithRateLimiter(limiter), …)
//
// # The budget
//
// At most PerMinute requests are sent in any 61 seconds, however many processes there
// are. The extra second is for differences in latency, so up to 98 % of the limit is
// used. After a pause all of them may be sent at once. At the start, after a 429 and
// after an outage of Redis they are spread out over a minute.
//
// Waiting processes take turns, one request each, however many callers wait in them. The
// callers of a process are served in order.
//
// # Without Redis
//
// If Redis does not reply within a second, each process goes on alone. It uses its
// share of the limit, which is the limit divided by the number of processes seen in the
// last minute, and waits after its own 429s. While there are calls, Redis is tried again
// every two seconds. Once it replies, nothing is sent for three seconds, in which the
// processes report what they sent in the meantime. Then they share the limits again. The
// same happens after Redis has lost its data.
//
// # Requirements
//
// Redis 5 or newer, or Valkey, with the commands EVAL, EVALSHA, GET, SET and TIME.
// Each route of an environment has one key, of a few kilobytes, which expires a day
// after its last use. Only the clock of Redis counts, so the clocks of the processes
// may differ. The keys hold no secrets.
package redislimit

import (
	"context"
	"crypto/rand"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
)

const (
	// shortestWait is the shortest wait before a caller asks Redis again.
	shortestWait = 10 * time.Millisecond
	// pollInterval is the longest such wait. A place in the queue is kept three times as
	// long.
	pollInterval = time.Second
	// probeInterval is how often Redis is tried in an outage.
	probeInterval = 2 * time.Second
	// window is how long a request counts: latencies differ by up to a second.
	window = time.Minute + time.Second
)

// Limiter is a [frontegg.RateLimiter] for many processes. It is safe for concurrent
// use. Clients of one environment and process should share one.
type Limiter struct {
	client redis.UniversalClient
	opts   Options
	id     string // of this process, in the queue
	logger *slog.Logger

	mu     sync.Mutex
	routes map[string]*route
	outage outage
}

var _ frontegg.RateLimiter = (*Limiter)(nil)

// New returns a limiter that keeps the state of each route under a key of its own,
// named "frontegg:limit:{environment}:method:route". Nothing is sent. The client is
// not closed. The error is a [*frontegg.ValidationError].
func New(client redis.UniversalClient, opts Options) (*Limiter, error) {
	if field, reason := invalid(client, opts); field != "" {
		return nil, &frontegg.ValidationError{Op: "redislimit.New", Field: field, Reason: reason}
	}
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Limiter{client: client, opts: opts, id: rand.Text(), logger: logger, routes: map[string]*route{}}, nil
}

// Wait waits until a request may be sent on the call's route. If the context's deadline
// comes before that, it returns a [*frontegg.RateLimitError] at once, for which
// errors.Is(err, [context.DeadlineExceeded]) is also true. Otherwise it returns the
// context's error. Wait does not fail if Redis fails.
func (l *Limiter) Wait(ctx context.Context, call frontegg.CallInfo) error {
	r := l.route(call)
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.turn }()
	for ctx.Err() == nil {
		wait := l.delay(ctx, r)
		if wait <= 0 {
			return nil
		}
		until := time.Now().Add(wait)
		if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) && ctx.Err() == nil {
			return &frontegg.RateLimitError{Op: call.Op, Path: call.Route, RetryAt: until, Err: context.DeadlineExceeded}
		}
		timer := time.NewTimer(min(wait, pollInterval))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	return ctx.Err()
}

// Limited blocks the call's route for all processes until the given time, but at most for
// an hour. After that requests are sent again, to find out whether the limit still
// applies. It does not wait for Redis.
func (l *Limiter) Limited(call frontegg.CallInfo, until time.Time) {
	r := l.route(call)
	if r.block(until) {
		go l.publish(r)
	}
}

func (l *Limiter) route(call frontegg.CallInfo) *route {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := call.Method + " " + call.Route
	r := l.routes[name]
	if r == nil {
		r = &route{
			key:   "frontegg:limit:{" + l.opts.Environment + "}:" + call.Method + ":" + call.Route,
			limit: l.opts.PerMinute, turn: make(chan struct{}, 1),
		}
		if limit, ok := l.opts.PerRoute[name]; ok {
			r.limit = limit
		}
		r.reserved = min(r.limit-1, int(math.Ceil(float64(r.limit)*l.opts.Reserved)))
		l.routes[name] = r
	}
	return r
}

// delay takes a request from the budget and returns 0, or returns the minimum wait if the
// budget has none.
func (l *Limiter) delay(ctx context.Context, r *route) time.Duration {
	if wait := time.Until(r.blockedUntil()); wait > 0 {
		return wait
	}
	if l.outage.active() {
		if l.outage.retry(time.Now()) {
			go l.probe(context.WithoutCancel(ctx), r)
		}
		return l.alone(r)
	}
	wait, err := l.acquire(ctx, r)
	switch {
	case err == nil:
		return wait
	case ctx.Err() != nil: // which says nothing about Redis
		return shortestWait
	}
	if l.outage.begin() {
		l.logger.WarnContext(ctx, "frontegg: rate limits are not shared: Redis cannot be used; going on with this process's share", "error", err)
	}
	return l.alone(r)
}
