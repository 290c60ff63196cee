package retry

import "sync/atomic"

// With these numbers a client with a full budget can make 35 retries when its
// service fails. After that each call is one request until calls succeed again, so
// that retries do not make an outage worse.
const (
	budgetSize    = 500
	costRetry     = 14
	costLimited   = 5
	firstTryEarns = 1
)

// Budget limits the retries of all calls of a client together, but not first attempts. The
// zero value is a full budget.
type Budget struct{ spent atomic.Int64 }

// Cost returns the cost of a retry after the outcome.
func Cost(o Outcome) int64 {
	switch {
	case o.Paid:
		return 0
	case o.Status == 429:
		return costLimited
	}
	return costRetry
}

// Withdraw takes cost from the budget and reports whether enough was left. If not,
// it takes nothing.
func (b *Budget) Withdraw(cost int64) bool {
	for {
		spent := b.spent.Load()
		if spent+cost > budgetSize {
			return false
		}
		if b.spent.CompareAndSwap(spent, spent+cost) {
			return true
		}
	}
}

// Deposit returns the cost of a retry that succeeded. Zero is the cost of a first
// attempt, whose success adds a little.
func (b *Budget) Deposit(cost int64) {
	if cost == 0 {
		cost = firstTryEarns
	}
	for {
		spent := b.spent.Load()
		if spent == 0 || b.spent.CompareAndSwap(spent, max(0, spent-cost)) {
			return
		}
	}
}
