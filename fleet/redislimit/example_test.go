package redislimit_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// newLimitedClient is called in each process. where is a region or a base URL.
func newLimitedClient(rdb *redis.Client, clientID, apiKey string, where frontegg.ClientOption) (*frontegg.Client, error) {
	limiter, err := redislimit.New(rdb, redislimit.Options{
		Environment: clientID,
		PerMinute:   100,                                                    // of your plan
		PerRoute:    map[string]int{"GET /identity/resources/users/v3": 60}, // lower for some routes
		Reserved:    0.2,                                                    // for processes with Interactive: true
		Logger:      slog.Default(),                                         // told when Redis cannot be used
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithCredentials(clientID, apiKey), frontegg.WithRateLimiter(limiter), where)
}

// Three processes share the rate limits of their environment through Redis.
func Example() {
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		log.Fatal(err)
	}
	socket := filepath.Join(dir, "socket")
	stop, err := redistest.Run(context.Background(), socket) // a redis-server of the example's own
	if err != nil {
		log.Fatal(err)
	}
	server := fronteggtest.NewServer()
	clientID, apiKey := server.Credentials()

	for range 3 { // each a process of its own
		rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
		client, err := newLimitedClient(rdb, clientID, apiKey, frontegg.WithBaseURL(server.URL()))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.Groups.List(context.Background(), frontegg.WithTenant("acme")); err != nil {
			log.Fatal(err)
		}
		_ = client.Close()
		_ = rdb.Close()
	}
	fmt.Println("lists:", server.Count("groups.list"))
	server.Close()
	stop()
	_ = os.RemoveAll(dir)
	// Output: lists: 3
}
