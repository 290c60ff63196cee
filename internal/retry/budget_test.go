package retry

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCost(t *testing.T) {
	t.Parallel()
	assert.EqualValues(t, 14, Cost(Outcome{Status: 503}))
	assert.EqualValues(t, 14, Cost(Outcome{}), "no response")
	assert.EqualValues(t, 5, Cost(Outcome{Status: 429}))
}

func TestBudget_Exhausted(t *testing.T) {
	t.Parallel()
	var b Budget
	withdrawn := 0
	for range 1000 {
		if b.Withdraw(14) {
			withdrawn++
		}
	}
	assert.Equal(t, 35, withdrawn)
	assert.True(t, b.Withdraw(5), "10 tokens are left")
	assert.True(t, b.Withdraw(5))
	assert.False(t, b.Withdraw(5), "none is left")
}

func TestBudget_RetrySucceeded(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 35 {
		assert.True(t, b.Withdraw(14))
	}
	b.Deposit(14)
	assert.True(t, b.Withdraw(14))
	assert.False(t, b.Withdraw(14))
}

func TestBudget_FirstTrySucceeded(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 35 {
		b.Withdraw(14)
	}
	for range 3 {
		b.Deposit(0)
		assert.False(t, b.Withdraw(14), "10 tokens and a few do not pay for a retry")
	}
	b.Deposit(0)
	assert.True(t, b.Withdraw(14))
	assert.False(t, b.Withdraw(1))
}

func TestBudget_Cap(t *testing.T) {
	t.Parallel()
	var b Budget
	for range 1000 {
		b.Deposit(14)
	}
	b.Withdraw(14)
	b.Deposit(100)
	withdrawn := 0
	for b.Withdraw(14) {
		withdrawn++
	}
	assert.Equal(t, 35, withdrawn)
}

func TestBudget_Concurrent(t *testing.T) {
	t.Parallel()
	var b Budget
	var withdrawn atomic.Int64
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 100 {
				if b.Withdraw(14) {
					withdrawn.Add(1)
				}
			}
		})
	}
	callers.Wait()
	assert.EqualValues(t, 35, withdrawn.Load())
}
