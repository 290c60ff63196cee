package ratelimit

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMemoryKeepsRoutesApart(t *testing.T) {
	t.Parallel()
	m := NewMemory(3)
	m.Limit(1, now, time.Minute)
	for route, want := range []bool{false, true, false} {
		_, limited := m.Until(route, now)
		assert.Equal(t, want, limited, "route %d", route)
	}
}

func TestMemoryEndsWithTheLimit(t *testing.T) {
	t.Parallel()
	m := NewMemory(1)
	end := now.Add(time.Minute)
	m.Limit(0, now, time.Minute)
	until, limited := m.Until(0, end.Add(-time.Nanosecond))
	assert.True(t, limited)
	assert.True(t, until.Equal(end))
	_, limited = m.Until(0, end)
	assert.False(t, limited)
}

func TestMemoryALaterEndReplacesAnEarlierOneNeverTheReverse(t *testing.T) {
	t.Parallel()
	m := NewMemory(1)
	for _, minutes := range []int{3, 1, 5, 2, 4} {
		m.Limit(0, now, time.Duration(minutes)*time.Minute)
	}
	until, _ := m.Until(0, now)
	assert.True(t, until.Equal(now.Add(5*time.Minute)))
}

func TestMemoryHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	m := NewMemory(1)
	var callers sync.WaitGroup
	for caller := range 16 {
		callers.Go(func() {
			for i := range 100 {
				m.Limit(0, now, time.Duration(caller*100+i)*time.Second)
			}
		})
	}
	callers.Wait()
	until, _ := m.Until(0, now)
	assert.True(t, until.Equal(now.Add(1599*time.Second)))
}

func TestMemoryBelievesAnAbsurdLimitForADay(t *testing.T) {
	t.Parallel()
	m := NewMemory(1)
	m.Limit(0, now, longest)
	until, _ := m.Until(0, now)
	assert.True(t, until.Equal(now.Add(24*time.Hour)))
}
