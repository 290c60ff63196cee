package redisstore_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/fleettest"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
)

const key = "frontegg:token"

func TestMain(m *testing.M) {
	fleettest.Child(func(socket string) fleet.TokenStore { return redisstore.New(connect(socket), key) })
	goleak.VerifyTestMain(m)
}

// connect returns a client for the server that listens at socket. It has more
// patience than the store.
func connect(socket string) *redis.Client {
	return redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ReadTimeout: time.Hour})
}

// newClient is connect for a test.
func newClient(t testing.TB, socket string) *redis.Client {
	t.Helper()
	client := connect(socket)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
