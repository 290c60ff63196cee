package redisstore_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// newSharingClient is what each program does. The login and the client must both
// be told where Frontegg is: a region or a base URL.
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
		Logger:   slog.Default(), // told when the store fails
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithTokenSource(source), where)
}

// Three programs share a token through Redis, so there is one login.
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

	for range 3 { // each a program of its own
		rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
		client, err := newSharingClient(rdb, clientID, apiKey, frontegg.WithBaseURL(server.URL()))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := client.Groups.List(context.Background(), frontegg.WithTenant("acme")); err != nil {
			log.Fatal(err)
		}
		_ = client.Close()
		_ = rdb.Close()
	}
	fmt.Println("lists:", server.Count("groups.list"), "logins:", server.Count("auth.vendor"))
	server.Close()
	stop()
	_ = os.RemoveAll(dir)
	// Output: lists: 3 logins: 1
}
