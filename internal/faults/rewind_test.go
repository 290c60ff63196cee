package faults

import (
	"errors"
	"net/http"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/retry"
)

// net/http returns this error if an HTTP/2 connection became full between the choice
// of the connection and the stream.
func TestHTTP2_StreamNotOpened(t *testing.T) {
	t.Parallel()
	notOpened := errors.New("net/http: cannot rewind body after connection loss")
	for name, wroteHeaders := range map[string]bool{"not opened": false, "opened": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &fakeTransport{Respond: script(func(r *http.Request) (*http.Response, error) {
					trace := httptrace.ContextClientTrace(r.Context())
					trace.GetConn("api.frontegg.com:443")
					trace.GotConn(httptrace.GotConnInfo{})
					if wroteHeaders {
						trace.WroteHeaders()
					}
					return nil, notOpened
				}, success)}
				err := operationCalls[op.Create](t.Context(), newClient(t, s, frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})))
				if wroteHeaders {
					require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
					assert.Equal(t, 1, s.Requests())
					return
				}
				require.NoError(t, err)
				assert.Equal(t, 2, s.Requests())
			})
		})
	}
}

func TestBackoff_RefusedStreams(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: failWith(errors.New("stream error: stream ID 1; REFUSED_STREAM; received from peer"))}
		require.Error(t, call(t.Context(), newClient(t, s)))
		waits := s.Waits()
		assert.Len(t, waits, retry.MaxRefused+3)
		for _, wait := range waits {
			between(t, wait, 50*time.Millisecond, 1050*time.Millisecond)
		}
	})
}
