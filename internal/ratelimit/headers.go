// Package ratelimit reads what a server says about its limits, and remembers
// per route until when a limit holds. It does not decide whether to wait.
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

// longest is the longest wait that is told apart: far beyond any that is slept,
// and far from overflowing a Duration or a Time.
const longest = 10 * 365 * 24 * time.Hour

// From epoch on a plain number is no longer seconds from now but a Unix time, for
// no window lasts thirty years; from epochMillis on it is one in milliseconds.
const (
	epoch       = 1_000_000_000
	epochMillis = 1_000 * epoch
)

// Info is what an answer says of the limit of its route.
type Info struct {
	Limit, Remaining int
	Reset            time.Time // on the server's clock, as sent
}

// Read returns what h says; zero where it says nothing readable.
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

// Wait is how long the limit that h tells of still holds, now being the time on
// this machine. It is false where h says nothing that can be used: nothing at
// all, no date, a date in the past. A wait is never negative.
func Wait(h http.Header, now time.Time) (time.Duration, bool) {
	server := now
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		server = date // clocks differ: compare the server's times with each other
	}
	if reset, ok := resetTime(h.Get(headerReset), server); ok && !reset.Before(server) {
		return min(reset.Sub(server), longest) + time.Second, true // the header has no fractions
	}
	after := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := wholeSeconds(after); ok {
		return seconds, true
	}
	if date, err := http.ParseTime(after); err == nil && !date.Before(server) {
		return min(date.Sub(server), longest) + time.Second, true
	}
	return 0, false
}

// resetTime reads a date, a number of seconds from now, or a Unix time.
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
		return time.UnixMilli(min(n, now.Add(longest).UnixMilli())), true
	case n >= epoch:
		return time.Unix(min(n, now.Add(longest).Unix()), 0), true
	}
	return now.Add(min(time.Duration(n)*time.Second, longest)), true
}

// wholeSeconds reads a positive number of seconds, however large.
func wholeSeconds(s string) (time.Duration, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, false
	}
	return time.Duration(min(n, int64(longest/time.Second))) * time.Second, true
}
