package redisstore_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
)

// newSharingClient is what each process does. The login and the client must both be told
// where Frontegg is: a region or a base URL.
func newSharingClient(rdb *redis.Client, clientID, apiKey string, where frontegg.ClientOption) (*frontegg.Client, error) {
	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey), where)
	if err != nil {
		return nil, err
	}
	key, err := fleet.DeriveKey(clientID, apiKey) // or 32 bytes of your own
	if err != nil {
		return nil, err
	}
	source, err := fleet.NewTokenSource(login, redisstore.New(rdb, "frontegg:token"), fleet.TokenOptions{
		ClientID: clientID,
		Key:      key,
		Logger:   slog.Default(), // logs failures of the store
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithTokenSource(source), where)
}

// The processes of an environment share an access token through Redis.
func Example() {
	rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
	defer rdb.Close()
	client, err := newSharingClient(rdb, os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY"), frontegg.WithRegion(frontegg.RegionUS))
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
