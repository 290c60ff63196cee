package fronteggtest

import (
	"net/http"
	"strconv"
	"time"
)

// limiter counts calls per operation.
type limiter struct {
	n       int
	window  time.Duration
	periods map[string]*period
}

// period is the current window of an operation.
type period struct {
	end  time.Time
	used int
}

// newLimiter returns nil, which has no limit, if n or window is not positive.
func newLimiter(n int, window time.Duration) *limiter {
	if n <= 0 || window <= 0 {
		return nil
	}
	return &limiter{n: n, window: window, periods: map[string]*period{}}
}

// limiterOf returns the limiter of an operation, nil if it has no limit.
func (s *Server) limiterOf(op string) *limiter {
	if l, ok := s.operationLimits[op]; ok {
		return l
	}
	return s.limits
}

// allow counts a call of op. It returns the X-Rate-Limit headers and reports
// whether the call is within the limit.
func (l *limiter) allow(op string, now time.Time) (http.Header, bool) {
	p := l.periods[op]
	if p == nil || !now.Before(p.end) {
		p = &period{end: now.Add(l.window)}
		l.periods[op] = p
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
