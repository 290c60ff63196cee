package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// errUsage is an invalid command line that has been explained to the user.
var errUsage = errors.New("usage")

// config is the command line.
type config struct {
	addr, clientID, apiKey string
	seed, verbose          bool
	tenants, users         int
	tokenTTL, latency      time.Duration
	rateLimit, usersLimit  int
	rateWindow             time.Duration
	requestLog             int
}

func parseFlags(args []string, stderr io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("fakefrontegg", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", "127.0.0.1:4010", "listen on this `address`; port 0 picks a free one")
	flags.StringVar(&c.clientID, "client-id", "", "client `id` of the environment (default: random, fixed with -seed)")
	flags.StringVar(&c.apiKey, "api-key", "", "API `key` of the environment (default: random, fixed with -seed)")
	flags.BoolVar(&c.seed, "seed", false, "start with users, roles and groups in the tenant "+demoTenant+"; IDs and keys are the same on every start")
	flags.IntVar(&c.tenants, "tenants", 1, "number of tenants that -seed adds; all but the first are small")
	flags.IntVar(&c.users, "users", 200, "number of users that -seed adds to the tenant "+demoTenant)
	flags.DurationVar(&c.tokenTTL, "token-ttl", 24*time.Hour, "lifetime of access tokens")
	flags.IntVar(&c.rateLimit, "rate-limit", 0, "calls of one operation in a window, over all tenants; 0 means no limit")
	flags.IntVar(&c.usersLimit, "users-rate-limit", 0, "the same for the list of users; 0 means that of -rate-limit")
	flags.DurationVar(&c.rateWindow, "rate-window", time.Minute, "the window of rate limits")
	flags.DurationVar(&c.latency, "latency", 0, "delay of each response")
	flags.IntVar(&c.requestLog, "request-log", 10_000, "number of requests that /_fake/requests keeps")
	flags.BoolVar(&c.verbose, "v", false, "log each request to standard error")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c, err
	case err != nil:
		return c, errUsage
	case flags.NArg() > 0:
		return c, usageError(stderr, "takes no arguments, only flags: %q", flags.Arg(0))
	case c.tokenTTL <= 0 || c.rateWindow <= 0:
		return c, usageError(stderr, "-token-ttl and -rate-window must be positive")
	case c.rateLimit < 0 || c.usersLimit < 0 || c.latency < 0 || c.requestLog < 0 || c.users < 0:
		return c, usageError(stderr, "-rate-limit, -users-rate-limit, -latency, -request-log and -users must not be negative")
	case c.tenants < 1:
		return c, usageError(stderr, "-tenants must be at least 1")
	case (c.clientID == "") != (c.apiKey == ""):
		return c, usageError(stderr, "-client-id and -api-key go together")
	}
	return c, nil
}

func usageError(stderr io.Writer, format string, args ...any) error {
	_, _ = fmt.Fprintf(stderr, "fakefrontegg: "+format+"; see -help\n", args...)
	return errUsage
}

// options returns the options of the server.
func (c config) options() []fronteggtest.ServerOption {
	opts := []fronteggtest.ServerOption{
		fronteggtest.WithTokenTTL(c.tokenTTL),
		fronteggtest.WithRateLimit(c.rateLimit, c.rateWindow),
		fronteggtest.WithRequestLog(c.requestLog),
	}
	if c.usersLimit > 0 {
		opts = append(opts, fronteggtest.WithOperationRateLimit("users.listPage", c.usersLimit, c.rateWindow))
	}
	if c.seed {
		opts = append(opts, fronteggtest.WithSeed(1))
	}
	if c.clientID != "" {
		opts = append(opts, fronteggtest.WithCredentials(c.clientID, c.apiKey))
	}
	return opts
}
