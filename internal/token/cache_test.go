package token

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// source is a token endpoint: it counts fetches, which take a second each, and
// fails while err is set.
type source struct {
	fetches  int
	lifetime time.Duration
	err      error
}

func (s *source) fetch(ctx context.Context) (*Token, error) {
	s.fetches++
	number, began := s.fetches, time.Now()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s.err != nil {
		return nil, s.err
	}
	if s.lifetime == 0 {
		return New("token-"+strconv.Itoa(number), time.Time{}), nil
	}
	return New("token-"+strconv.Itoa(number), began.Add(s.lifetime)), nil
}

// inBubble runs a test of a Cache on fake time.
func inBubble(t *testing.T, s *source, test func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, NewCache(s.fetch)) })
}

// get returns the token's value, without a deadline of its own.
func get(t *testing.T, c *Cache) (string, error) {
	t.Helper()
	token, err := c.Token(t.Context(), time.Time{})
	if err != nil {
		return "", err
	}
	return token.Value, nil
}

// mustGet may be called in any goroutine: it does not end the test.
func mustGet(t *testing.T, c *Cache) string {
	t.Helper()
	value, err := get(t, c)
	assert.NoError(t, err)
	return value
}

func TestCache_OneFetchForAllCallers(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		var callers sync.WaitGroup
		for range 200 {
			callers.Go(func() { assert.Equal(t, "token-1", mustGet(t, c)) })
		}
		callers.Wait()
		assert.Equal(t, 1, s.fetches)
		assert.Equal(t, "token-1", mustGet(t, c), "a token that does not expire is kept")
		clock.Pass(365 * 24 * time.Hour)
		assert.Equal(t, "token-1", mustGet(t, c))
	})
}

func TestCache_CanceledLeader(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		leading, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			began := time.Now()
			_, err := c.Token(leading, time.Time{})
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, 500*time.Millisecond, time.Since(began), "returns at once")
		})
		synctest.Wait()
		for range 99 {
			callers.Go(func() { assert.Equal(t, "token-1", mustGet(t, c)) })
		}
		time.AfterFunc(500*time.Millisecond, cancel)
		callers.Wait()
		assert.Equal(t, 1, s.fetches)
	})
}

func TestCache_WaiterDeadline(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		began := time.Now()
		_, err := c.Token(t.Context(), began.Add(300*time.Millisecond))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 300*time.Millisecond, time.Since(began))
		assert.Equal(t, "token-1", mustGet(t, c), "the fetch went on")
		assert.Equal(t, 1, s.fetches)
	})
}

func TestCache_BackgroundRefresh(t *testing.T) {
	s := &source{lifetime: 100 * time.Second}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		began := time.Now()
		mustGet(t, c)
		clock.Pass(80*time.Second - time.Since(began) - time.Millisecond)
		assert.Equal(t, "token-1", mustGet(t, c))
		synctest.Wait()
		assert.Equal(t, 1, s.fetches, "before 80 %%, counted from the start of the fetch")
		clock.Pass(time.Millisecond)
		for range 50 {
			asked := time.Now()
			assert.Equal(t, "token-1", mustGet(t, c), "callers use the old token")
			assert.Equal(t, asked, time.Now(), "and do not wait")
		}
		clock.Pass(time.Second)
		synctest.Wait()
		assert.Equal(t, "token-2", mustGet(t, c))
		assert.Equal(t, 2, s.fetches)
	})
}

func TestCache_FailedRefresh(t *testing.T) {
	s := &source{lifetime: 1000 * time.Second}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		began := time.Now()
		mustGet(t, c)
		s.err = errors.New("503")
		var fetchedAt []time.Duration
		for last := s.fetches; time.Since(began) < 900*time.Second; clock.Pass(100 * time.Millisecond) {
			assert.Equal(t, "token-1", mustGet(t, c))
			synctest.Wait()
			if s.fetches != last {
				last = s.fetches
				fetchedAt = append(fetchedAt, time.Since(began).Round(time.Second))
			}
		}
		// A fetch takes a second, and the delay begins when it has failed.
		assert.Equal(t, []time.Duration{800 * time.Second, 831 * time.Second, 862 * time.Second, 893 * time.Second}, fetchedAt)
		s.err = nil
		clock.Pass(200 * time.Second)
		assert.Equal(t, "token-6", mustGet(t, c), "callers wait for a token if it is expired")
	})
}

func TestCache_Expired(t *testing.T) {
	s := &source{lifetime: 10 * time.Second}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		mustGet(t, c)
		clock.Pass(9 * time.Second) // its expiry, counted from the start of the fetch
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() { assert.Equal(t, "token-2", mustGet(t, c)) })
		}
		callers.Wait()
		assert.Equal(t, 2, s.fetches)
	})
}

func TestCache_FailureTTL(t *testing.T) {
	s := &source{err: errors.New("wrong secret")}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		_, err := get(t, c)
		require.ErrorIs(t, err, s.err)
		failed := time.Now()
		for time.Since(failed) < time.Second {
			_, err := get(t, c)
			require.ErrorIs(t, err, s.err)
			assert.Equal(t, 1, s.fetches)
			clock.Pass(50 * time.Millisecond)
		}
		_, err = get(t, c)
		require.ErrorIs(t, err, s.err)
		assert.Equal(t, 2, s.fetches)
		s.err = nil
		clock.Pass(time.Second)
		assert.Equal(t, "token-3", mustGet(t, c))
	})
}

func TestCache_Invalidate(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		first, err := c.Token(t.Context(), time.Time{})
		require.NoError(t, err)
		c.Invalidate(first)
		assert.Equal(t, "token-2", mustGet(t, c))
		clock.Pass(time.Second) // a replacement is kept for so long
		c.Invalidate(first)
		c.Invalidate(New("token-2", time.Time{}))
		assert.Equal(t, "token-2", mustGet(t, c), "a newer token is kept")
		assert.Equal(t, 2, s.fetches)
	})
}

func TestCache_ReplacementRejected(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		reject := func() {
			token, err := c.Token(t.Context(), time.Time{})
			require.NoError(t, err)
			c.Invalidate(token)
		}
		reject()
		for range 200 { // each of them rejects the second token
			reject()
		}
		assert.Equal(t, 2, s.fetches)
		clock.Pass(time.Second)
		for range 200 {
			reject()
		}
		assert.Equal(t, 3, s.fetches, "one fetch a second")
	})
}

func TestCache_FetchTimeout(t *testing.T) {
	t.Parallel()
	for _, stubborn := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			c := NewCache(func(ctx context.Context) (*Token, error) {
				deadline, ok := ctx.Deadline()
				assert.True(t, ok)
				assert.Equal(t, 30*time.Second, time.Until(deadline))
				if stubborn { // a fetch that ignores its context
					<-release
				}
				<-ctx.Done()
				return nil, ctx.Err()
			})
			began := time.Now()
			_, err := get(t, c)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 30*time.Second, time.Since(began))
			close(release)
		})
	}
}

func TestCache_CloseCancelsFetch(t *testing.T) {
	s := &source{}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				_, err := get(t, c)
				assert.ErrorIs(t, err, ErrClosed)
			})
		}
		synctest.Wait()
		began := time.Now()
		c.Close()
		c.Close()
		callers.Wait()
		assert.Equal(t, began, time.Now())
		synctest.Wait() // the fetch has finished
		_, err := get(t, c)
		require.ErrorIs(t, err, ErrClosed)
		assert.Equal(t, 1, s.fetches, "nothing is fetched after Close")
	})
}

func TestCache_NoRefreshAfterClose(t *testing.T) {
	s := &source{lifetime: 100 * time.Second}
	inBubble(t, s, func(t *testing.T, c *Cache) {
		mustGet(t, c)
		c.Close()
		clock.Pass(90 * time.Second)
		assert.Equal(t, "token-1", mustGet(t, c))
		clock.Pass(5 * time.Second)
		assert.Equal(t, 1, s.fetches)
	})
}

func TestCache_CloseFailsWaiters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := NewCache(func(ctx context.Context) (*Token, error) { <-ctx.Done(); return nil, errors.New("cut off") })
		go func() { clock.Pass(time.Second); c.Close() }()
		_, err := get(t, c)
		require.ErrorIs(t, err, ErrClosed)
	})
}
