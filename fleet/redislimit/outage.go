package redislimit

import (
	"context"
	"sync"
	"time"
)

// outage records whether Redis cannot be used.
type outage struct {
	mu   sync.Mutex
	on   bool
	next time.Time // when Redis is tried again
}

func (o *outage) active() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.on
}

// begin begins an outage. It reports whether there was none.
func (o *outage) begin() (changed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	changed, o.on, o.next = !o.on, true, time.Time{}
	return changed
}

// end ends an outage. It reports whether there was one.
func (o *outage) end() (changed bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	changed, o.on = o.on, false
	return changed
}

// retry reports whether it is time to try Redis, once in every probeInterval.
func (o *outage) retry(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now.Before(o.next) {
		return false
	}
	o.next = now.Add(probeInterval)
	return true
}

// probe ends the outage if Redis can be used. No call waits for it.
func (l *Limiter) probe(ctx context.Context, r *route) {
	if _, err := l.run(ctx, commandTimeout, r, "", false, nil); err == nil && l.outage.end() {
		l.logger.InfoContext(ctx, "frontegg: rate limits are shared again")
	}
}

// alone is delay without Redis. The process uses its share of the limit, counting
// what it sent before.
func (l *Limiter) alone(r *route) time.Duration {
	limit := r.limit
	if !l.opts.Interactive {
		limit -= r.reserved
	}
	share := max(1, limit/max(1, r.members))
	now := time.Now()
	r.forget(now)
	var ready time.Time
	if n := len(r.sent); n > 0 {
		ready = r.sent[n-1].at.Add(time.Minute / time.Duration(share))
	}
	if n := len(r.sent); n >= share {
		if free := r.sent[n-share].at.Add(window); free.After(ready) {
			ready = free
		}
	}
	if wait := ready.Sub(now); wait > 0 {
		return max(shortestWait, wait)
	}
	r.sent = append(r.sent, request{at: now})
	return 0
}
