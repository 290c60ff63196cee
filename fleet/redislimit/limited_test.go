package redislimit_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestLimited_AllProcesses(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		informed, late := f.limiter(redislimit.Options{}), f.limiter(redislimit.Options{})
		told := time.Now().Add(90 * time.Second)
		until := told.Add(time.Minute)
		f.during(90*time.Second, func() {
			informed.Limited(list, until)
			informed.Limited(list, told.Add(30*time.Second)) // never the reverse
			informed.Limited(list, told.Add(-time.Hour))
		})
		f.during(2*time.Minute, func() {
			assert.NoError(t, late.Wait(t.Context(), list))
			assert.GreaterOrEqual(t, time.Now(), until, "a process that comes later waits also")
		})
		f.during(2*time.Minute, func() {
			began := time.Now()
			assert.NoError(t, late.Wait(t.Context(), get))
			assert.Less(t, time.Since(began), 5*latency, "another route goes on")
		})
		f.run(4 * time.Minute)
		during, after := 0, 0
		for _, s := range f.sent {
			if s.at.After(told.Add(2*latency)) && s.at.Before(until) {
				during++
			}
			if s.at.After(until) && s.at.Before(until.Add(15*time.Second)) {
				after++
			}
		}
		assert.Zero(t, during, "no request while the route is blocked")
		assert.GreaterOrEqual(t, f.between(3*time.Minute, 4*time.Minute), perMinute*3/4, "it goes on")
		assert.Less(t, after, perMinute/2, "spread out")
		assert.LessOrEqual(t, f.most(), perMinute)
	})
}

func TestLimited_WithoutRedis(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		limiter := f.limiter(redislimit.Options{})
		f.server.Stop()
		began := time.Now()
		limiter.Limited(list, began.Add(time.Minute))
		require.NoError(t, limiter.Wait(t.Context(), list))
		assert.GreaterOrEqual(t, time.Since(began), time.Minute, "the process heeds what it was told")
	})
}

func TestLimited_DuringOutage(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		informed, other := f.limiter(redislimit.Options{}), f.limiter(redislimit.Options{})
		require.NoError(t, informed.Wait(t.Context(), list))
		f.server.Stop()
		until := time.Now().Add(time.Minute)
		informed.Limited(list, until)
		<-time.After(6 * time.Second)
		f.server.Restart()
		until = until.Add(6 * time.Second)
		informed.Limited(list, until)
		<-time.After(6 * time.Second)
		require.NoError(t, other.Wait(t.Context(), list))
		assert.GreaterOrEqual(t, time.Now(), until, "the others learn of it afterwards")
	})
}

func TestLimited_AtMostAnHour(t *testing.T) {
	t.Parallel()
	simulate(t, func(t *testing.T, f *fleet) {
		informed, other := f.limiter(redislimit.Options{}), f.limiter(redislimit.Options{})
		began := time.Now()
		informed.Limited(list, began.Add(365*24*time.Hour))
		assert.Equal(t, time.Hour, redislimit.Blocked(informed, list))
		<-time.After(time.Second)
		ctx, cancel := context.WithDeadline(t.Context(), began.Add(time.Hour+5*time.Second))
		defer cancel()
		require.NoError(t, other.Wait(ctx, list))
		assert.GreaterOrEqual(t, time.Since(began), time.Hour)
	})
}
