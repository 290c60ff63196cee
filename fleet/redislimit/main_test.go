package redislimit_test

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil { // the tests wait, most of the time
		panic(err)
	}
	redis.SetLogger(silence{})
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial")) // which sleeps before it notices that the client is closed
}

// silence keeps the log of go-redis out of the output.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var (
	list = frontegg.CallInfo{Op: "groups.list", Method: http.MethodGet, Route: "/identity/resources/groups/v1"}
	get  = frontegg.CallInfo{Op: "groups.get", Method: http.MethodGet, Route: "/identity/resources/groups/v1/{id}"}
)

// connect returns a client for the server that listens at socket.
func connect(t testing.TB, socket string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// minute is how long a minute lasts in tests that use the whole budget.
const minute = 6 * time.Second

// perMinute is the limit in these tests.
const perMinute = 120

// fleet runs processes that use the whole budget of one route.
type fleet struct {
	t      *testing.T
	server *redistest.Server
	log    *logs
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu   sync.Mutex
	sent []sent
}

// sent is a request that was sent.
type sent struct {
	at      time.Time
	process int
}

// newFleet returns a fleet without processes, with a Redis server of its own.
func newFleet(t *testing.T, args ...string) *fleet {
	t.Helper()
	f := &fleet{t: t, server: redistest.Start(t, args...), log: &logs{}}
	f.ctx, f.cancel = context.WithCancel(t.Context())
	t.Cleanup(f.stop)
	return f
}

// limiter returns the limiter of another process.
func (f *fleet) limiter(opts redislimit.Options) *redislimit.Limiter {
	f.t.Helper()
	opts.PerMinute = perMinute
	opts.Logger = slog.New(slog.NewTextHandler(f.log, nil))
	limiter := process(f.t, f.server.Socket, opts)
	redislimit.SetMinute(limiter, minute)
	return limiter
}

// start starts process number n with callers that send as much as they may.
func (f *fleet) start(n, callers int, limiter frontegg.RateLimiter) {
	for range callers {
		f.wg.Go(func() {
			for limiter.Wait(f.ctx, list) == nil {
				f.mu.Lock()
				f.sent = append(f.sent, sent{time.Now(), n})
				f.mu.Unlock()
			}
		})
	}
}

// run starts 8 processes of 4 callers each and stops them after the given time.
func (f *fleet) run(lasts time.Duration) {
	f.t.Helper()
	for n := range 8 {
		f.start(n, 4, f.limiter(redislimit.Options{}))
	}
	<-time.After(lasts)
	f.stop()
}

// during calls change after the given time, while the processes run.
func (f *fleet) during(after time.Duration, change func()) {
	f.wg.Go(func() {
		<-time.After(after)
		change()
	})
}

func (f *fleet) stop() {
	f.cancel()
	f.wg.Wait()
}

// most returns how many requests were sent in the busiest minute. It allows for
// callers that wake up late on a busy machine.
func (f *fleet) most() int {
	most, first := 0, 0
	for i, s := range f.sent {
		for s.at.Sub(f.sent[first].at) >= minute-300*time.Millisecond {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// between returns how many requests were sent from one time to another after the
// first request.
func (f *fleet) between(from, to time.Duration) int {
	n := 0
	for _, s := range f.sent {
		if since := s.at.Sub(f.sent[0].at); since >= from && since < to {
			n++
		}
	}
	return n
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
