package fronteggtest_test

import (
	"bytes"
	"log"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// Not parallel: it replaces the output of the standard logger.
func TestServer_Close_HandlerThatBlocks(t *testing.T) {
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged)
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.NewServer()
		unblock := make(chan struct{})
		s.Inject(fronteggtest.Fault{Respond: func(http.ResponseWriter, *http.Request) { <-unblock }})
		api := inMemory(t, s)
		ended := make(chan error)
		go func() { ended <- send(t.Context(), api) }()
		synctest.Wait()

		began := time.Now()
		s.Close()
		assert.Equal(t, 10*time.Second, time.Since(began))
		assert.Contains(t, logged.String(), "Close: requests still in progress after 10s: POST "+v1+" (groups.create, for 10s)")
		close(unblock)
		require.NoError(t, <-ended)
		s.Close()
		assert.Equal(t, 10*time.Second, time.Since(began), "nothing is in progress now")
	})
}

func TestServer_Close_CancelsRequests(t *testing.T) {
	t.Parallel()
	for way, connect := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := fronteggtest.Start(t)
			started := make(chan struct{})
			s.Inject(fronteggtest.Fault{Respond: func(_ http.ResponseWriter, r *http.Request) {
				close(started)
				<-r.Context().Done()
			}})
			api := connect(t, s)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = send(t.Context(), api) // a response or an error: the handler writes nothing
			}()
			<-started
			s.Close()
			<-ended
		})
	}
}

// recorder is a testing.TB that records errors.
type recorder struct {
	testing.TB
	cleanup func()
	errors  []any
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanup = f }
func (r *recorder) Error(args ...any) {
	r.errors = append(r.errors, args...)
}

func TestStart_ReportsHandlerThatBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tb := &recorder{}
		s := fronteggtest.Start(tb)
		unblock := make(chan struct{})
		s.Inject(fronteggtest.Fault{Respond: func(http.ResponseWriter, *http.Request) { <-unblock }})
		ended := make(chan error)
		go func() { ended <- send(t.Context(), inMemory(t, s)) }()
		synctest.Wait()
		tb.cleanup()
		require.Len(t, tb.errors, 1)
		assert.ErrorContains(t, tb.errors[0].(error), "groups.create")
		close(unblock)
		require.NoError(t, <-ended)

		quiet := &recorder{}
		fronteggtest.Start(quiet)
		quiet.cleanup()
		assert.Empty(t, quiet.errors)
	})
}
