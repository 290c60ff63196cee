package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
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

// page returns the body of a page with the ids; total is its totalPages.
func page(total int, ids ...string) string {
	var rows []string
	for _, id := range ids {
		rows = append(rows, fmt.Sprintf(`{"id":%q}`, id))
	}
	return fmt.Sprintf(`{"items":[%s],"_metadata":{"totalPages":%d}}`, strings.Join(rows, ","), total)
}

// pages serves page n with the n-th responder, and later ones with an empty page.
func pages(responses ...responder) responder {
	return func(r *http.Request) (*http.Response, error) {
		var n int
		_, _ = fmt.Sscan(r.URL.Query().Get("_offset"), &n)
		if n < len(responses) {
			return responses[n](r)
		}
		return reply(200, page(0))(r)
	}
}

// walk returns the ids and errors of a walk. Errors must come last.
func walk(t testing.TB, c *frontegg.Client, concurrency int) (ids []string, errs []error) {
	t.Helper()
	for g, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: concurrency}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		require.Empty(t, errs, "a group after an error")
		ids = append(ids, g.ID)
	}
	return ids, errs
}

// walks runs test for several concurrencies.
func walks(t *testing.T, test func(t *testing.T, concurrency int)) {
	t.Helper()
	t.Parallel()
	for _, n := range []int{0, 1, 2, 8} {
		t.Run(fmt.Sprint("concurrency ", n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, n) })
		})
	}
}

func TestWalk_Query(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{Respond: pages(reply(200, page(2, "a")), reply(200, page(2, "b")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b"}, ids)
		assert.Empty(t, errs)
		require.Len(t, s.Seen, 2)
		for i, a := range s.Seen {
			assert.Equal(t, fmt.Sprintf("_limit=200&_offset=%d&_order=ASC&_sortBy=id", i), a.URL.RawQuery)
		}
	})
}

func TestWalk_ShortPage(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		for _, total := range []int{0, 3, 9} {
			s := &fakeTransport{Respond: pages(reply(200, page(total, "a", "b")), reply(200, page(total, "c")), reply(200, page(total, "d", "e")))}
			ids, errs := walk(t, newClient(t, s), n)
			assert.Equal(t, []string{"a", "b", "c", "d", "e"}, ids)
			assert.Empty(t, errs)
		}
		ids, errs := walk(t, newClient(t, &fakeTransport{Respond: pages()}), n)
		assert.Empty(t, ids)
		assert.Empty(t, errs)
	})
}

func TestWalk_MovedRow(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{Respond: pages(reply(200, page(3, "a", "b")), reply(200, page(3, "b", "c")), reply(200, page(3, "c", "d", "d")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b", "c", "d"}, ids)
		assert.Empty(t, errs)
	})
}

func TestWalk_RepeatedPage(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		for _, totalPages := range []int{0, 5} {
			s := &fakeTransport{Respond: reply(200, page(totalPages, "a", "b"))}
			ids, errs := walk(t, newClient(t, s), n)
			assert.Equal(t, []string{"a", "b"}, ids)
			require.Len(t, errs, 1)
			require.ErrorIs(t, errs[0], frontegg.ErrPagination)
			assert.LessOrEqual(t, s.Requests(), 2+2*n)
		}
		s := &fakeTransport{Respond: pages(reply(200, page(9, "a", "b")), reply(200, page(9, "c")), reply(200, page(9, "b", "a")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b", "c"}, ids)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], frontegg.ErrPagination, "later, in another order")
	})
}

func TestWalk_MaxPages(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			return reply(200, page(1<<30, "id-"+r.URL.Query().Get("_offset")))(r)
		}}
		ids, errs := walk(t, newClient(t, s), 0)
		assert.Len(t, ids, 10_000)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], frontegg.ErrPagination)
		assert.LessOrEqual(t, s.Requests(), 10_001)
	})
}

func TestWalk_WrongTotals(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		for _, total := range []string{"-5", "0", "1e15", "9007199254740991", "null"} {
			first := strings.Replace(page(77, "a"), "77", total, 1)
			s := &fakeTransport{Respond: pages(reply(200, first), reply(200, strings.Replace(page(77), "77", total, 1)))}
			ids, errs := walk(t, newClient(t, s), n)
			assert.Equal(t, []string{"a"}, ids, total)
			assert.Empty(t, errs, total)
		}
	})
}

func TestWalk_Break(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("_offset") != "0" {
				return hang(r) // until the break cancels it
			}
			return reply(200, page(1000, "a", "b", "c"))(r)
		}}
		for _, err := range newClient(t, s).Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: n}) {
			require.NoError(t, err)
			break
		}
		before := s.Requests()
		synctest.Wait()
		clock.Pass(time.Hour)
		assert.Equal(t, before, s.Requests())
		assert.LessOrEqual(t, before, 1+max(0, min(n, 2)))
	})
}

func TestWalk_RetriesPerPage(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		flaky := func(body string) responder {
			return script(reply(503, ""), failWith(connectionErrors["reset"]), reply(200, body))
		}
		s := &fakeTransport{Respond: pages(flaky(page(3, "a")), flaky(page(3, "b")), flaky(page(3, "c")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b", "c"}, ids)
		assert.Empty(t, errs)
	})
}

func TestWalk_ContextCanceled(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		cause := errors.New("why")
		ctx, cancel := context.WithCancelCause(t.Context())
		s := &fakeTransport{Respond: pages(reply(200, page(3, "a")), hang)}
		time.AfterFunc(time.Second, func() { cancel(cause) })
		var ids []string
		var last error
		for g, err := range newClient(t, s).Groups.All(ctx, frontegg.WalkOptions{Concurrency: n}) {
			if last = err; err == nil {
				ids = append(ids, g.ID)
			}
		}
		assert.Equal(t, []string{"a"}, ids)
		require.ErrorIs(t, last, context.Canceled)
		require.ErrorIs(t, last, cause)
	})
}

func TestWalk_RangeTwice(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{Respond: pages(reply(200, page(2, "a")), reply(200, page(2, "b")))}
		c := newClient(t, s)
		all := c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: n})
		for range 2 {
			var ids []string
			for g, err := range all {
				require.NoError(t, err)
				ids = append(ids, g.ID)
			}
			assert.Equal(t, []string{"a", "b"}, ids)
		}
	})
}

func TestWalk_LinksNotFollowed(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		link := func(body string) responder {
			return reply(200, strings.Replace(body, "{", `{"_links":{"next":"https://elsewhere.test/x?_offset=7"},`, 1))
		}
		s := &fakeTransport{Respond: pages(link(page(2, "a")), link(page(2, "b")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b"}, ids)
		assert.Empty(t, errs)
		require.Len(t, s.Seen, 2)
		for _, r := range s.Seen {
			assert.Equal(t, "api.frontegg.com", r.URL.Host)
		}
	})
}

func TestWalk_PageFails(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{Respond: pages(reply(200, page(9, "a")), reply(200, page(9, "b")), reply(403, ""), reply(200, page(9, "d")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b"}, ids)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], frontegg.ErrForbidden)
		before := s.Requests()
		clock.Pass(time.Hour)
		assert.Equal(t, before, s.Requests())
	})
}

func TestWalk_Response(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		traced := func(number int) responder {
			return reply(200, page(9, fmt.Sprint(number)), "Frontegg-Trace-Id", fmt.Sprint(number))
		}
		c := newClient(t, &fakeTransport{Respond: pages(traced(0), traced(1), traced(2), reply(403, ""))})
		var response frontegg.Response
		for g, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{Concurrency: n}, frontegg.WithResponse(&response)) {
			if err == nil {
				assert.Equal(t, g.ID, response.TraceID, "that of the page of the group")
			}
		}
		assert.Equal(t, 403, response.StatusCode)
	})
}

func TestWalk_RateLimit(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		var mu sync.Mutex
		window, used := time.Now(), 0
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) { // 100 requests a minute
			clock.Pass(10 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if time.Since(window) >= time.Minute {
				window, used = time.Now(), 0
			}
			if used++; used > 100 {
				return reply(429, "", resetHeader, window.Add(time.Minute).UTC().Format(time.RFC3339))(r)
			}
			return reply(200, page(350, r.URL.Query().Get("_offset")))(r)
		}}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Empty(t, errs)
		require.Len(t, ids, 350)
		for i, id := range ids {
			assert.Equal(t, fmt.Sprint(i), id)
		}
	})
}

// A test that fails in a mock, as with require, ends the goroutine of the transport.
func TestTransport_EndsItsGoroutine(t *testing.T) {
	t.Parallel()
	c := newClient(t, &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost || r.URL.Query().Get("_offset") == "3" || strings.HasSuffix(r.URL.Path, "/v3/groups") {
			runtime.Goexit()
		}
		return reply(200, strings.Replace(page(9, "id-"+r.URL.Query().Get("_offset")), `"id"`, `"tenantId":"x","id"`, 1))(r)
	}})
	require.Error(t, operationCalls[op.BulkGet](t.Context(), c))
	require.Error(t, operationCalls[op.GroupIDsOfUsers](t.Context(), c))
	require.Error(t, lastError(c.Users.All(t.Context(), frontegg.UserWalkOptions{Concurrency: 4})))
	require.Error(t, lastError(c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{Concurrency: 4})))
	ids, errs := walk(t, c, 4)
	assert.Equal(t, []string{"id-0", "id-1", "id-2"}, ids)
	require.Len(t, errs, 1)
}
