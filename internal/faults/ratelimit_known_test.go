package faults

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

// with adds headers to the response of a working server.
func with(header ...string) responder {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := success(r)
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, err
	}
}

func TestRateLimit_NoneRemaining(t *testing.T) {
	const remaining = "X-Rate-Limit-Remaining"
	for name, tt := range map[string]struct {
		header   []string
		from, to time.Duration // of the wait of the next call
	}{
		"none remaining":                {[]string{remaining, "0", resetHeader, "7"}, 8 * time.Second, 10 * time.Second},
		"some remaining":                {[]string{remaining, "1", resetHeader, "7"}, 0, 0},
		"unknown":                       {[]string{resetHeader, "7"}, 0, 0},
		"malformed":                     {[]string{remaining, "-0", resetHeader, "7"}, 0, 0},
		"none remaining, no reset":      {[]string{remaining, "0"}, 0, 0},
		"none remaining, reset in past": {[]string{remaining, "0", resetHeader, "1999-01-01T00:00:00Z"}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
				s := &fakeTransport{Respond: script(with(tt.header...), success)}
				c := newClient(t, s)
				require.NoError(t, call(t.Context(), c))
				began := time.Now()
				require.NoError(t, call(t.Context(), c))
				between(t, time.Since(began), tt.from, tt.to, o.Name)
				assert.Equal(t, 2, s.Requests(), "no 429 was needed")
			})
		})
	}
}

func TestRateLimit_ProbedOnceAnHour(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: reply(429, "", "Retry-After", "31536000")}
		c := newClient(t, s)
		for hour := 1; hour <= 30; hour++ {
			for range 10 {
				err := call(t.Context(), c)
				assert.WithinDuration(t, time.Now().Add(365*24*time.Hour), as[*frontegg.RateLimitError](t, err).RetryAt, time.Hour)
			}
			assert.Equal(t, hour, s.Requests())
			clock.Pass(time.Hour)
		}
		s.Respond = success
		require.NoError(t, call(t.Context(), c))
		require.NoError(t, call(t.Context(), c), "a successful probe ends the limit")
	})
}

func TestRateLimit_503IsNotCalledRateLimit(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		err := call(t.Context(), newClient(t, &fakeTransport{Respond: reply(503, "", "Retry-After", "3600")}))
		assert.Equal(t, http.StatusServiceUnavailable, as[*frontegg.APIError](t, err).StatusCode)
		if o == op.Create { // is not retried
			return
		}
		assert.NotZero(t, as[*frontegg.RateLimitError](t, err).RetryAt)
		assert.NotContains(t, err.Error(), "rate limit")
		assert.Contains(t, err.Error(), "unavailable until")
	})
}

func TestToken_FreshTokensRejected(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for _, concurrent := range []bool{false, true} {
			s := &fakeTransport{Respond: reply(401, ""), Login: issueTokens(time.Hour)}
			c := newLoginClient(t, s)
			var callers sync.WaitGroup
			for range 200 {
				one := func() { assert.ErrorIs(t, call(t.Context(), c), frontegg.ErrUnauthorized) }
				if concurrent {
					callers.Go(one)
				} else {
					one()
				}
			}
			callers.Wait()
			assert.Equal(t, 2, s.TokenRequests(), "concurrent: %v", concurrent)
			clock.Pass(time.Second)
			assert.ErrorIs(t, call(t.Context(), c), frontegg.ErrUnauthorized)
			assert.Equal(t, 3, s.TokenRequests(), "remembered for a second")
		}
	})
}
