package redislimit

import (
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
)

// Tests may give the script the time of Redis as KEYS[2], in milliseconds.
func init() {
	const clock = "redis.call('TIME')"
	if strings.Count(source, clock) != 1 {
		panic("the script does not get the time by " + clock)
	}
	script = redis.NewScript(strings.Replace(source, clock, "KEYS[2] and {0, KEYS[2] * 1000} or "+clock, 1))
}

// Blocked returns how long the call's route is blocked.
func Blocked(l *Limiter, call frontegg.CallInfo) time.Duration {
	return time.Until(l.route(call).blockedUntil())
}
