package frontegg_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// The guards keep the client fast by what can be counted on any machine. Times
// are measured by the benchmark, in bench.

func TestConnections_Reused(t *testing.T) {
	t.Parallel()
	const callers, rounds = 64, 5
	together := make(chan struct{}, callers) // the requests of a round, none of which has a response
	release := make(chan struct{})
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		together <- struct{}{}
		<-release
		_, _ = io.WriteString(w, `{"id":"g1"}`)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c, err := frontegg.NewClient(frontegg.WithToken("token-of-the-test"), frontegg.WithBaseURL(server.URL))
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	for range rounds {
		ended := make(chan error, callers)
		for range callers {
			go func() { _, err := c.Groups.Get(t.Context(), "g1"); ended <- err }()
		}
		for range callers {
			<-together
		}
		for range callers {
			release <- struct{}{}
		}
		for range callers {
			require.NoError(t, <-ended)
		}
	}
	assert.EqualValues(t, callers, connections.Load(), "callers that come back find their connections open")
}

func TestBulkGet_Concurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var requests, inFlight, most int
		s := &fakeTransport{Respond: func(*http.Request) (*http.Response, error) {
			mu.Lock()
			requests++
			inFlight++
			most = max(most, inFlight)
			mu.Unlock()
			<-time.After(50 * time.Millisecond)
			mu.Lock()
			inFlight--
			mu.Unlock()
			return httpmock.NewStringResponse(201, noGroups), nil
		}}
		began := time.Now()
		_, err := newClient(t, s).Groups.BulkGet(t.Context(), ids("g", 10_000))
		require.NoError(t, err)
		assert.Equal(t, 50, requests)
		assert.Equal(t, 8, most)
		assert.Equal(t, 7*50*time.Millisecond, time.Since(began), "batches overlap: seven round trips for fifty requests")
	})
}

// TestWalk_Memory is about what a walk has in memory at its end: of each
// group a hash, and the pages that are read ahead.
func TestWalk_Memory(t *testing.T) {
	const size, pages, concurrency = 500, 200, 4
	const total = (pages + 1) * size / 2 // half of each page is on the one before, too
	padding := bytes.Repeat([]byte("x"), 1000)
	c := newClient(t, &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		page, err := strconv.Atoi(r.URL.Query().Get("_offset"))
		if err != nil {
			return nil, err
		}
		body := []byte(`{"items":[`)
		for i := range size {
			if i > 0 {
				body = append(body, ',')
			}
			body = fmt.Appendf(body, `{"id":"%d","metadata":"%d%s"}`, page*size/2+i, i, padding)
		}
		body = fmt.Appendf(body, `],"_metadata":{"totalPages":%d}}`, pages)
		return httpmock.NewBytesResponse(200, body), nil
	}})
	before, goroutines := liveHeap(), runtime.NumGoroutine()
	seen := 0
	var kept uint64
	for _, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{PageSize: size, Concurrency: concurrency}) {
		require.NoError(t, err)
		seen++
		if seen == total/2 {
			assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines+concurrency, "a goroutine a page in flight")
		}
		if seen == total {
			kept = liveHeap() - before
		}
	}
	assert.Equal(t, total, seen)
	const pageBytes = size * 1200
	assert.LessOrEqual(t, kept, uint64(24*seen+3*pageBytes), "all groups together are %d bytes", seen*1200)
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines, "a walk that has ended leaves no goroutine")
}

func liveHeap() uint64 {
	var m runtime.MemStats
	for range 3 { // the second and third find what the first left in pools
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
