package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// soakServer is a server that fails at random and checks its requests.
type soakServer struct {
	book     ledger
	mixed    atomic.Int64 // requests with the header of another call
	requests atomic.Int64
	logins   atomic.Int64
	open     atomic.Int64 // connections
}

func (s *soakServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if strings.HasSuffix(r.URL.Path, "/auth/vendor") {
		const token = `{"token":"soak-token","expiresIn":2}`
		if s.logins.Add(1) == 1 {
			_, _ = io.WriteString(w, token) // the run starts at once
			return
		}
		s.respond(w, r, token)
		return
	}
	s.requests.Add(1)
	call := r.Header.Get("X-Call") // the tenant and a number
	tenant, _, _ := strings.Cut(call, "/")
	environment := strings.HasSuffix(r.URL.Path, "/config")
	if got := r.Header.Get("Frontegg-Tenant-Id"); got != tenant && !environment || environment && got != "" {
		s.mixed.Add(1)
	}
	if name := r.Header.Get("X-Name"); name != "" && !strings.Contains(string(body), `"`+name+`"`) || r.Header.Get("Authorization") != "Bearer soak-token" {
		s.mixed.Add(1)
	}
	s.respond(w, r, "")
}

// respond succeeds mostly, else it fails before or after processing the request.
func (s *soakServer) respond(w http.ResponseWriter, r *http.Request, body string) {
	fate := rand.N(100)
	switch fate {
	case 0, 1:
		panic(http.ErrAbortHandler) // the connection is reset
	case 2, 3:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case 4:
		http.Error(w, "<html>", http.StatusBadGateway)
		return
	}
	if rand.N(2000) == 0 {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	resp, _ := success(r)
	if r.Header.Get("X-Name") != "" {
		body = s.book.apply(r)
	}
	if body == "" {
		b, _ := io.ReadAll(resp.Body)
		body = string(b)
	}
	switch fate {
	case 5:
		panic(http.ErrAbortHandler) // after processing
	case 6:
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, body)
		panic(http.ErrAbortHandler)
	case 7:
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.WriteString(w, body)
}

func soakLength(t testing.TB) time.Duration {
	t.Helper()
	if text := os.Getenv("FAULTS_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		require.NoError(t, err)
		return d
	}
	return 2 * time.Second
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestSoak runs 64 callers with all operations and several tenants for
// FAULTS_SOAK against a server that fails at random.
func TestSoak(t *testing.T) {
	s := &soakServer{book: ledger{created: map[string]int{}}}
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ErrorLog = discardLog
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.open.Add(-1)
		}
	}
	srv.Start()
	defer srv.Close()
	c, err := frontegg.NewClient(frontegg.WithBaseURL(srv.URL), frontegg.WithCredentials("client-id", "api-key-secret"))
	require.NoError(t, err)
	before := heap()
	ctx, stop := context.WithTimeout(t.Context(), soakLength(t))
	defer stop()
	var outcomes sync.Map // by group name
	var most atomic.Int64
	var callers sync.WaitGroup
	for caller := range 64 {
		callers.Go(func() {
			tenant := fmt.Sprint("tenant-", caller%5)
			view := c.ForTenant(tenant)
			for n := 0; ctx.Err() == nil; n++ {
				o := operations()[rand.N(13)]
				opts := []frontegg.RequestOption{frontegg.WithHeader("X-Call", fmt.Sprint(tenant, "/", caller, "-", n))}
				if o == op.Create {
					name := fmt.Sprint("group-", caller, "-", n)
					_, err := view.Groups.Create(ctx, frontegg.CreateGroupParams{Name: name}, append(opts, frontegg.WithHeader("X-Name", name))...)
					outcomes.Store(name, errors.Join(err))
				} else if err := operationCalls[o](ctx, view, opts...); err != nil {
					assert.NotContains(t, err.Error(), "soak-token")
				}
				most.Store(max(most.Load(), s.open.Load()))
			}
		})
	}
	callers.Wait()
	require.NoError(t, c.Close())
	assert.Eventually(t, func() bool { return s.open.Load() == 0 }, realTimeout, time.Millisecond, "Close leaves no connection")
	runtime.KeepAlive(c) // forgotten, it would close them too
	srv.Close()          // waits for handlers of canceled requests
	s.check(t, &outcomes)
	assert.LessOrEqual(t, most.Load(), int64(64+32), "connections are reused")
	assert.Less(t, int64(heap())-int64(before), int64(64<<20), "memory is given back")
	t.Logf("%d requests", s.requests.Load())
}

// check looks for groups that were created twice or lost.
func (s *soakServer) check(t testing.TB, outcomes *sync.Map) {
	t.Helper()
	assert.Zero(t, s.mixed.Load(), "headers of one call in another")
	assert.Positive(t, s.requests.Load())
	outcomes.Range(func(key, value any) bool {
		name, count := key.(string), s.book.created[key.(string)]
		err, _ := value.(error)
		assert.LessOrEqual(t, count, 1, "%s was created twice", name)
		if err == nil {
			assert.Equal(t, 1, count, "%s was lost", name)
		} else if count == 1 {
			assert.ErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
		}
		return true
	})
}
