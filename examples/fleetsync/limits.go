package main

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
	"github.com/frontegg-go/frontegg/pace"
)

// limits returns the client's options about rate limits: those of this process, or
// with -redis those of all processes, which then also share a token. Call closeAll
// after the client is closed.
func limits(cfg config, log *slog.Logger) (opts []frontegg.ClientOption, closeAll func(), err error) {
	switch {
	case cfg.rate == 0:
		return nil, func() {}, nil
	case cfg.redis == "":
		return []frontegg.ClientOption{frontegg.WithRateLimiter(pace.PerMinute(cfg.rate))}, func() {}, nil
	}
	options, err := redis.ParseURL(cfg.redis)
	if err != nil {
		return nil, nil, &inputError{"-redis", "must be a redis:// or rediss:// URL"} // err may have the password
	}
	redis.SetLogger(silence{}) // what matters is told by the limiter and the token source
	client := redis.NewClient(options)
	opts, err = shared(client, cfg.rate, log)
	if err != nil {
		_ = client.Close()
		return nil, nil, err
	}
	return opts, func() { _ = client.Close() }, nil
}

// shared returns the options of a client that shares its limits and its token with
// other processes.
func shared(client *redis.Client, rate int, log *slog.Logger) ([]frontegg.ClientOption, error) {
	check, err := frontegg.NewClientFromEnv() // its errors name the variables
	if err != nil {
		return nil, err
	}
	defer check.Close()
	id, key := os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY")
	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(id, key), where())
	if err != nil {
		return nil, err
	}
	seal, err := fleet.DeriveKey(id, key)
	if err != nil {
		return nil, err
	}
	source, err := fleet.NewTokenSource(login, redisstore.New(client, "fleetsync:token:"+id), fleet.TokenOptions{ClientID: id, Key: seal, Logger: log})
	if err != nil {
		return nil, err
	}
	limiter, err := redislimit.New(client, redislimit.Options{Environment: id, PerMinute: rate, Logger: log})
	if err != nil {
		return nil, err
	}
	return []frontegg.ClientOption{frontegg.WithTokenSource(source), frontegg.WithRateLimiter(limiter)}, nil
}

// where returns where the login is, as NewClientFromEnv finds it for the client.
func where() frontegg.ClientOption {
	if base := os.Getenv("FRONTEGG_BASE_URL"); base != "" {
		return frontegg.WithBaseURL(base)
	}
	return frontegg.WithRegion(frontegg.Region(strings.ToLower(cmp.Or(os.Getenv("FRONTEGG_REGION"), "eu"))))
}

// silence is a log of go-redis that says nothing.
type silence struct{}

// Printf does nothing.
func (silence) Printf(context.Context, string, ...any) {}
