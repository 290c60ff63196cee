package redislimit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

func TestLimited_AllProcesses(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	teller := f.limiter(redislimit.Options{})
	var told, until time.Time
	var late *redislimit.Limiter
	f.during(3*minute/2, func() {
		late = f.limiter(redislimit.Options{})
		told = time.Now()
		until = told.Add(minute)
		teller.Limited(list, until)
		teller.Limited(list, told.Add(minute/2)) // never the reverse
		teller.Limited(list, told.Add(-time.Hour))
	})
	f.during(2*minute, func() {
		assert.NoError(t, late.Wait(t.Context(), list))
		assert.GreaterOrEqual(t, time.Since(until), -20*time.Millisecond, "a process that comes later waits also")
	})
	f.during(2*minute, func() {
		began := time.Now()
		assert.NoError(t, late.Wait(t.Context(), get))
		assert.Less(t, time.Since(began), minute/4, "another route goes on")
	})
	f.run(4 * minute)
	during, after := 0, 0
	for _, s := range f.sent {
		if s.at.After(told.Add(300*time.Millisecond)) && s.at.Before(until.Add(-20*time.Millisecond)) {
			during++
		}
		if s.at.After(until) && s.at.Before(until.Add(minute/4)) {
			after++
		}
	}
	assert.Zero(t, during, "no request while the route is blocked")
	assert.GreaterOrEqual(t, f.between(3*minute, 4*minute), perMinute*3/4, "it goes on")
	assert.Less(t, after, perMinute/2, "spread out")
	assert.LessOrEqual(t, f.most(), perMinute)
}

func TestLimited_WithoutRedis(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	limiter := f.limiter(redislimit.Options{})
	f.server.Stop()
	began := time.Now()
	limiter.Limited(list, began.Add(minute))
	require.NoError(t, limiter.Wait(t.Context(), list))
	assert.GreaterOrEqual(t, time.Since(began), minute, "the process heeds what it was told")
}

func TestLimited_ToldInAnOutage(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	teller, other := f.limiter(redislimit.Options{}), f.limiter(redislimit.Options{})
	require.NoError(t, teller.Wait(t.Context(), list))
	f.server.Stop()
	until := time.Now().Add(minute)
	teller.Limited(list, until)
	<-time.After(minute / 10)
	f.server.Restart()
	teller.Limited(list, until.Add(minute/10))
	<-time.After(minute / 10)
	require.NoError(t, other.Wait(t.Context(), list))
	assert.GreaterOrEqual(t, time.Since(until), -20*time.Millisecond, "the others learn of it afterwards")
}

func TestLimited_AtMostAnHour(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	limiter := f.limiter(redislimit.Options{})
	limiter.Limited(list, time.Now().Add(24*365*time.Hour))
	client := connect(t, f.server.Socket)
	require.Eventually(t, func() bool {
		return client.Exists(t.Context(), "frontegg:limit:{environment}:GET:"+list.Route).Val() == 1
	},
		5*time.Second, 5*time.Millisecond)
	assert.InDelta(t, time.Hour, redislimit.Blocked(limiter, list), float64(time.Minute))
}
