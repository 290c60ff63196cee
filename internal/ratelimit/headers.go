// Package ratelimit reads the rate limit headers of responses and tracks the rate
// limit of each route. It does not wait.
package ratelimit

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	headerLimit     = "X-Rate-Limit-Limit"
	headerRemaining = "X-Rate-Limit-Remaining"
	headerReset     = "X-Rate-Limit-Reset"
)

// maxDelay is the longest delay that Delay returns, far from overflowing a
// Duration or a Time.
const maxDelay = 10 * 365 * 24 * time.Hour

// A number of at least epoch is a Unix time, not seconds from now, because no window
// lasts thirty years. From epochMillis on it is a Unix time in milliseconds.
const (
	epoch       = 1_000_000_000
	epochMillis = 1_000 * epoch
)

// Info is the rate limit of a route, as a response describes it.
type Info struct {
	Limit, Remaining int
	Reset            time.Time // on the server's clock, as sent
}

// Read returns the rate limit headers in h. A field is zero if its header is
// missing or invalid.
func Read(h http.Header, now time.Time) Info {
	info := Info{Limit: count(h.Get(headerLimit)), Remaining: count(h.Get(headerRemaining))}
	if reset, ok := resetTime(h.Get(headerReset), now); ok {
		info.Reset = reset
	}
	return info
}

func count(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Delay returns how long after now the rate limit in h ends. It reports false if h
// has no valid header: none at all, an invalid date, a date in the past. The delay
// is never negative.
func Delay(h http.Header, now time.Time) (time.Duration, bool) {
	if delay, ok := resetDelay(h, now); ok {
		return delay, true
	}
	server := serverTime(h, now)
	after := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(after, 10, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, int64(maxDelay/time.Second))) * time.Second, true
	}
	if date, err := http.ParseTime(after); err == nil && !date.Before(server) {
		return min(date.Sub(server), maxDelay) + time.Second, true
	}
	return 0, false
}

// serverTime returns the date of the response. Clocks differ, so that is what the
// other times of the server are compared with.
func serverTime(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

// resetDelay returns how long after now the window ends, by headerReset.
func resetDelay(h http.Header, now time.Time) (time.Duration, bool) {
	server := serverTime(h, now)
	if reset, ok := resetTime(h.Get(headerReset), server); ok && !reset.Before(server) {
		return min(reset.Sub(server), maxDelay) + time.Second, true // the header has no fractions
	}
	return 0, false
}

// Exhausted returns how long after now the window ends if h allows no more requests in
// it. It reports false if h allows more, or does not have the end of the window.
func Exhausted(h http.Header, now time.Time) (time.Duration, bool) {
	if strings.TrimSpace(h.Get(headerRemaining)) != "0" {
		return 0, false
	}
	return resetDelay(h, now)
}

// resetTime parses a date, a number of seconds from now, or a Unix time.
func resetTime(s string, now time.Time) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}, false
	case n >= epochMillis:
		return time.UnixMilli(min(n, now.Add(maxDelay).UnixMilli())), true
	case n >= epoch:
		return time.Unix(min(n, now.Add(maxDelay).Unix()), 0), true
	}
	return now.Add(min(time.Duration(n)*time.Second, maxDelay)), true
}
