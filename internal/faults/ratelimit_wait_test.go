package faults

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestRateLimit_ExtendedWhileWaiting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		late := func(r *http.Request) (*http.Response, error) { // was sent before the limit was known
			clock.Pass(5 * time.Second)
			return reply(429, "", "Retry-After", "60")(r)
		}
		s := &fakeTransport{Respond: script(late, reply(429, "", "Retry-After", "10"), success)}
		c := newClient(t, s)
		began := time.Now()
		var callers sync.WaitGroup
		for range 3 { // the third one has sent nothing and waits for the limit of 10 seconds
			callers.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
			synctest.Wait()
		}
		callers.Wait()
		require.Equal(t, 5, s.Requests())
		for _, a := range s.Seen[2:] {
			between(t, a.At.Sub(began), 65*time.Second, 67*time.Second, "a caller that waited looks again before it sends")
		}
	})
}
