package redislimit_test

import (
	"context"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/internal/redistest"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestNew_Invalid(t *testing.T) {
	t.Parallel()
	client := connect(t, "none")
	for name, tt := range map[string]struct {
		opts  redislimit.Options
		field string
	}{
		"no environment":            {redislimit.Options{PerMinute: 1}, "Environment"},
		"an environment with space": {redislimit.Options{Environment: "a b", PerMinute: 1}, "Environment"},
		"an environment in braces":  {redislimit.Options{Environment: "{a}", PerMinute: 1}, "Environment"},
		"an environment not ASCII":  {redislimit.Options{Environment: "ä", PerMinute: 1}, "Environment"},
		"a long environment":        {redislimit.Options{Environment: strings.Repeat("a", 257), PerMinute: 1}, "Environment"},
		"no limit":                  {redislimit.Options{Environment: "a"}, "PerMinute"},
		"a negative limit":          {redislimit.Options{Environment: "a", PerMinute: -1}, "PerMinute"},
		"a negative share":          {redislimit.Options{Environment: "a", PerMinute: 1, Reserved: -0.1}, "Reserved"},
		"the whole reserved":        {redislimit.Options{Environment: "a", PerMinute: 1, Reserved: 1}, "Reserved"},
		"a share that is no number": {redislimit.Options{Environment: "a", PerMinute: 1, Reserved: math.NaN()}, "Reserved"},
		"a route without method":    {redislimit.Options{Environment: "a", PerMinute: 1, PerRoute: map[string]int{"/a": 1}}, `PerRoute["/a"]`},
		"a route in lower case":     {redislimit.Options{Environment: "a", PerMinute: 1, PerRoute: map[string]int{"get /a": 1}}, `PerRoute["get /a"]`},
		"a route without a limit":   {redislimit.Options{Environment: "a", PerMinute: 1, PerRoute: map[string]int{"GET /a": 0}}, `PerRoute["GET /a"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limiter, err := redislimit.New(client, tt.opts)
			assert.Nil(t, limiter)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, "redislimit.New", invalid.Op)
			assert.Equal(t, tt.field, invalid.Field)
		})
	}
	_, err := redislimit.New(nil, redislimit.Options{Environment: "a", PerMinute: 1})
	var invalid *frontegg.ValidationError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "client", invalid.Field)
}

func TestLimiter_RoutesAndEnvironmentsApart(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		exhausted := func(limiter *redislimit.Limiter, call frontegg.CallInfo) bool {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			return limiter.Wait(ctx, call) != nil
		}
		limiter := f.limiter(redislimit.Options{PerMinute: 1, PerRoute: map[string]int{"GET " + get.Route: 100}})
		assert.False(t, exhausted(limiter, list))
		assert.True(t, exhausted(limiter, list))
		assert.False(t, exhausted(limiter, get), "another route")
		assert.False(t, exhausted(limiter, get), "which has a limit of its own")
		other := f.limiter(redislimit.Options{PerMinute: 1, Environment: "other"})
		assert.False(t, exhausted(other, list), "another environment")
		same := f.limiter(redislimit.Options{PerMinute: 1})
		assert.True(t, exhausted(same, list), "the same environment")
	})
}

func TestLimiter_Keys(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := connect(t, server.Socket)
	limiter := process(t, server.Socket, redislimit.Options{PerMinute: 100, Environment: "client-id", Logger: slog.Default()})
	require.NoError(t, limiter.Wait(t.Context(), list))
	require.NoError(t, limiter.Wait(t.Context(), get))
	keys := client.Keys(t.Context(), "*").Val()
	assert.ElementsMatch(t, []string{
		"frontegg:limit:{client-id}:GET:/identity/resources/groups/v1",
		"frontegg:limit:{client-id}:GET:/identity/resources/groups/v1/{id}",
	}, keys)
	for _, key := range keys {
		assert.InDelta(t, 24*time.Hour, client.PTTL(t.Context(), key).Val(), float64(time.Minute), "it expires")
	}
}

// At real speed, too, no more is sent than allowed: at the start a twentieth of the
// limit, and then a 61st part of the rest in a second.
func TestLimiter_RealTime(t *testing.T) {
	t.Parallel()
	limiter := process(t, redistest.Start(t).Socket, redislimit.Options{PerMinute: 1200})
	began := time.Now()
	for range 60 + 20 {
		require.NoError(t, limiter.Wait(t.Context(), list))
	}
	assert.Greater(t, time.Since(began), time.Second)
}

func TestLimiter_DeadlineTooNear(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		limiter := f.limiter(redislimit.Options{PerMinute: 1})
		require.NoError(t, limiter.Wait(t.Context(), list))
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err := limiter.Wait(ctx, list)
		assert.LessOrEqual(t, time.Since(began), 2*latency, "at once")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var limited *frontegg.RateLimitError
		require.ErrorAs(t, err, &limited)
		assert.Equal(t, "groups.list", limited.Op)
		assert.Equal(t, list.Route, limited.Path)
		assert.WithinDuration(t, began.Add(61*time.Second), limited.RetryAt, time.Second)
	})
}

func TestLimiter_Canceled(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		limiter := f.limiter(redislimit.Options{PerMinute: 1})
		require.NoError(t, limiter.Wait(t.Context(), list))
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var wg sync.WaitGroup
		for range 20 { // one waits for the budget, the others in the queue
			wg.Go(func() {
				assert.ErrorIs(t, limiter.Wait(ctx, list), context.Canceled)
				assert.Equal(t, 10*time.Second, time.Since(began))
			})
		}
		<-time.After(10 * time.Second)
		cancel()
		wg.Wait()
		require.ErrorIs(t, limiter.Wait(ctx, get), context.Canceled, "ended before")
	})
}
