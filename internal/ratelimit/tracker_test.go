package ratelimit

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTracker_RoutesAreIndependent(t *testing.T) {
	t.Parallel()
	m := NewTracker(3)
	m.Block(1, now, time.Minute)
	for route, want := range []bool{false, true, false} {
		_, limited := m.BlockedUntil(route, now)
		assert.Equal(t, want, limited, "route %d", route)
	}
}

func TestTracker_End(t *testing.T) {
	t.Parallel()
	m := NewTracker(1)
	end := now.Add(time.Minute)
	m.Block(0, now, time.Minute)
	until, limited := m.BlockedUntil(0, end.Add(-time.Nanosecond))
	assert.True(t, limited)
	assert.True(t, until.Equal(end))
	_, limited = m.BlockedUntil(0, end)
	assert.False(t, limited)
}

func TestTracker_LaterEndWins(t *testing.T) {
	t.Parallel()
	m := NewTracker(1)
	for _, minutes := range []int{3, 1, 5, 2, 4} {
		m.Block(0, now, time.Duration(minutes)*time.Minute)
	}
	until, _ := m.BlockedUntil(0, now)
	assert.True(t, until.Equal(now.Add(5*time.Minute)))
}

func TestTracker_Concurrent(t *testing.T) {
	t.Parallel()
	m := NewTracker(1)
	var callers sync.WaitGroup
	for caller := range 16 {
		callers.Go(func() {
			for i := range 100 {
				m.Block(0, now, time.Duration(caller*100+i)*time.Second)
			}
		})
	}
	callers.Wait()
	until, _ := m.BlockedUntil(0, now)
	assert.True(t, until.Equal(now.Add(1599*time.Second)))
}

func TestTracker_MaxBlock(t *testing.T) {
	t.Parallel()
	m := NewTracker(1)
	m.Block(0, now, maxDelay)
	until, _ := m.BlockedUntil(0, now)
	assert.True(t, until.Equal(now.Add(24*time.Hour)))
}
