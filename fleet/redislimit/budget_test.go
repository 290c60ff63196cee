package redislimit_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestLimiter_Budget(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		f.run(4 * time.Minute)
		assert.LessOrEqual(t, f.most(), perMinute)
		assert.GreaterOrEqual(t, float64(f.between(0, 4*time.Minute)), 0.95*4*perMinute)
		assert.Zero(t, f.log.count("\n"), "nothing to log")
	})
}

func TestLimiter_FairBetweenProcesses(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		for n, callers := range []int{1, 1, 2, 60} {
			f.start(n, callers, f.limiter(redislimit.Options{}))
		}
		<-time.After(3 * time.Minute)
		f.stop()
		served := f.served(4)
		assert.LessOrEqual(t, slices.Max(served)-slices.Min(served), 10, "%v", served)
	})
}

func TestLimiter_FairBetweenCallers(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		limiter := f.limiter(redislimit.Options{})
		for caller := range 5 {
			f.start(caller, 1, limiter)
		}
		<-time.After(2 * time.Minute)
		f.stop()
		served := f.served(5)
		assert.LessOrEqual(t, slices.Max(served)-slices.Min(served), 1, "one after the other: %v", served)
	})
}

func TestLimiter_BurstAfterAQuietTime(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		limiter := f.limiter(redislimit.Options{})
		require.NoError(t, limiter.Wait(t.Context(), list))
		<-time.After(66 * time.Second)
		began := time.Now()
		var wg sync.WaitGroup
		for range perMinute {
			wg.Go(func() { assert.NoError(t, limiter.Wait(t.Context(), list)) })
		}
		wg.Wait()
		assert.LessOrEqual(t, time.Since(began), perMinute*2*latency, "at once")
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.Greater(t, time.Since(began), 61*time.Second)
	})
}

func TestLimiter_Reserved(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		for n := range 4 {
			f.start(n, 8, f.limiter(redislimit.Options{Reserved: 0.25}))
		}
		<-time.After(2 * time.Minute)
		interactive := f.limiter(redislimit.Options{Reserved: 0.25, Interactive: true})
		for range perMinute / 4 { // as much as is reserved
			began := time.Now()
			require.NoError(t, interactive.Wait(t.Context(), list))
			assert.Less(t, time.Since(began), time.Second, "served while jobs wait")
		}
		f.stop()
		assert.LessOrEqual(t, f.most(), perMinute*3/4)
		assert.GreaterOrEqual(t, float64(f.between(time.Minute, 2*time.Minute)), 0.95*perMinute*3/4, "jobs use what is not reserved")
	})
}

func TestLimiter_ReservedAllowsFullRate(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		f.start(0, 8, f.limiter(redislimit.Options{Reserved: 0.25, Interactive: true}))
		<-time.After(2 * time.Minute)
		f.stop()
		assert.LessOrEqual(t, f.most(), perMinute)
		assert.GreaterOrEqual(t, float64(f.between(time.Minute, 2*time.Minute)), 0.95*perMinute)
	})
}
