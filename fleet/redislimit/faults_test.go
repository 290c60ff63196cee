package redislimit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

const (
	notShared   = "rate limits are not shared"
	sharedAgain = "rate limits are shared again"
)

// The processes use the whole budget while something happens to Redis. They must
// never send more than the limit, go on, and end as they began.
func TestLimiter_Faults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args   []string // of the server
		change func(*testing.T, *fleet, *redis.Client)
		outage bool // long enough to be noticed
	}{
		"restart, all data lost": {change: func(_ *testing.T, f *fleet, _ *redis.Client) {
			f.server.Stop()
			f.server.Restart()
		}},
		"an outage, all data lost": {outage: true, change: func(_ *testing.T, f *fleet, _ *redis.Client) {
			f.server.Stop()
			<-time.After(30 * time.Second)
			f.server.Restart()
		}},
		"an outage, data kept": {outage: true, change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.Do(t.Context(), "ACL", "SETUSER", "default", "-eval", "-evalsha").Err())
			<-time.After(30 * time.Second)
			assert.NoError(t, client.Do(t.Context(), "ACL", "SETUSER", "default", "+@all").Err())
		}},
		"no replies": {outage: true, change: func(_ *testing.T, f *fleet, _ *redis.Client) {
			f.pause(time.Minute)
		}},
		"connections killed": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			for range 20 {
				assert.NoError(t, client.Do(t.Context(), "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Err())
				<-time.After(3 * time.Second)
			}
		}},
		"scripts flushed": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.ScriptFlush(t.Context()).Err())
		}},
		"keys expired": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.FlushAll(t.Context()).Err())
		}},
		"keys expired, again and again": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			for range 5 {
				assert.NoError(t, client.FlushAll(t.Context()).Err())
				<-time.After(6 * time.Second)
			}
		}},
		"memory full, keys evicted": {args: []string{"--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru"}, change: fill},
		"memory full, no eviction": {outage: true, change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "1").Err())
			<-time.After(30 * time.Second)
			assert.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "0").Err())
		}},
		"the key is damaged": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			for _, damaged := range []string{"", "null", "7", "{}", "[1]", "rubbish"} {
				assert.NoError(t, client.Set(t.Context(), key, damaged, 0).Err())
				<-time.After(time.Second)
			}
		}},
		"the clock of Redis set back": {change: func(_ *testing.T, f *fleet, _ *redis.Client) {
			f.set(func() { f.offset = -2 * time.Hour })
		}},
		"the clock of Redis corrected": {change: func(_ *testing.T, f *fleet, _ *redis.Client) {
			for range 30 {
				f.set(func() { f.offset -= 500 * time.Millisecond })
				<-time.After(time.Second)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, func(t *testing.T, f *fleet) {
				f.during(90*time.Second, func() { tt.change(t, f, f.client().Client) })
				f.run(4 * time.Minute)
				assert.LessOrEqual(t, f.most(), perMinute)
				for at := 30 * time.Second; at < 4*time.Minute; at += 30 * time.Second {
					assert.Positive(t, f.between(at, at+30*time.Second), "it goes on after %v", at)
				}
				assert.GreaterOrEqual(t, float64(f.between(3*time.Minute, 4*time.Minute)), 0.8*perMinute, "it is restored")
				assert.Equal(t, f.log.count(notShared), f.log.count(sharedAgain))
				if tt.outage {
					assert.Equal(t, 8, f.log.count(notShared), "once for each process:\n%s", f.log.text.String())
				}
			}, tt.args...)
		})
	}
}

// fill writes more than the server can hold, for a while.
func fill(t *testing.T, _ *fleet, client *redis.Client) {
	for i := range 300 {
		assert.NoError(t, client.Set(t.Context(), fmt.Sprint("filler", i), strings.Repeat("x", 100_000), 0).Err())
		<-time.After(100 * time.Millisecond)
	}
	info := client.Info(t.Context(), "stats").Val()
	assert.NotContains(t, info, "evicted_keys:0\r\n")
}

func TestLimiter_WithoutRedis(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		f.server.Stop()
		f.start(0, 16, f.limiter(redislimit.Options{}))
		<-time.After(2 * time.Minute)
		f.stop()
		assert.LessOrEqual(t, f.most(), perMinute)
		assert.GreaterOrEqual(t, len(f.sent), perMinute*5/4, "it goes on")
		assert.Equal(t, 1, f.log.count("\n"), "%s", f.log.text.String())
		assert.Equal(t, 1, f.log.count(notShared))
	})
}

// A caller with little time gets its turn although Redis does not reply.
func TestLimiter_LittleTime(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		f.wg.Go(func() { f.pause(time.Minute) })
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
		defer cancel()
		require.NoError(t, f.limiter(redislimit.Options{}).Wait(ctx, list))
		assert.Equal(t, 300*time.Millisecond, time.Since(began))
	})
}

// A Redis that does not reply is not waited for, whatever the timeouts of its client.
func TestLimiter_RedisPaused(t *testing.T) {
	t.Parallel()
	const paused = 5 * time.Minute
	server := redistest.Start(t)
	client := connect(t, server.Socket)
	require.NoError(t, client.Do(t.Context(), "CLIENT", "PAUSE", paused.Milliseconds()).Err())
	limiter := process(t, server.Socket, redislimit.Options{PerMinute: 600})
	began := time.Now()
	require.NoError(t, limiter.Wait(t.Context(), list))
	assert.Less(t, time.Since(began), paused)
}

// The clocks of processes may differ, because they send no times of their own.
func TestLimiter_ClockSkew(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		client := f.client()
		var args []any
		client.AddHook(recorder{&args})
		limiter, err := redislimit.New(client, redislimit.Options{Environment: "environment", PerMinute: 100})
		require.NoError(t, err)
		require.NoError(t, limiter.Wait(t.Context(), list))
		limiter.Limited(list, time.Now().Round(0).Add(time.Second))
		require.NoError(t, limiter.Wait(t.Context(), list))
		require.NoError(t, client.FlushAll(t.Context()).Err())
		require.NoError(t, limiter.Wait(t.Context(), list), "which reports the earlier requests")
		require.Greater(t, len(args), 20)
		for _, arg := range args {
			if n, ok := arg.(int64); ok {
				assert.Less(t, n, time.Hour.Milliseconds(), "a time of the process")
			}
		}
	})
}

// recorder records the arguments of commands.
type recorder struct{ args *[]any }

func (r recorder) DialHook(next redis.DialHook) redis.DialHook { return next }

func (r recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (r recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		*r.args = append(*r.args, cmd.Args()...)
		return next(ctx, cmd)
	}
}
