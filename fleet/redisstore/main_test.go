package redisstore_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/fleettest"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
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

// inBubble runs test in a synctest bubble, with a client for a redis-server of its
// own. While a command is executed, the time of the bubble stands still, because a
// goroutine waits for the network. So no timeout depends on how fast the machine is.
func inBubble(t *testing.T, test func(*testing.T, client)) {
	t.Helper()
	socket := redistest.Start(t).Socket
	synctest.Test(t, func(t *testing.T) { test(t, client{redistest.Client(t, socket)}) })
}

// client is a client whose locks do not expire, because they would do so in the time
// of the machine.
type client struct{ *redis.Client }

func (c client) SetArgs(ctx context.Context, key string, value any, args redis.SetArgs) *redis.StatusCmd {
	args.TTL = 0
	return c.Client.SetArgs(ctx, key, value, args)
}
