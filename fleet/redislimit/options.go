package redislimit

import (
	"fmt"
	"log/slog"
	"math"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Options configures a [Limiter]. All processes of an environment must use the same
// values, except for Interactive and Logger.
type Options struct {
	// Environment names the environment whose rate limits are shared: its client ID,
	// for example. It is part of the keys in Redis, so it must not be a secret: 1 to
	// 256 visible ASCII characters without braces. Required.
	Environment string
	// PerMinute is the rate limit of a route, in requests a minute. Required.
	PerMinute int
	// PerRoute has the rate limits that differ from PerMinute, by method and route
	// template, like "GET /identity/resources/users/v3". May be nil.
	PerRoute map[string]int
	// Reserved is the share of each limit that only interactive processes may use,
	// from 0 to less than 1. Zero reserves nothing.
	Reserved float64
	// Interactive must be set in processes whose users wait for the response. Other
	// processes, such as jobs, do not use the reserved share.
	Interactive bool
	// Logger logs at Warn when Redis cannot be used, and at Info when it can be used
	// again. nil means not to log.
	Logger *slog.Logger
}

func invalid(client redis.UniversalClient, opts Options) (field, reason string) {
	switch {
	case client == nil:
		return "client", "must not be nil"
	case opts.Environment == "":
		return "Environment", "is required"
	case len(opts.Environment) > 256 || strings.ContainsFunc(opts.Environment, func(c rune) bool {
		return c <= ' ' || c > '~' || c == '{' || c == '}'
	}):
		return "Environment", "must be at most 256 visible ASCII characters without braces"
	case opts.PerMinute < 1:
		return "PerMinute", "must be at least 1"
	case math.IsNaN(opts.Reserved) || opts.Reserved < 0 || opts.Reserved >= 1:
		return "Reserved", "must be at least 0 and less than 1"
	}
	for route, limit := range opts.PerRoute {
		method, path, _ := strings.Cut(route, " ")
		if method == "" || method != strings.ToUpper(method) || !strings.HasPrefix(path, "/") {
			return fmt.Sprintf("PerRoute[%.100q]", route), `must be a method and a route template, like "GET /identity/resources/users/v3"`
		}
		if limit < 1 {
			return fmt.Sprintf("PerRoute[%.100q]", route), "must be at least 1"
		}
	}
	return "", ""
}
