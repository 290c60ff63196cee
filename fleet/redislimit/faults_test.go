package redislimit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
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
			<-time.After(minute / 2)
			f.server.Restart()
		}},
		"an outage, data kept": {outage: true, change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.Do(t.Context(), "ACL", "SETUSER", "default", "-eval", "-evalsha").Err())
			<-time.After(minute / 2)
			assert.NoError(t, client.Do(t.Context(), "ACL", "SETUSER", "default", "+@all").Err())
		}},
		"client pause": {outage: true, change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.Do(t.Context(), "CLIENT", "PAUSE", int(minute.Milliseconds())).Err())
		}},
		"connections killed": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			for range 20 {
				assert.NoError(t, client.Do(t.Context(), "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Err())
				<-time.After(minute / 20)
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
				<-time.After(minute / 10)
			}
		}},
		"memory full, keys evicted": {args: []string{"--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru"}, change: fill},
		"memory full, no eviction": {outage: true, change: func(t *testing.T, _ *fleet, client *redis.Client) {
			assert.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "1").Err())
			<-time.After(minute / 2)
			assert.NoError(t, client.ConfigSet(t.Context(), "maxmemory", "0").Err())
		}},
		"the key is damaged": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			for _, damaged := range []string{"", "null", "7", "{}", "[1]", "rubbish"} {
				key := client.Keys(t.Context(), "frontegg:limit:*").Val()[0]
				assert.NoError(t, client.Set(t.Context(), key, damaged, 0).Err())
				<-time.After(minute / 60)
			}
		}},
		"the clock of Redis set back": {change: func(t *testing.T, _ *fleet, client *redis.Client) {
			shift(t, client, 2*time.Hour)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, tt.args...)
			f.during(3*minute/2, func() { tt.change(t, f, connect(t, f.server.Socket)) })
			f.run(4 * minute)
			assert.LessOrEqual(t, f.most(), perMinute)
			for at := minute / 2; at+minute/2 <= 4*minute; at += minute / 2 {
				assert.Positive(t, f.between(at, at+minute/2), "it goes on after %v", at)
			}
			assert.GreaterOrEqual(t, float64(f.between(3*minute, 4*minute)), 0.8*perMinute, "it is restored")
			assert.Equal(t, f.log.count(notShared), f.log.count(sharedAgain))
			if tt.outage {
				assert.Equal(t, 8, f.log.count(notShared), "once for each process:\n%s", f.log.text.String())
			}
		})
	}
}

// fill writes more than the server can hold, for a while.
func fill(t *testing.T, _ *fleet, client *redis.Client) {
	began := time.Now()
	for i := 0; time.Since(began) < minute/2; i++ {
		assert.NoError(t, client.Set(t.Context(), fmt.Sprint("filler", i), strings.Repeat("x", 100_000), 0).Err())
		<-time.After(time.Millisecond)
	}
	info := client.Info(t.Context(), "stats").Val()
	assert.NotContains(t, info, "evicted_keys:0\r\n")
}

// shift makes all times of the state later, as if the clock had been set back.
func shift(t *testing.T, client *redis.Client, by time.Duration) {
	key := client.Keys(t.Context(), "frontegg:limit:*").Val()[0]
	var state map[string]any
	assert.NoError(t, json.Unmarshal([]byte(client.Get(t.Context(), key).Val()), &state))
	for _, field := range []string{"last", "born", "start", "blocked"} {
		state[field] = int64(state[field].(float64)) + by.Milliseconds()
	}
	text, err := json.Marshal(state)
	assert.NoError(t, err)
	assert.NoError(t, client.Set(t.Context(), key, text, 0).Err())
}

func TestLimiter_WithoutRedis(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.server.Stop()
	limiter := f.limiter(redislimit.Options{})
	f.start(0, 16, limiter)
	<-time.After(2 * minute)
	f.stop()
	assert.LessOrEqual(t, f.most(), perMinute)
	assert.GreaterOrEqual(t, len(f.sent), perMinute*5/4, "it goes on")
	assert.Equal(t, 1, f.log.count("\n"), "%s", f.log.text.String())
	assert.Equal(t, 1, f.log.count(notShared))
}

// A caller with little time gets its turn although Redis does not reply.
func TestLimiter_RedisHangs(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := connect(t, server.Socket)
	require.NoError(t, client.Do(t.Context(), "CLIENT", "PAUSE", 5000).Err())
	limiter := process(t, server.Socket, redislimit.Options{PerMinute: 600})
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	require.NoError(t, limiter.Wait(ctx, list))
	require.NoError(t, ctx.Err())
}

// The clocks of processes may differ, because they send no times of their own.
func TestLimiter_ClockSkew(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := connect(t, server.Socket)
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
