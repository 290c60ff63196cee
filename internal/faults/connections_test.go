package faults

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// realTimeout is the time limit for events in tests on real time. It is far below
// the 90 seconds after which net/http closes an idle connection.
const realTimeout = time.Minute

// defaultTransport returns a client with the transport that NewClient creates, and
// a channel that receives a value for each closed connection.
func defaultTransport(t testing.TB, handler http.HandlerFunc) (*frontegg.Client, <-chan struct{}) {
	t.Helper()
	ended := make(chan struct{}, 1000)
	srv := httptest.NewUnstartedServer(handler)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			ended <- struct{}{}
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithBaseURL(srv.URL))
	require.NoError(t, err)
	return c, ended
}

func noGroups(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"groups":[]}`) }

func TestClose_OwnConnections(t *testing.T) {
	t.Parallel()
	c, ended := defaultTransport(t, noGroups)
	require.NoError(t, operationCalls[op.List](t.Context(), c))
	require.NoError(t, c.Close())
	select {
	case <-ended:
	case <-time.After(realTimeout):
		t.Error("the connection is still open")
	}
	runtime.KeepAlive(c) // garbage collection would close them too
}

func TestClient_GarbageCollected(t *testing.T) {
	t.Parallel()
	ended := func() <-chan struct{} { // the closure keeps no client alive
		c, ended := defaultTransport(t, noGroups)
		require.NoError(t, operationCalls[op.List](t.Context(), c))
		return ended
	}()
	collect := time.NewTicker(10 * time.Millisecond)
	defer collect.Stop()
	end := time.After(realTimeout)
	for {
		select {
		case <-ended:
			return
		case <-collect.C:
			runtime.GC() // cleanups run later, in a goroutine of their own
		case <-end:
			t.Fatal("the connection is still open")
		}
	}
}

func TestTransport_MaxConnections(t *testing.T) {
	t.Parallel()
	var inside, most atomic.Int64
	crowd := make(chan struct{}) // closed when there are more than 96, or no more arrive
	var once sync.Once
	open := func() { once.Do(func() { close(crowd) }) }
	defer time.AfterFunc(realTimeout, open).Stop() // if there are fewer
	c, _ := defaultTransport(t, func(w http.ResponseWriter, r *http.Request) {
		n := inside.Add(1) // one connection each
		defer inside.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		switch {
		case n > 96:
			open()
		case n == 96:
			time.AfterFunc(200*time.Millisecond, open)
		}
		<-crowd
		noGroups(w, r)
	})
	defer c.Close()
	var callers sync.WaitGroup
	for range 150 {
		callers.Go(func() { assert.NoError(t, operationCalls[op.List](t.Context(), c)) })
	}
	callers.Wait()
	assert.EqualValues(t, 96, most.Load())
}

func TestHTTPClient_Timeout(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		for _, tt := range []struct{ timeout, want time.Duration }{
			{5 * time.Second, 5 * time.Second},
			{time.Hour, 30 * time.Second}, // the shorter timeout applies
		} {
			s := &fakeTransport{Respond: script(hang, success)}
			c := newClient(t, s, frontegg.WithHTTPClient(&http.Client{Transport: s, Timeout: tt.timeout}))
			var err error
			took := elapsed(func() { err = call(t.Context(), c) })
			if o == op.Create {
				require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				assert.Equal(t, tt.want, took)
				continue
			}
			require.NoError(t, err)
			between(t, took, tt.want, tt.want+time.Second)
			assert.Equal(t, 2, s.Requests())
		}
	})
}
