package retry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLoopRunsUntilNextSaysThatItIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		waits := []time.Duration{time.Second, 0, time.Minute}
		var tries []time.Duration
		began := time.Now()
		loop := NewLoop(
			func(context.Context) { tries = append(tries, time.Since(began)) },
			func(context.Context) (time.Duration, bool) {
				if len(tries) > len(waits) {
					return 0, false
				}
				return waits[len(tries)-1], true
			})
		require.NoError(t, loop.Run(t.Context()))
		assert.Equal(t, []time.Duration{0, time.Second, time.Second, 61 * time.Second}, tries)

		tries = nil
		require.NoError(t, loop.Run(t.Context()), "a loop runs again")
		assert.Len(t, tries, 4)
	})
}

func TestLoopEndsAWaitWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		loop := NewLoop(func(context.Context) { tries++ }, func(context.Context) (time.Duration, bool) { return time.Hour, true })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		require.ErrorIs(t, loop.Run(ctx), context.Canceled)
		assert.Equal(t, 1, tries)
		assert.Equal(t, time.Second, time.Since(began))
	})
}

func TestLoopHandsTheCallersContextToItsAttempts(t *testing.T) {
	t.Parallel()
	type key struct{}
	cause := errors.New("why")
	ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
	cancel(cause)
	loop := NewLoop(
		func(ctx context.Context) {
			assert.Equal(t, "value", ctx.Value(key{}))
			assert.Equal(t, cause, context.Cause(ctx))
		},
		func(ctx context.Context) (time.Duration, bool) {
			assert.Equal(t, cause, context.Cause(ctx))
			return 0, false
		})
	_ = loop.Run(ctx)
}
