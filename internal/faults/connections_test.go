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

// patience is how long a test waits on real time for what must come. It is far
// below the 90 seconds after which net/http closes an idle connection by itself.
const patience = 20 * time.Second

// ownTransport returns a client with the transport that clients make themselves,
// and what says that a connection to its server has ended.
func ownTransport(t testing.TB, handler http.HandlerFunc) (*frontegg.Client, <-chan struct{}) {
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
	c, err := frontegg.NewClient(frontegg.WithToken("held-token"), frontegg.WithBaseURL(srv.URL))
	require.NoError(t, err)
	return c, ended
}

func noGroups(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"groups":[]}`) }

func TestCloseFreesTheConnectionsThatTheClientMade(t *testing.T) {
	t.Parallel()
	c, ended := ownTransport(t, noGroups)
	require.NoError(t, calls[op.List](t.Context(), c))
	require.NoError(t, c.Close())
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the connection is still open")
	}
	runtime.KeepAlive(c) // forgotten, it would free them too
}

func TestAForgottenClientKeepsNoConnection(t *testing.T) {
	t.Parallel()
	ended := func() <-chan struct{} { // which holds no client
		c, ended := ownTransport(t, noGroups)
		require.NoError(t, calls[op.List](t.Context(), c))
		return ended
	}()
	collect := time.NewTicker(10 * time.Millisecond)
	defer collect.Stop()
	end := time.After(patience)
	for {
		select {
		case <-ended:
			return
		case <-collect.C:
			runtime.GC() // what it cleans up it does later, on its own
		case <-end:
			t.Fatal("the connection is still open")
		}
	}
}

func TestABurstOfCallersMakesAtMost96Connections(t *testing.T) {
	t.Parallel()
	var inside, most atomic.Int64
	crowd := make(chan struct{}) // closed when there are more, or when none has come for long enough
	var once sync.Once
	open := func() { once.Do(func() { close(crowd) }) }
	defer time.AfterFunc(patience, open).Stop() // where there are fewer
	c, _ := ownTransport(t, func(w http.ResponseWriter, r *http.Request) {
		n := inside.Add(1) // each on a connection of its own
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
		callers.Go(func() { assert.NoError(t, calls[op.List](t.Context(), c)) })
	}
	callers.Wait()
	assert.EqualValues(t, 96, most.Load())
}

func TestTheTimeoutOfTheCallersHTTPClientBoundsAnAttempt(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		for _, tt := range []struct{ timeout, want time.Duration }{
			{5 * time.Second, 5 * time.Second},
			{time.Hour, 30 * time.Second}, // it shortens, and does not lengthen
		} {
			s := &service{answer: script(hangs, good)}
			c := newClient(t, s, frontegg.WithHTTPClient(&http.Client{Transport: s, Timeout: tt.timeout}))
			var err error
			took := lasts(func() { err = call(t.Context(), c) })
			if o == op.Create {
				require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
				assert.Equal(t, tt.want, took)
				continue
			}
			require.NoError(t, err)
			between(t, took, tt.want, tt.want+time.Second)
			assert.Equal(t, 2, s.requests())
		}
	})
}
