package redislimit_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestMain(m *testing.M) {
	redis.SetLogger(silence{})
	goleak.VerifyTestMain(m)
}

// silence keeps the log of go-redis out of the output.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var (
	list = frontegg.CallInfo{Op: "groups.list", Method: http.MethodGet, Route: "/identity/resources/groups/v1"}
	get  = frontegg.CallInfo{Op: "groups.get", Method: http.MethodGet, Route: "/identity/resources/groups/v1/{id}"}
)

// key is where a fleet keeps the state of list.
const key = "frontegg:limit:{environment}:GET:/identity/resources/groups/v1"

// connect returns a client for the server that listens at socket.
func connect(t testing.TB, socket string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// logs is a log that may be read while it is written.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count returns how often the log contains text.
func (l *logs) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// process returns a limiter as a process of its own has it.
func process(t testing.TB, socket string, opts redislimit.Options) *redislimit.Limiter {
	t.Helper()
	if opts.Environment == "" {
		opts.Environment = "environment"
	}
	limiter, err := redislimit.New(connect(t, socket), opts)
	require.NoError(t, err)
	return limiter
}
