package prefetch

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// until is a HasMore for n items.
func until(n int) func(int) bool { return func(i int) bool { return i < n } }

// number fetches the number of the item.
func number(_ context.Context, i int) (int, error) { return i, nil }

func TestAll_Order(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 1, 2, 7, 100} {
		synctest.Test(t, func(t *testing.T) {
			slowFirst := func(_ context.Context, i int) (int, error) {
				clock.Pass(time.Duration(50-i%10*5) * time.Millisecond)
				return i, nil
			}
			var got []int
			for v, err := range All(t.Context(), Options[int]{Limit: limit, InitialWindow: 3, HasMore: until(40)}, slowFirst) {
				require.NoError(t, err)
				got = append(got, v)
			}
			require.Len(t, got, 40)
			for i, v := range got {
				assert.Equal(t, i, v)
			}
		})
	}
}

func TestAll_Empty(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 4} {
		for _, err := range All(t.Context(), Options[int]{Limit: limit, InitialWindow: 4, HasMore: until(0)}, number) {
			t.Error("no items expected", err)
		}
	}
}

func TestAll_WindowDoubles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var started atomic.Int64
		fetch := func(_ context.Context, i int) (int, error) { started.Add(1); return i, nil }
		var ahead []int64 // of the item being read
		for v, err := range All(t.Context(), Options[int]{Limit: 9, InitialWindow: 1, HasMore: until(40)}, fetch) {
			require.NoError(t, err)
			synctest.Wait()
			ahead = append(ahead, started.Load()-int64(v)-1)
		}
		assert.Equal(t, []int64{2, 4, 8, 9, 9}, ahead[:5])
	})
}

func TestAll_Limit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 3, 8} {
		synctest.Test(t, func(t *testing.T) {
			var flying, most atomic.Int64
			fetch := func(_ context.Context, i int) (int, error) {
				now := flying.Add(1)
				defer flying.Add(-1)
				for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
				}
				clock.Pass(time.Duration(i%3+1) * time.Millisecond)
				return i, nil
			}
			for _, err := range All(t.Context(), Options[int]{Limit: limit, InitialWindow: limit, HasMore: until(60)}, fetch) {
				require.NoError(t, err)
			}
			assert.Equal(t, int64(limit), most.Load())
		})
	}
}

func TestAll_ErrorIsLast(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, limit := range []int{1, 2, 8} {
		synctest.Test(t, func(t *testing.T) {
			fetch := func(_ context.Context, i int) (int, error) {
				if i >= 3 {
					return 0, broken // at once, while those before take their time
				}
				clock.Pass(time.Second)
				return i, nil
			}
			var got, items []int
			var errs []error
			options := Options[int]{Limit: limit, InitialWindow: 8, HasMore: until(20), OnItem: func(v int) { items = append(items, v) }}
			for v, err := range All(t.Context(), options, fetch) {
				if err != nil {
					errs = append(errs, err)
					continue
				}
				assert.Empty(t, errs)
				got = append(got, v)
			}
			assert.Equal(t, []int{0, 1, 2}, got)
			assert.Equal(t, got, items, "what failed is no item")
			assert.Equal(t, []error{broken}, errs)
		})
	}
}

func TestAll_BreakCancels(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 8} {
		synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
			var running sync.WaitGroup
			started := 0
			var mu sync.Mutex
			fetch := func(ctx context.Context, i int) (int, error) {
				running.Add(1)
				defer running.Done()
				mu.Lock()
				started++
				mu.Unlock()
				if i < 2 {
					return i, nil
				}
				<-ctx.Done()
				return 0, ctx.Err()
			}
			for v, err := range All(t.Context(), Options[int]{Limit: limit, InitialWindow: 1, HasMore: until(1000)}, fetch) {
				assert.NoError(t, err)
				if v == 1 {
					break
				}
			}
			mu.Lock()
			before := started
			mu.Unlock()
			running.Wait()
			synctest.Wait()
			assert.Equal(t, before, started, "nothing is fetched after the break")
			assert.LessOrEqual(t, started, 2+limit)
		})
	}
}

func TestAll_EarlyBreakFetchesLittle(t *testing.T) {
	t.Parallel()
	var started atomic.Int64
	fetch := func(_ context.Context, i int) (int, error) { started.Add(1); return i, nil }
	for _, err := range All(t.Context(), Options[int]{Limit: 1, InitialWindow: 1, HasMore: until(1000)}, fetch) {
		assert.NoError(t, err)
		break
	}
	assert.Equal(t, int64(1), started.Load())
	started.Store(0)
	for _, err := range All(t.Context(), Options[int]{Limit: 64, InitialWindow: 1, HasMore: until(1000)}, fetch) {
		assert.NoError(t, err)
		break
	}
	assert.LessOrEqual(t, started.Load(), int64(3))
}

func TestAll_HasMoreInReaderGoroutine(t *testing.T) {
	t.Parallel()
	last, end := -1, 10
	more := func(i int) bool { // no lock: the race detector watches
		assert.GreaterOrEqual(t, i, last)
		last = i
		return i < end
	}
	count := 0
	for v, err := range All(t.Context(), Options[int]{Limit: 4, InitialWindow: 1, HasMore: more}, number) {
		assert.NoError(t, err)
		count++
		if v == 4 {
			end = 6 // observed from an item
		}
	}
	assert.GreaterOrEqual(t, count, 6)
	assert.LessOrEqual(t, count, 10)
}

func TestAll_ContextCanceled(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			fetch := func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, ctx.Err() }
			var errs []error
			for _, err := range All(ctx, Options[int]{Limit: limit, InitialWindow: 4, HasMore: until(9)}, fetch) {
				errs = append(errs, err)
			}
			assert.Equal(t, []error{context.Canceled}, errs)
		})
	}
}

func TestAll_OnItemBeforeHasMore(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 4} {
		end, observed := 100, 0
		options := Options[int]{
			Limit: limit, InitialWindow: 1,
			HasMore: func(i int) bool { return i < end },
			OnItem: func(v int) {
				assert.Equal(t, observed, v)
				observed++
				end = 3 // every item carries the total
			},
		}
		var fetched atomic.Int64
		fetch := func(_ context.Context, i int) (int, error) { fetched.Add(1); return i, nil }
		read := 0
		for v, err := range All(t.Context(), options, fetch) {
			assert.NoError(t, err)
			assert.Greater(t, observed, v)
			read++
		}
		assert.Equal(t, 3, read)
		assert.Equal(t, int64(3), fetched.Load())
	}
}

func TestAll_Restart(t *testing.T) {
	t.Parallel()
	items := All(t.Context(), Options[int]{Limit: 3, InitialWindow: 1, HasMore: until(5)}, number)
	for range 2 {
		count := 0
		for _, err := range items {
			assert.NoError(t, err)
			count++
		}
		assert.Equal(t, 5, count)
	}
}

// A mock of the transport may end the goroutine, as require does.
func TestAll_Goexit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fetch := func(_ context.Context, i int) (*int, error) {
			if i == 2 {
				runtime.Goexit()
			}
			return &i, nil
		}
		var got []int
		var errs []error
		for v, err := range All(t.Context(), Options[*int]{Limit: 3, InitialWindow: 3, HasMore: until(9)}, fetch) {
			if err != nil {
				assert.Nil(t, v)
				errs = append(errs, err)
				continue
			}
			got = append(got, *v)
		}
		assert.Equal(t, []int{0, 1}, got)
		assert.Equal(t, []error{errNoReturn}, errs)
	})
}
