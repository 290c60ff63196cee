package redislimit_test

import (
	"net/http"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	list = frontegg.CallInfo{Op: "groups.list", Method: http.MethodGet, Route: "/identity/resources/groups/v1"}
	get  = frontegg.CallInfo{Op: "groups.get", Method: http.MethodGet, Route: "/identity/resources/groups/v1/{id}"}
)

// connect returns a client for the server that listens at socket.
func connect(t *testing.T, socket string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// process returns a limiter as a process of its own has it.
func process(t *testing.T, socket string, opts redislimit.Options) *redislimit.Limiter {
	t.Helper()
	if opts.Environment == "" {
		opts.Environment = "environment"
	}
	limiter, err := redislimit.New(connect(t, socket), opts)
	require.NoError(t, err)
	return limiter
}
