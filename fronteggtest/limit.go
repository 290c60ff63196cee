package fronteggtest

import (
	"net/http"
	"strconv"
	"time"
)

// limiter counts calls per route.
type limiter struct {
	n       int
	window  time.Duration
	periods map[string]*period
}

// period is the current window of a route.
type period struct {
	end  time.Time
	used int
}

// take counts a call of route. It returns the headers that tell the limit, and
// whether the call is within it.
func (l *limiter) take(route string, now time.Time) (http.Header, bool) {
	p := l.periods[route]
	if p == nil || !now.Before(p.end) {
		p = &period{end: now.Add(l.window)}
		l.periods[route] = p
	}
	within := p.used < l.n
	if within {
		p.used++
	}
	return http.Header{
		"X-Rate-Limit-Limit":     {strconv.Itoa(l.n)},
		"X-Rate-Limit-Remaining": {strconv.Itoa(l.n - p.used)},
		"X-Rate-Limit-Reset":     {p.end.UTC().Format(time.RFC3339)},
	}, within
}
