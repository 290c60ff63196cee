package redislimit_test

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

// perMinute is the limit of a fleet.
const perMinute = 120

// latency is how long a command takes to arrive, and its reply, at most.
const latency = 10 * time.Millisecond

// fleet is a number of processes that use the whole budget of one route, and their
// redis-server, in a synctest bubble.
type fleet struct {
	t      *testing.T
	server *redistest.Server
	log    *logs
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	sent   []sent
	offset time.Duration // of the clock of Redis
	paused chan struct{} // unless nil, Redis does not reply until it is closed
}

// sent is a request that was sent.
type sent struct {
	at      time.Time
	process int
}

// simulate runs test with a fleet without processes. The server runs outside of the
// bubble, but takes the time from it. While a command is executed, the time of the
// bubble stands still, because a goroutine waits for the network. So it makes no
// difference how fast the machine is.
func simulate(t *testing.T, test func(*testing.T, *fleet), args ...string) {
	t.Helper()
	server := redistest.Start(t, args...)
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{t: t, server: server, log: &logs{}}
		f.ctx, f.cancel = context.WithCancel(t.Context())
		t.Cleanup(func() {
			f.stop()
			<-time.After(time.Minute) // for commands that no caller waits for
		})
		test(t, f)
	})
}

// client is a client whose scripts take the time from the bubble and need time to
// arrive.
type client struct {
	*redis.Client
	fleet *fleet
}

func (c client) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	return c.fleet.call(keys, func(keys []string) *redis.Cmd { return c.Client.EvalSha(ctx, sha, keys, args...) })
}

func (c client) Eval(ctx context.Context, script string, keys []string, args ...any) *redis.Cmd {
	return c.fleet.call(keys, func(keys []string) *redis.Cmd { return c.Client.Eval(ctx, script, keys, args...) })
}

// client returns another client for the server.
func (f *fleet) client() client { return client{redistest.Client(f.t, f.server.Socket), f} }

// call calls a script with the time of Redis as a further key.
func (f *fleet) call(keys []string, eval func([]string) *redis.Cmd) *redis.Cmd {
	if err := f.travel(); err != nil {
		return redis.NewCmdResult(nil, err)
	}
	f.mu.Lock()
	now := time.Now().Add(f.offset)
	f.mu.Unlock()
	result := eval([]string{keys[0], strconv.FormatInt(now.UnixMilli(), 10)})
	if err := f.travel(); err != nil {
		return redis.NewCmdResult(nil, err)
	}
	return result
}

// travel waits until a command or its reply arrives.
func (f *fleet) travel() error {
	<-time.After(rand.N(latency))
	f.mu.Lock()
	paused := f.paused
	f.mu.Unlock()
	if paused != nil {
		select {
		case <-paused:
		case <-time.After(3 * time.Second): // the timeout of a client
			return os.ErrDeadlineExceeded
		}
	}
	return nil
}

// pause lets Redis not reply for the given time.
func (f *fleet) pause(lasts time.Duration) {
	paused := make(chan struct{})
	f.set(func() { f.paused = paused })
	<-time.After(lasts)
	f.set(func() { f.paused = nil })
	close(paused)
}

func (f *fleet) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// limiter returns the limiter of another process.
func (f *fleet) limiter(opts redislimit.Options) *redislimit.Limiter {
	f.t.Helper()
	opts.Environment = cmp.Or(opts.Environment, "environment")
	opts.PerMinute = cmp.Or(opts.PerMinute, perMinute)
	opts.Logger = slog.New(slog.NewTextHandler(f.log, nil))
	limiter, err := redislimit.New(f.client(), opts)
	require.NoError(f.t, err)
	return limiter
}

// start starts process number n with callers that send as much as they may.
func (f *fleet) start(n, callers int, limiter frontegg.RateLimiter) {
	for range callers {
		f.wg.Go(func() {
			for limiter.Wait(f.ctx, list) == nil {
				f.set(func() { f.sent = append(f.sent, sent{time.Now(), n}) })
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

// most returns how many requests were sent in the busiest 61 seconds. It allows for
// the time that replies need.
func (f *fleet) most() int {
	most, first := 0, 0
	for i, s := range f.sent {
		for s.at.Sub(f.sent[first].at) >= 61*time.Second-latency {
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

// served returns how many requests each of n processes sent.
func (f *fleet) served(n int) []int {
	served := make([]int, n)
	for _, s := range f.sent {
		served[s.process]++
	}
	return served
}
