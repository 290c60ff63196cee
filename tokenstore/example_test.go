package tokenstore_test

import (
	"context"
	"log"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/tokenstore"
	"github.com/frontegg-go/frontegg/tokenstore/filestore"
	"github.com/frontegg-go/frontegg/tokenstore/redisstore"
)

// A function that is started many times shares its token through Redis.
func Example_redis() {
	clientID, apiKey := os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY")
	inner, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey))
	if err != nil {
		log.Fatal(err)
	}
	key, err := tokenstore.DeriveKey(clientID, apiKey)
	if err != nil {
		log.Fatal(err)
	}
	rdb := redis.NewClient(&redis.Options{Addr: os.Getenv("REDIS_ADDR")})
	source, err := tokenstore.New(inner, redisstore.New(rdb, "frontegg:token"), tokenstore.Options{
		ClientID: clientID,
		Key:      key,
		Logger:   slog.Default(),
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := frontegg.NewClient(frontegg.WithTokenSource(source), frontegg.WithTenant(os.Getenv("FRONTEGG_TENANT_ID")))
	if err != nil {
		log.Fatal(err)
	}
	groups, err := client.Groups.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%d groups", len(groups))
}

// A command-line tool keeps its token in a file, so that it logs in once a day
// and not with every command.
func Example_file() {
	clientID, apiKey := os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY")
	inner, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey))
	if err != nil {
		log.Fatal(err)
	}
	key, err := tokenstore.DeriveKey(clientID, apiKey)
	if err != nil {
		log.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		log.Fatal(err)
	}
	source, err := tokenstore.New(inner, filestore.New(filepath.Join(cache, "my-tool", "token")), tokenstore.Options{
		ClientID: clientID,
		Key:      key,
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := frontegg.NewClient(frontegg.WithTokenSource(source))
	if err != nil {
		log.Fatal(err)
	}
	_ = client
}
