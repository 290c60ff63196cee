package tokenstore_test

import (
	"log/slog"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/tokenstore"
	"github.com/frontegg-go/frontegg/tokenstore/redisstore"
)

func Example_redis() {
	_, _ = newClient(os.Getenv("FRONTEGG_CLIENT_ID"), os.Getenv("FRONTEGG_API_KEY"), os.Getenv("REDIS_ADDR"))
}

func newClient(clientID, apiKey, redisAddr string) (*frontegg.Client, error) {
	inner, err := frontegg.NewTokenSource(frontegg.WithCredentials(clientID, apiKey))
	if err != nil {
		return nil, err
	}
	key, err := tokenstore.DeriveKey(clientID, apiKey) // or 32 bytes of your own
	if err != nil {
		return nil, err
	}
	store := redisstore.New(redis.NewClient(&redis.Options{Addr: redisAddr}), "frontegg:token")
	source, err := tokenstore.New(inner, store, tokenstore.Options{
		ClientID: clientID,
		Key:      key,
		Logger:   slog.Default(), // told when the store fails
	})
	if err != nil {
		return nil, err
	}
	return frontegg.NewClient(frontegg.WithTokenSource(source))
}
