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

// Every process of an environment creates its client like this. They share an access
// token through Redis, so there is one login.
func Example() {
	rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
	defer rdb.Close()
	clientID, apiKey := os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY")
	where := frontegg.WithRegion(frontegg.RegionUS) // for the login and the client
	login, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey), where)
	if err != nil {
		log.Fatal(err)
	}
	key, err := fleet.DeriveKey(clientID, apiKey) // or 32 bytes of your own
	if err != nil {
		log.Fatal(err)
	}
	source, err := fleet.NewTokenSource(login, redisstore.New(rdb, "frontegg:token"), fleet.TokenOptions{
		ClientID: clientID,
		Key:      key,
		Logger:   slog.Default(), // told when the store fails
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := frontegg.NewClient(frontegg.WithTokenSource(source), where)
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
