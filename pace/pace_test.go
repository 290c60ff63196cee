package pace_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/pace"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	list = frontegg.CallInfo{Op: "groups.list", Method: http.MethodGet, Route: "/identity/resources/groups/v1"}
	get  = frontegg.CallInfo{Op: "groups.get", Method: http.MethodGet, Route: "/identity/resources/groups/v1/{id}"}
)

// saturate keeps limiter busy with callers on one route for the given time, and
// returns when each request passed.
func saturate(t *testing.T, limiter frontegg.RateLimiter, callers int, lasts time.Duration) []time.Time {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var (
		mu     sync.Mutex
		passed []time.Time
		wg     sync.WaitGroup
	)
	for range callers {
		wg.Go(func() {
			for limiter.Wait(ctx, list) == nil {
				mu.Lock()
				passed = append(passed, time.Now())
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return passed
}

// most returns the largest number of times that lie within a minute.
func most(times []time.Time) int {
	most, first := 0, 0
	for i, at := range times {
		for at.Sub(times[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestPerMinute_Limit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 19, 20, 60, 100, 199, 1000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const minutes = 10
				passed := saturate(t, pace.PerMinute(n), 16, minutes*time.Minute)
				assert.LessOrEqual(t, most(passed), n, "in any minute")
				assert.GreaterOrEqual(t, float64(len(passed)), 0.95*float64(n*minutes), "used")
			})
		})
	}
}

func TestPerMinute_BurstAfterAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(100)
		_ = saturate(t, limiter, 8, time.Minute)
		<-time.After(time.Hour)
		began := time.Now()
		for range 5 {
			require.NoError(t, limiter.Wait(t.Context(), list))
		}
		assert.Zero(t, time.Since(began))
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.Equal(t, 625*time.Millisecond, time.Since(began).Round(time.Millisecond))
	})
}

func TestPerMinute_RoutesApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(1)
		began := time.Now()
		require.NoError(t, limiter.Wait(t.Context(), list))
		limiter.Limited(list, began.Add(time.Hour))
		require.NoError(t, limiter.Wait(t.Context(), get), "another route")
		other := list
		other.Method = http.MethodPost
		require.NoError(t, limiter.Wait(t.Context(), other), "another method")
		assert.Zero(t, time.Since(began))
		other = list
		other.Op = "groups.other"
		require.NoError(t, limiter.Wait(t.Context(), other), "the same route under another name")
		assert.Equal(t, time.Hour, time.Since(began))
	})
}

func TestPerMinute_InOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(60)
		var (
			mu    sync.Mutex
			order []int
			wg    sync.WaitGroup
		)
		for caller := range 50 {
			wg.Go(func() {
				if assert.NoError(t, limiter.Wait(t.Context(), list)) {
					mu.Lock()
					order = append(order, caller)
					mu.Unlock()
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		for i, caller := range order {
			assert.Equal(t, i, caller)
		}
	})
}

func TestPerMinute_Limited(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string][]time.Duration{
		"one":                     {30 * time.Second},
		"an earlier one follows":  {30 * time.Second, 5 * time.Second},
		"a later one follows":     {5 * time.Second, 30 * time.Second},
		"a time that has passed":  {30 * time.Second, -time.Hour},
		"the same one many times": {30 * time.Second, 30 * time.Second, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := pace.PerMinute(100)
				began := time.Now()
				for _, limit := range limits {
					limiter.Limited(list, began.Add(limit))
				}
				passed := saturate(t, limiter, 16, 60*time.Second)
				assert.Equal(t, 30*time.Second, passed[0].Sub(began))
				for i, at := range passed[1:] {
					assert.GreaterOrEqual(t, at.Sub(passed[i]), 624*time.Millisecond, "spread out")
				}
				assert.GreaterOrEqual(t, len(passed), 47, "and no slower")
			})
		})
	}
}

// A limit that would last for years does not silence a route: an hour later a request
// finds out.
func TestPerMinute_LimitedForYears(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(60)
		began := time.Now()
		limiter.Limited(list, began.AddDate(10, 0, 0))
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.Equal(t, time.Hour, time.Since(began))
		limiter.Limited(list, began.AddDate(10, 0, 0))
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.Equal(t, 2*time.Hour, time.Since(began), "it still holds")
	})
}

func TestPerMinute_LimitedWhileCallersWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(100)
		began := time.Now()
		time.AfterFunc(10*time.Second, func() { limiter.Limited(list, began.Add(30*time.Second)) })
		for _, at := range saturate(t, limiter, 16, time.Minute) {
			if since := at.Sub(began); since > 10*time.Second {
				assert.GreaterOrEqual(t, since, 30*time.Second)
			}
		}
	})
}

func TestPerMinute_DeadlineTooNear(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(context.Context, frontegg.RateLimiter){
		"no token": func(ctx context.Context, l frontegg.RateLimiter) { _ = l.Wait(ctx, get) },
		"blocked":  func(_ context.Context, l frontegg.RateLimiter) { l.Limited(get, time.Now().Add(time.Minute)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := pace.PerMinute(1)
				use(t.Context(), limiter)
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				err := limiter.Wait(ctx, get)
				assert.Zero(t, time.Since(began), "at once")
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.ErrorIs(t, err, frontegg.ErrRateLimited)
				var limited *frontegg.RateLimitError
				require.ErrorAs(t, err, &limited)
				assert.Equal(t, "groups.get", limited.Op)
				assert.Equal(t, get.Route, limited.Path)
				assert.WithinDuration(t, began.Add(time.Minute), limited.RetryAt, time.Millisecond)
				require.NoError(t, limiter.Wait(t.Context(), get))
				assert.Equal(t, time.Minute, time.Since(began).Round(time.Millisecond), "the call that gave up took nothing")
			})
		})
	}
}

func TestPerMinute_Canceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := pace.PerMinute(1)
		require.NoError(t, limiter.Wait(t.Context(), list))
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 20 { // one waits for the token, the others in the queue
			wg.Go(func() {
				assert.ErrorIs(t, limiter.Wait(ctx, list), context.Canceled)
				assert.Equal(t, time.Second, time.Since(began))
			})
		}
		time.AfterFunc(time.Second, cancel)
		wg.Wait()
		require.ErrorIs(t, limiter.Wait(ctx, get), context.Canceled, "ended before")
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.Equal(t, time.Minute, time.Since(began).Round(time.Millisecond), "those that gave up took nothing")
	})
}

func TestPerMinute_Invalid(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, -1, math.MinInt} {
		limiter := pace.PerMinute(n)
		limiter.Limited(list, time.Now().Add(time.Hour))
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, limiter.Wait(t.Context(), list), &invalid)
		assert.Equal(t, "n", invalid.Field)
	}
}

// BenchmarkWait is what a request costs that may be sent at once.
func BenchmarkWait(b *testing.B) {
	limiter := pace.PerMinute(math.MaxInt32)
	for b.Loop() {
		if err := limiter.Wait(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
}
