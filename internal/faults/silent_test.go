package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

// clientWithIdle returns a client with n idle connections that have worked. The server
// must allow one stream on a connection.
func (s *silentServer) clientWithIdle(t *testing.T, n int) *frontegg.Client {
	t.Helper()
	s.transport.MaxIdleConnsPerHost = n
	release := make(chan struct{})
	var slow http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-release
		s.h2Handler.ServeHTTP(w, r)
	})
	s.respond.Store(&slow)
	c := socketClient(t, "https://example.com", s.transport)
	var calls sync.WaitGroup
	for range n {
		calls.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
		synctest.Wait() // until its connection is used, so that the next call needs another
	}
	close(release)
	calls.Wait()
	require.EqualValues(t, n, s.dials.Load())
	s.respond.Store(nil)
	return c
}

// If one idle connection is silent, all that were idle with it may be. A retry must not
// meet them one after the other.
func TestSilentConnections(t *testing.T) {
	t.Parallel()
	for _, proto := range []string{"http/1.1", "h2"} {
		secure := tlsConfig(t, proto)
		for _, o := range []*op.Operation{op.Get, op.AddUsers, op.Create} {
			for _, callers := range []int{1, 64} {
				t.Run(fmt.Sprintf("%s/%s/%d", proto, o.Name, callers), func(t *testing.T) {
					bubble(t, func(t *testing.T) {
						s := startSilent(t, secure, 1)
						checkSilentConnections(t, s, s.clientWithIdle(t, 50), o, callers)
					})
				})
			}
		}
	}
}

func checkSilentConnections(t *testing.T, s *silentServer, c *frontegg.Client, o *op.Operation, callers int) {
	t.Helper()
	s.mute()
	began := time.Now()
	var calls sync.WaitGroup
	for range callers {
		calls.Go(func() {
			err := operationCalls[o](t.Context(), c)
			if o == op.Create && err != nil {
				assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				return
			}
			assert.NoError(t, err)
			assert.Less(t, time.Since(began), 40*time.Second, "more than one attempt was silent")
		})
	}
	calls.Wait()
	var r frontegg.Response
	assert.NoError(t, operationCalls[o](t.Context(), c, frontegg.WithResponse(&r)))
	assert.Equal(t, 1, r.Attempts, "the next call uses another connection")
}

// A request that was to be written to a closed connection was not sent.
func TestSilentConnections_NoOther(t *testing.T) {
	secure := tlsConfig(t, "http/1.1")
	bubble(t, func(t *testing.T) {
		s := startSilent(t, secure, 1)
		c := s.clientWithIdle(t, 3)
		s.mute()
		require.ErrorIs(t, operationCalls[op.Create](t.Context(), c), frontegg.ErrOutcomeUnknown)
		refused := &net.OpError{Op: "dial", Err: errors.New("refused")}
		s.transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, refused }
		err := operationCalls[op.Create](t.Context(), c)
		require.ErrorIs(t, err, refused)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.Equal(t, 4, as[*frontegg.TransportError](t, err).Attempts)
	})
}

// A connection that has worked since is not closed: only one request was slow.
func TestSilentConnections_SlowRequest(t *testing.T) {
	secure := tlsConfig(t, "http/1.1")
	bubble(t, func(t *testing.T) {
		s := startSilent(t, secure, 1)
		c := s.clientWithIdle(t, 2)
		var hangs http.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		s.respond.Store(&hangs)
		var calls sync.WaitGroup
		calls.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
		clock.Pass(15 * time.Second)
		s.respond.Store(nil)
		assert.NoError(t, operationCalls[op.Get](t.Context(), c))
		calls.Wait()
		assert.EqualValues(t, 2, s.dials.Load())
	})
}
