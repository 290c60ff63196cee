package redislimit_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

// newLimitedClient is called in each process. where is a region or a base URL.
func newLimitedClient(rdb *redis.Client, clientID, apiKey string, where frontegg.ClientOption) (*frontegg.Client, error) {
	limiter, err := redislimit.New(rdb, redislimit.Options{
		Environment: clientID,
		PerMinute:   100,                                                    // of your plan
		PerRoute:    map[string]int{"GET /identity/resources/users/v3": 60}, // lower for some routes
		Reserved:    0.2,                                                    // for processes with Interactive: true
		Logger:      slog.Default(),                                         // logs outages of Redis
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithCredentials(clientID, apiKey), frontegg.WithRateLimiter(limiter), where)
}

// The processes of an environment share its rate limits through Redis.
func Example() {
	rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
	defer rdb.Close()
	client, err := newLimitedClient(rdb, os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY"), frontegg.WithRegion(frontegg.RegionUS))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	groups, err := client.Groups.List(context.Background(), frontegg.WithTenant("my-tenant"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(groups), "groups")
}
