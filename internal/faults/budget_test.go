package faults

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestAThousandCallsIntoADeadServiceMakeAtMost1050Requests(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		for name, dead := range map[string]answer{"503": reply(503, ""), "refused": fails(noConnections["connection refused"])} {
			s := &service{answer: dead}
			c := newClient(t, s)
			var last error
			for range 1000 {
				last = call(t.Context(), c)
				require.Error(t, last)
			}
			assert.GreaterOrEqual(t, s.requests(), 1000, "first attempts are never held back")
			assert.LessOrEqual(t, s.requests(), 1050, name)
			if o != op.Create || name == "refused" {
				assert.Equal(t, 1035, s.requests(), name)
				assert.Contains(t, last.Error(), "budget", "the error says why it was not repeated")
			}
		}
	})
}

func TestTheBudgetIsSharedByTenantViewsAndOperations(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: reply(503, "")}
		c := newClient(t, s)
		for i := range 1000 {
			o := operations()[i%13]
			require.Error(t, calls[o](t.Context(), c.ForTenant("tenant-2")))
		}
		assert.Equal(t, 1035, s.requests())
	})
}

func TestAFirstTrySuccessEarnsOneTokenOfTheBudget(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: reply(503, "")}
		c := newClient(t, s)
		for range 100 {
			require.Error(t, calls[op.Get](t.Context(), c))
		}
		// 490 of 500 tokens are spent: 4 more make a retry.
		for wins, want := range []int{1, 1, 1, 1, 2} {
			s.answer, s.seen = reply(503, ""), nil
			require.Error(t, calls[op.Get](t.Context(), c))
			assert.Equal(t, want, s.requests(), "after %d successes", wins)
			s.answer = good
			require.NoError(t, calls[op.Get](t.Context(), c))
		}
	})
}

func TestASuccessAfterARetryGivesItsCostBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{}
		c := newClient(t, s)
		for range 500 {
			s.answer = script(reply(503, ""), good)
			require.NoError(t, calls[op.Get](t.Context(), c), "the budget lasts for ever where retries succeed")
		}
		assert.Equal(t, 1000, s.requests())
	})
}

func TestARetryAfterA429CostsLess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: reply(429, "", "Retry-After", "1")}
		c := newClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		for range 200 {
			require.ErrorIs(t, calls[op.Get](t.Context(), c), frontegg.ErrRateLimited)
		}
		assert.Equal(t, 300, s.requests(), "500 tokens pay for 100 retries at 5")
	})
}
