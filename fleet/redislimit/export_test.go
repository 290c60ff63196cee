package redislimit

import (
	"time"

	"github.com/frontegg-go/frontegg"
)

// SetMinute makes a minute shorter.
func SetMinute(l *Limiter, minute time.Duration) { l.minute = minute }

// Blocked returns how long the call's route is blocked.
func Blocked(l *Limiter, call frontegg.CallInfo) time.Duration {
	return time.Until(l.route(call).blockedUntil())
}
