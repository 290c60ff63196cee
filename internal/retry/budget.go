package retry

import "sync/atomic"

// What retries cost and earn. With these numbers a client that has worked well
// can repeat 35 calls into a service that has died; after that each call is one
// request, until calls succeed again. An outage is not made worse.
const (
	budgetSize  = 500
	costRetry   = 14
	costLimited = 5
	earnedFirst = 1
)

// Budget bounds the retries of all calls of a client together. First attempts
// are never held back. The zero value is a full budget.
type Budget struct{ spent atomic.Int64 }

// Cost is what a retry after the outcome takes from the budget.
func Cost(o Outcome) int64 {
	if o.Status == 429 {
		return costLimited
	}
	return costRetry
}

// Take takes cost, or nothing if not enough is left.
func (b *Budget) Take(cost int64) bool {
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

// Success gives back the cost of the retry that succeeded; 0 says that the
// first attempt did, which earns a little.
func (b *Budget) Success(cost int64) {
	if cost == 0 {
		cost = earnedFirst
	}
	for {
		spent := b.spent.Load()
		if spent == 0 || b.spent.CompareAndSwap(spent, max(0, spent-cost)) {
			return
		}
	}
}
