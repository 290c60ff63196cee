package fronteggtest

import "time"

const (
	defaultTokenTTL   = 24 * time.Hour
	defaultRequestLog = 100_000
)

// ServerOption configures a [Server].
type ServerOption func(*Server)

// WithCredentials sets the client id and API key of the environment. Without it
// they are random.
func WithCredentials(clientID, apiKey string) ServerOption {
	return func(s *Server) { s.clientID, s.apiKey = clientID, apiKey }
}

// WithTokenTTL sets how long tokens live. Without it, and where d is not
// positive, they live 24 hours.
func WithTokenTTL(d time.Duration) ServerOption {
	return func(s *Server) {
		if d > 0 {
			s.tokenTTL = d
		}
	}
}

// WithRateLimit lets each operation be called n times in a window, which begins
// with the first call in it; further calls are answered with 429. Every answer
// tells the limit. Without it, and where n or window is not positive, there is
// no limit.
func WithRateLimit(n int, window time.Duration) ServerOption {
	return func(s *Server) {
		s.limits = nil
		if n > 0 && window > 0 {
			s.limits = &limiter{n: n, window: window, periods: map[string]*period{}}
		}
	}
}

// WithRequestLog sets how many requests [Server.Requests] remembers: the latest
// n, or none where n is not positive. Without it, 100,000.
func WithRequestLog(n int) ServerOption {
	return func(s *Server) { s.logLimit = max(n, 0) }
}
