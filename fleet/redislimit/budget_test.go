package redislimit_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestLimiter_Budget(t *testing.T) { // not in parallel with others, because it measures
	f := newFleet(t)
	f.run(4 * minute)
	assert.LessOrEqual(t, f.most(), perMinute)
	assert.GreaterOrEqual(t, float64(f.between(0, 4*minute)), 0.95*4*perMinute)
	assert.Zero(t, f.log.count("\n"), "nothing to log")
}

func TestLimiter_FairBetweenProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for n, callers := range []int{1, 1, 2, 60} {
		f.start(n, callers, f.limiter(redislimit.Options{}))
	}
	<-time.After(3 * minute)
	f.stop()
	served := make([]int, 4)
	for _, s := range f.sent {
		served[s.process]++
	}
	for n, requests := range served {
		assert.InDelta(t, len(f.sent)/4, requests, 0.15*perMinute, "process %d of %v", n, served)
	}
}

func TestLimiter_FairBetweenCallers(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	limiter := f.limiter(redislimit.Options{})
	for caller := range 5 {
		f.start(caller, 1, limiter)
	}
	<-time.After(2 * minute)
	f.stop()
	served := make([]int, 5)
	for _, s := range f.sent {
		served[s.process]++
	}
	for caller, requests := range served {
		assert.InDelta(t, len(f.sent)/5, requests, 4, "caller %d of %v", caller, served)
	}
}

func TestLimiter_BurstAfterAQuietTime(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	limiter := f.limiter(redislimit.Options{})
	require.NoError(t, limiter.Wait(t.Context(), list))
	<-time.After(minute + minute/10)
	began := time.Now()
	var wg sync.WaitGroup
	for range perMinute {
		wg.Go(func() { assert.NoError(t, limiter.Wait(t.Context(), list)) })
	}
	wg.Wait()
	assert.Less(t, time.Since(began), minute/3)
	require.NoError(t, limiter.Wait(t.Context(), list))
	assert.Greater(t, time.Since(began), minute)
}

func TestLimiter_Reserved(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for n := range 4 {
		f.start(n, 8, f.limiter(redislimit.Options{Reserved: 0.25}))
	}
	<-time.After(2 * minute)
	interactive := f.limiter(redislimit.Options{Reserved: 0.25, Interactive: true})
	for range perMinute / 4 { // as much as is reserved
		began := time.Now()
		require.NoError(t, interactive.Wait(t.Context(), list))
		assert.Less(t, time.Since(began), minute/10, "served while jobs wait")
	}
	f.stop()
	assert.LessOrEqual(t, f.most(), perMinute*3/4)
	assert.GreaterOrEqual(t, float64(f.between(minute, 2*minute)), 0.95*perMinute*3/4, "jobs use what is not reserved")
}

func TestLimiter_ReservedIsNoLimit(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.start(0, 8, f.limiter(redislimit.Options{Reserved: 0.25, Interactive: true}))
	<-time.After(2 * minute)
	f.stop()
	assert.LessOrEqual(t, f.most(), perMinute)
	assert.GreaterOrEqual(t, float64(f.between(minute, 2*minute)), 0.95*perMinute)
}
