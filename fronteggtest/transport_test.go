package fronteggtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

func TestTransport_CanceledContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("enough")
	canceled, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	s := oneGroup(t)
	req, err := http.NewRequestWithContext(canceled, http.MethodGet, "http://fake"+v1, nil)
	require.NoError(t, err)
	_, err = s.Transport().RoundTrip(req) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, cause)
	assert.Zero(t, s.Count(""))
}

func TestTransport_EndsWithContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.Start(t)
		s.Inject(fronteggtest.Fault{Respond: func(http.ResponseWriter, *http.Request) { clock.Pass(time.Minute + time.Second) }})
		api := inMemory(t, s)
		api.http.Timeout = time.Minute
		began := time.Now()
		_, err := api.try("GET", v1, "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(began))
		s.Close()
		assert.Equal(t, time.Minute+time.Second, time.Since(began), "Close waits for requests in progress")
	})
}

func TestTransport_BodyEndsWithContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.Start(t)
		s.Inject(fronteggtest.Fault{Drop: fronteggtest.DropMidBody, Hang: true, Times: -1})
		for range 100 { // the server notices at the same time
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://fake"+v1, nil)
			require.NoError(t, err)
			resp, err := s.Transport().RoundTrip(req)
			require.NoError(t, err)
			_, err = io.ReadAll(resp.Body)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.NoError(t, resp.Body.Close())
			cancel()
		}
	})
}

func TestServer_Close_EndsResponses(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fronteggtest.Fault{
		"delay":      {Delay: time.Hour},
		"byte delay": {ByteDelay: time.Hour},
		"hang":       {Drop: fronteggtest.DropMidBody, Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := fronteggtest.Start(t)
				s.Inject(fault)
				time.AfterFunc(time.Minute, s.Close)
				began := time.Now()
				_, err := inMemory(t, s).try("POST", v1, `{"name":"x"}`)
				require.Error(t, err)
				assert.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestServer_Handler_EndsWithRequest(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fronteggtest.Fault{
		"delay":            {Delay: time.Hour},
		"byte delay":       {ByteDelay: time.Hour},
		"hang":             {Drop: fronteggtest.DropBeforeApply, Hang: true},
		"hang in the body": {Drop: fronteggtest.DropMidBody, Hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := fronteggtest.Start(t)
				s.Inject(fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
					s.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, v1, nil))
				})
				assert.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestTransport_UnreadableRequestBody(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	broken := errors.New("broken")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://fake"+v1, io.MultiReader(strings.NewReader("{"), iotest.ErrReader(broken)))
	require.NoError(t, err)
	_, err = s.Transport().RoundTrip(req) //nolint:bodyclose // there is none
	require.ErrorIs(t, err, broken)
	assert.Zero(t, s.Count(""))
}

func TestTransport_DefaultMethodAnyHost(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	req, err := http.NewRequestWithContext(t.Context(), "", "https://api.frontegg.com"+v1+"/g1", nil)
	require.NoError(t, err)
	req.Method, req.Header = "", headers(s)
	resp, err := s.Transport().RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, 200, resp.StatusCode)
	assert.Same(t, req, resp.Request)
	assert.Equal(t, http.MethodGet, s.Requests()[0].Method)
}

func TestTransport_UnreadBodyClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.Start(t)
		s.Inject(fronteggtest.Fault{ByteDelay: time.Hour})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://fake"+v1, nil)
		require.NoError(t, err)
		req.Header = headers(s)
		resp, err := s.Transport().RoundTrip(req)
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, resp.Body.Close())
		s.Close()
		assert.Zero(t, time.Since(began))
	})
}
