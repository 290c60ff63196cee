package retry

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCostOfARetry(t *testing.T) {
	t.Parallel()
	assert.EqualValues(t, 14, Cost(Outcome{Status: 503}))
	assert.EqualValues(t, 14, Cost(Outcome{}), "no answer")
	assert.EqualValues(t, 5, Cost(Outcome{Status: 429}))
}

func TestBudgetBuysThirtyFiveRetriesAndThenNone(t *testing.T) {
	t.Parallel()
	var b Budget
	taken := 0
	for range 1000 {
		if b.Take(14) {
			taken++
		}
	}
	assert.Equal(t, 35, taken)
	assert.True(t, b.Take(5), "10 tokens are left")
	assert.True(t, b.Take(5))
	assert.False(t, b.Take(5), "none is left")
}

func TestBudgetGivesBackTheCostOfARetryThatSucceeds(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 35 {
		assert.True(t, b.Take(14))
	}
	b.Success(14)
	assert.True(t, b.Take(14))
	assert.False(t, b.Take(14))
}

func TestBudgetEarnsOneByAFirstTrySuccess(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 35 {
		b.Take(14)
	}
	for range 3 {
		b.Success(0)
		assert.False(t, b.Take(14), "10 tokens and a few do not pay for a retry")
	}
	b.Success(0)
	assert.True(t, b.Take(14))
	assert.False(t, b.Take(1))
}

func TestBudgetNeverGrowsBeyondItsSize(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 1000 {
		b.Success(14)
	}
	b.Take(14)
	b.Success(100)
	taken := 0
	for b.Take(14) {
		taken++
	}
	assert.Equal(t, 35, taken)
}

func TestBudgetHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	var b Budget
	var taken atomic.Int64
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 100 {
				if b.Take(14) {
					taken.Add(1)
				}
			}
		})
	}
	callers.Wait()
	assert.EqualValues(t, 35, taken.Load())
}
