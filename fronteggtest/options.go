package fronteggtest

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"time"
)

const (
	defaultTokenTTL   = 24 * time.Hour
	defaultRequestLog = 100_000
)

// ServerOption configures a [Server].
type ServerOption func(*Server)

// WithCredentials sets the client ID and API key of the environment. By default
// they are random.
func WithCredentials(clientID, apiKey string) ServerOption {
	return func(s *Server) { s.clientID, s.apiKey = clientID, apiKey }
}

// WithSeed makes the server's IDs, credentials and API tokens the same in every
// process that uses the same seed. By default they are random, so that a program
// that mixes up two servers fails. Access tokens are always random.
func WithSeed(seed uint64) ServerOption {
	return func(s *Server) { s.ids = mathrand.New(mathrand.NewPCG(seed, seed)) }
}

// WithTokenTTL sets the lifetime of access tokens. The default, also when d is not
// positive, is 24 hours.
func WithTokenTTL(d time.Duration) ServerOption {
	return func(s *Server) {
		if d > 0 {
			s.tokenTTL = d
		}
	}
}

// WithRateLimit allows n calls of each operation in a window, over all tenants. A
// window begins with the first call in it. Further calls get a 429. Every response
// has the X-Rate-Limit headers. By default, and when n or window is not positive,
// there is no limit.
func WithRateLimit(n int, window time.Duration) ServerOption {
	return func(s *Server) { s.limits = newLimiter(n, window) }
}

// WithOperationRateLimit sets a limit of its own for one operation, such as
// "users.listPage", in place of that of [WithRateLimit]. When n or window is not
// positive, the operation has no limit. It panics if there is no such operation;
// see [Operations].
func WithOperationRateLimit(op string, n int, window time.Duration) ServerOption {
	if !slices.Contains(Operations(), op) {
		panic(fmt.Sprintf("fronteggtest: WithOperationRateLimit: %v", unknownOperation(op)))
	}
	return func(s *Server) { s.operationLimits[op] = newLimiter(n, window) }
}

// WithRequestLog sets how many requests [Server.Requests] keeps: the latest n, or
// none when n is not positive. The default is 100,000.
func WithRequestLog(n int) ServerOption {
	return func(s *Server) { s.logLimit = max(n, 0) }
}
