package redislimit

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg/fleet/internal/rediscall"
)

// commandTimeout is the timeout of a command. A slower Redis is not used.
const commandTimeout = time.Second

//go:embed acquire.lua
var source string

var script = redis.NewScript(source)

// reply is what the script returns. Durations are in milliseconds.
type reply struct {
	Epoch   string `json:"epoch"`   // of the state
	Granted bool   `json:"granted"` // a request may be sent now
	Wait    int64  `json:"wait"`    // otherwise, the minimum wait
	Members int    `json:"members"` // processes seen in the last minute
	Blocked int64  `json:"blocked"` // until the route is no longer blocked
}

// acquire asks Redis for a request. It returns 0 if one may be sent, otherwise the minimum
// wait.
func (l *Limiter) acquire(ctx context.Context, r *route) (time.Duration, error) {
	timeout := commandTimeout
	if deadline, ok := ctx.Deadline(); ok { // leaves time to do without Redis
		timeout = min(timeout, time.Until(deadline)/2)
	}
	for range 3 {
		now := time.Now()
		r.forget(now)
		got, err := l.run(ctx, timeout, r, r.epoch, true, r.unshared(now))
		if err != nil {
			return 0, err
		}
		r.members = got.Members
		r.blockedElsewhere(time.Duration(got.Blocked) * time.Millisecond)
		if got.Epoch != r.epoch { // ask again, with all that this process knows
			r.epoch = got.Epoch
			continue
		}
		r.shared()
		if got.Granted {
			r.sent = append(r.sent, request{at: time.Now(), epoch: r.epoch})
			return 0, nil
		}
		return max(shortestWait, time.Duration(got.Wait)*time.Millisecond), nil
	}
	return 0, fmt.Errorf("the state of %s is lost again and again", r.key)
}

// publish stores in Redis until when the route is blocked. If that fails, the next call of
// acquire does it.
func (l *Limiter) publish(r *route) {
	for {
		until := r.blockedUntil()
		_, _ = l.run(context.Background(), commandTimeout, r, "", false, nil)
		if r.published(until) {
			return
		}
	}
}

// run runs the script.
func (l *Limiter) run(ctx context.Context, timeout time.Duration, r *route, epoch string, asks bool, ages []time.Duration) (reply, error) {
	kind := "batch"
	if l.opts.Interactive {
		kind = "interactive"
	}
	blocked := max(0, time.Until(r.blockedUntil()))
	args := []any{l.id, epoch, r.limit, r.reserved, kind, asks, blocked.Milliseconds()}
	for _, age := range ages {
		args = append(args, age.Milliseconds())
	}
	text, err := rediscall.Do(ctx, timeout, func(ctx context.Context) (string, error) {
		return script.Run(ctx, l.client, []string{r.key}, args...).Text()
	})
	if err != nil {
		return reply{}, err
	}
	var got reply
	err = json.Unmarshal([]byte(text), &got)
	return got, err
}
