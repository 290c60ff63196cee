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

func TestTracker_MaxBlock(t *testing.T) {
	t.Parallel()
	var m Tracker
	m.Block(route, now, maxDelay)
	until, _ := m.BlockedUntil(route, now)
	assert.True(t, until.Equal(now.Add(24*time.Hour)))
}
