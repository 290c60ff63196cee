package ratelimit

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

var route = Route{"GET", "/x"}

func TestTracker_RoutesAreIndependent(t *testing.T) {
	t.Parallel()
	var m Tracker
	m.Block(route, now, time.Minute)
	for r, want := range map[Route]bool{route: true, {"POST", "/x"}: false, {"GET", "/y"}: false} {
		_, blocked := m.BlockedUntil(r, now)
		assert.Equal(t, want, blocked, r)
	}
}

func TestTracker_End(t *testing.T) {
	t.Parallel()
	var m Tracker
	end := now.Add(time.Minute)
	m.Block(route, now, time.Minute)
	until, blocked := m.BlockedUntil(route, end.Add(-time.Nanosecond))
	assert.True(t, blocked)
	assert.True(t, until.Equal(end))
	_, blocked = m.BlockedUntil(route, end)
	assert.False(t, blocked)
}

func TestTracker_LaterEndWins(t *testing.T) {
	t.Parallel()
	var m Tracker
	for _, minutes := range []int{3, 1, 5, 2, 4} {
		m.Block(route, now, time.Duration(minutes)*time.Minute)
	}
	until, _ := m.BlockedUntil(route, now)
	assert.True(t, until.Equal(now.Add(5*time.Minute)))
}

func TestTracker_Concurrent(t *testing.T) {
	t.Parallel()
	var m Tracker
	var callers sync.WaitGroup
	for caller := range 16 {
		callers.Go(func() {
			for i := range 100 {
				m.Block(route, now, time.Duration(caller*100+i)*time.Second)
			}
		})
	}
	callers.Wait()
	until, _ := m.BlockedUntil(route, now)
	assert.True(t, until.Equal(now.Add(1599*time.Second)))
}

func TestTracker_Probe(t *testing.T) {
	t.Parallel()
	var m Tracker
	m.Block(route, now, 10*time.Hour)
	m.Unblock(route)
	for hour := 1; hour <= 9; hour++ {
		at := now.Add(time.Duration(hour) * time.Hour)
		until, blocked := m.BlockedUntil(route, at.Add(-time.Nanosecond))
		assert.True(t, blocked, "hour %d", hour)
		assert.True(t, until.Equal(now.Add(10*time.Hour)))
		_, blocked = m.BlockedUntil(route, at)
		assert.False(t, blocked, "hour %d: a probe", hour)
		_, blocked = m.BlockedUntil(route, at)
		assert.True(t, blocked, "hour %d: one probe", hour)
	}
	m.Block(route, now.Add(9*time.Hour), time.Minute)
	_, blocked := m.BlockedUntil(route, now.Add(9*time.Hour+time.Minute))
	assert.False(t, blocked, "the response to a probe replaces the block")

	m.Block(route, now, 10*time.Hour)
	m.BlockedUntil(route, now.Add(time.Hour))
	m.Unblock(route)
	_, blocked = m.BlockedUntil(route, now.Add(time.Hour))
	assert.False(t, blocked, "a successful probe ends the block")
}

// Without a monotonic clock reading, a wall clock that is set back would extend the
// block.
func TestTracker_MonotonicClock(t *testing.T) {
	t.Parallel()
	var m Tracker
	now := time.Now()
	m.Block(route, now, time.Minute)
	until, _ := m.BlockedUntil(route, now)
	assert.Contains(t, until.String(), " m=")
	assert.NotContains(t, until.Round(0).String(), " m=")
}
