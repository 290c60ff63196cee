package faults

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestBudget_Exhausted(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for name, dead := range map[string]responder{"503": reply(503, ""), "refused": failWith(dialErrors["connection refused"])} {
			s := &fakeTransport{Respond: dead}
			c := newClient(t, s)
			var last error
			for range 1000 {
				last = call(t.Context(), c)
				require.Error(t, last)
			}
			assert.GreaterOrEqual(t, s.Requests(), 1000, "first attempts are always sent")
			assert.LessOrEqual(t, s.Requests(), 1050, name)
			if o != op.Create || name == "refused" {
				assert.Equal(t, 1035, s.Requests(), name)
				assert.Contains(t, last.Error(), "budget", "the error says why there was no retry")
			}
		}
	})
}

func TestBudget_Shared(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: reply(503, "")}
		c := newClient(t, s)
		for i := range 1000 {
			o := operations()[i%13]
			require.Error(t, operationCalls[o](t.Context(), c.ForTenant("tenant-2")))
		}
		assert.Equal(t, 1035, s.Requests())
	})
}

func TestBudget_FirstAttemptSuccess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: reply(503, "")}
		c := newClient(t, s)
		for range 100 {
			require.Error(t, operationCalls[op.Get](t.Context(), c))
		}
		// 490 of 500 tokens are spent: 4 more allow a retry.
		for wins, want := range []int{1, 1, 1, 1, 2} {
			s.Respond, s.Seen = reply(503, ""), nil
			require.Error(t, operationCalls[op.Get](t.Context(), c))
			assert.Equal(t, want, s.Requests(), "after %d successes", wins)
			s.Respond = success
			require.NoError(t, operationCalls[op.Get](t.Context(), c))
		}
	})
}

func TestBudget_RetrySuccess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{}
		c := newClient(t, s)
		for range 500 {
			s.Respond = script(reply(503, ""), success)
			require.NoError(t, operationCalls[op.Get](t.Context(), c), "retries that succeed cost nothing")
		}
		assert.Equal(t, 1000, s.Requests())
	})
}

func TestBudget_429CostsLess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: reply(429, "", "Retry-After", "1")}
		c := newClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 2}))
		for range 200 {
			require.ErrorIs(t, operationCalls[op.Get](t.Context(), c), frontegg.ErrRateLimited)
		}
		assert.Equal(t, 300, s.Requests(), "500 tokens pay for 100 retries at 5")
	})
}
