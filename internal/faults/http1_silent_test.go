package faults

import (
	"context"
	"errors"
	"fmt"
	"net"
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

// clientWithIdle returns a client with n idle HTTP/1 connections that have worked.
func (s *silentServer) clientWithIdle(t *testing.T, n int) *frontegg.Client {
	t.Helper()
	s.transport.MaxIdleConnsPerHost = 100
	var slow http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clock.Pass(time.Second) // until all requests are there
		s.h2Handler.ServeHTTP(w, r)
	})
	s.respond.Store(&slow)
	c := socketClient(t, "https://example.com", s.transport)
	var calls sync.WaitGroup
	for range n {
		calls.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
	}
	calls.Wait()
	require.EqualValues(t, n, s.dials.Load())
	s.respond.Store(nil)
	return c
}

// If one idle connection is silent, all that were idle with it may be. A retry must not
// meet them one after the other.
func TestHTTP1_SilentConnections(t *testing.T) {
	t.Parallel()
	secure := tlsConfig(t, "http/1.1")
	for _, o := range []*op.Operation{op.Get, op.AddUsers, op.RemoveUsers, op.Create} {
		for _, callers := range []int{1, 5, 64} {
			t.Run(fmt.Sprintf("%s/%d", o.Name, callers), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s := startSilent(t, secure)
					c := s.clientWithIdle(t, 20)
					s.mute()
					var calls sync.WaitGroup
					for range callers {
						calls.Go(func() {
							var r frontegg.Response
							err := operationCalls[o](t.Context(), c, frontegg.WithResponse(&r))
							if o == op.Create && err != nil {
								assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
								return
							}
							assert.NoError(t, err)
							assert.LessOrEqual(t, r.Attempts, 2)
						})
					}
					calls.Wait()
					var r frontegg.Response
					assert.NoError(t, operationCalls[o](t.Context(), c, frontegg.WithResponse(&r)))
					assert.Equal(t, 1, r.Attempts, "the next call uses another connection")
				})
			})
		}
	}
}

// A request that was to be written to a closed connection was not sent.
func TestHTTP1_SilentConnectionsAndNoOther(t *testing.T) {
	secure := tlsConfig(t, "http/1.1")
	bubble(t, func(t *testing.T) {
		s := startSilent(t, secure)
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
func TestHTTP1_SlowRequest(t *testing.T) {
	secure := tlsConfig(t, "http/1.1")
	bubble(t, func(t *testing.T) {
		s := startSilent(t, secure)
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
