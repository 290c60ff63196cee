package redislimit

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/pace"
)

// longestBlock is how long a route is blocked at most.
const longestBlock = time.Hour

// route is what a process knows of a route.
type route struct {
	call     frontegg.CallInfo
	key      string
	limit    int // requests a minute
	reserved int // of them, for interactive processes

	turn chan struct{} // full while a caller asks for a request; the others queue here, first in, first out

	// These belong to the caller whose turn it is.
	epoch   string               // of the state in Redis; another one means that the state was lost
	sent    []request            // in the last minute
	members int                  // processes seen in the last minute
	local   frontegg.RateLimiter // while Redis cannot be used, else nil

	mu         sync.Mutex
	blocked    time.Time // no request before
	publishing bool
}

// request is one that was sent.
type request struct {
	at    time.Time
	epoch string // of the state that counted it; "": none did
}

// block blocks the route. It reports whether Redis has to be told.
func (r *route) block(until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if latest := time.Now().Add(longestBlock); until.After(latest) {
		until = latest
	}
	if !until.After(r.blocked) {
		return false
	}
	r.blocked = until
	publish := !r.publishing
	r.publishing = true
	return publish
}

// blockedElsewhere blocks the route because another process was told to.
func (r *route) blockedElsewhere(remaining time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := time.Now().Add(remaining); remaining > 0 && until.After(r.blocked) {
		r.blocked = until
	}
}

func (r *route) blockedUntil() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.blocked
}

// published reports whether Redis knows of the latest block, which was told until.
func (r *route) published(until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.publishing = !until.Equal(r.blocked)
	return !r.publishing
}

// unshared forgets the requests that no longer count, and returns the ages of those
// that the state in Redis does not count yet.
func (r *route) unshared(now time.Time) []time.Duration {
	var ages []time.Duration
	recent := r.sent[:0]
	for _, s := range r.sent {
		age := now.Sub(s.at)
		if age >= window {
			continue
		}
		recent = append(recent, s)
		if s.epoch == "" || s.epoch != r.epoch {
			ages = append(ages, age)
		}
	}
	r.sent = recent
	return ages
}

// shared notes that the state in Redis counts all requests.
func (r *route) shared() {
	for i := range r.sent {
		r.sent[i].epoch = r.epoch
	}
}

// alone is delay without Redis: this process's share of the limit.
func (r *route) alone(ctx context.Context, interactive bool) time.Duration {
	if r.local == nil {
		limit := r.limit
		if !interactive {
			limit -= r.reserved
		}
		r.local = pace.PerMinute(max(1, limit/max(1, r.members)))
	}
	ctx, cancel := context.WithTimeout(ctx, retryInterval)
	defer cancel()
	err := r.local.Wait(ctx, r.call)
	if limited, ok := errors.AsType[*frontegg.RateLimitError](err); ok {
		return max(firstPoll, time.Until(limited.RetryAt))
	}
	if err != nil {
		return pollInterval // the context ended
	}
	now := time.Now()
	r.unshared(now)
	r.sent = append(r.sent, request{at: now})
	return 0
}
