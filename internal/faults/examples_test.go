package faults

import (
	"context"
	"errors"
	"net"
	"net/http"
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

// The examples of docs/faults.md, one test each, in order. Those that need a real
// connection are in http1_test.go.

func TestExamples_ConnectionRefused(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: failWith(dialErrors["connection refused"])}
		err := call(t.Context(), newClient(t, s))
		assert.Equal(t, 4, as[*frontegg.TransportError](t, err).Attempts)
		_ = as[*net.OpError](t, err)
		require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	})
}

func TestExamples_UntrustedCertificateOrNXDOMAIN(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for _, name := range []string{"untrusted certificate", "NXDOMAIN"} {
			err := call(t.Context(), newClient(t, &fakeTransport{respond: failWith(permanentErrors[name])}))
			assert.Equal(t, 1, as[*frontegg.TransportError](t, err).Attempts)
		}
	})
}

func TestExamples_CreateReset(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: failWith(connectionErrors["reset"])}
		err := operationCalls[op.Create](t.Context(), newClient(t, s))
		assert.Equal(t, 1, s.requests())
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		require.ErrorIs(t, err, connectionErrors["reset"])
	})
}

func TestExamples_OtherOperationsReset(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{respond: script(failWith(connectionErrors["reset"]), success)}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		assert.Equal(t, 2, s.requests())
		requireSameRequests(t, s.seen)
	})
}

func TestExamples_503Always(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		busy := func(trace string) responder {
			return reply(503, `{"errors":["busy"],"errorCode":"ER-1"}`, "Frontegg-Trace-Id", trace)
		}
		s := &fakeTransport{respond: script(busy("t1"), busy("t2"), busy("t3"), busy("t4"))}
		err := call(t.Context(), newClient(t, s))
		apiErr := as[*frontegg.APIError](t, err)
		want, trace := 4, "t4"
		if o == op.Create {
			want, trace = 1, "t1"
		}
		assert.Equal(t, 503, apiErr.StatusCode)
		assert.Equal(t, want, apiErr.Attempts)
		assert.Equal(t, trace, apiErr.TraceID)
		assert.Equal(t, []string{"busy"}, apiErr.Messages)
		assert.Equal(t, "ER-1", apiErr.Code)
		require.ErrorIs(t, err, frontegg.ErrServer)
	})
}

func TestExamples_503Then400(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		if o == op.Create {
			return
		}
		s := &fakeTransport{respond: script(reply(503, ""), reply(400, ""))}
		err := call(t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrBadRequest)
		assert.Equal(t, 2, as[*frontegg.APIError](t, err).Attempts)
		assert.Equal(t, 2, s.requests())
	})
}

func TestExamples_429Reset7s(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		date := func(r *http.Request) (*http.Response, error) {
			return reply(429, "", resetHeader, time.Now().Add(7*time.Second).UTC().Format(time.RFC3339))(r)
		}
		s := &fakeTransport{respond: script(date, success)}
		require.NoError(t, call(t.Context(), newClient(t, s)))
		require.Equal(t, 2, s.requests())
		between(t, s.waits()[0], 7*time.Second, 11*time.Second)
	})
}

func TestExamples_429WithoutHeaders(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: reply(429, "")}
		err := call(t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		assert.Equal(t, 4, as[*frontegg.APIError](t, err).Attempts)
		waits := s.waits()
		require.Len(t, waits, 3)
		between(t, waits[0], time.Second, 2*time.Second)
		between(t, waits[1], 5*time.Second, 10*time.Second)
		between(t, waits[2], 30*time.Second, 60*time.Second)
	})
}

func TestExamples_429Reset1h(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: resetIn(time.Hour)}
		var err error
		took := elapsed(func() { err = call(t.Context(), newClient(t, s)) })
		_ = as[*frontegg.RateLimitError](t, err)
		assert.Zero(t, took)
		assert.Equal(t, 1, s.requests())
	})
}

func TestExamples_RetryAfterOverflow(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: reply(429, "", "Retry-After", "9223372037")}
		_ = as[*frontegg.RateLimitError](t, call(t.Context(), newClient(t, s)))
		assert.Equal(t, 1, s.requests())
	})
}

func TestExamples_429OnListThenConfig(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: script(resetIn(20*time.Second), success)}
		c := newClient(t, s)
		began := time.Now()
		var callers sync.WaitGroup
		callers.Go(func() { assert.NoError(t, operationCalls[op.List](t.Context(), c)) })
		synctest.Wait()
		for range 10 {
			callers.Go(func() { assert.NoError(t, operationCalls[op.List](t.Context(), c)) })
		}
		assert.Zero(t, elapsed(func() { require.NoError(t, operationCalls[op.Config](t.Context(), c)) }))
		callers.Wait()
		require.Equal(t, 13, s.requests())
		for _, a := range s.seen[1:] {
			if strings.HasSuffix(a.path, "/config") {
				assert.Equal(t, began, a.at)
				continue
			}
			assert.GreaterOrEqual(t, a.at.Sub(began), 20*time.Second)
		}
	})
}

func TestExamples_Deadline700msReset30s(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: resetIn(30 * time.Second)}
		ctx := withTimeout(t, 700*time.Millisecond)
		var err error
		assert.Zero(t, elapsed(func() { err = call(ctx, newClient(t, s)) }))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 429, as[*frontegg.APIError](t, err).StatusCode)
	})
}

func TestExamples_100ColdCallersLeaderCanceled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: success, login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() { assert.ErrorIs(t, operationCalls[op.Get](ctx, c), context.Canceled) })
		synctest.Wait()
		for range 99 {
			callers.Go(func() { assert.NoError(t, operationCalls[op.Get](t.Context(), c)) })
		}
		synctest.Wait()
		cancel()
		callers.Wait()
		assert.Equal(t, 1, s.tokenRequests())
	})
}

func TestExamples_Refresh503(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: success, login: script(issueTokens(1000*time.Second), reply(503, ""))}
		c := newLoginClient(t, s)
		began := time.Now()
		for time.Since(began) < 999*time.Second {
			require.NoError(t, call(t.Context(), c))
			clock.Pass(5 * time.Second)
		}
		assert.Greater(t, s.tokenRequests(), 4)
		assert.Less(t, s.tokenRequests(), 1+3*8, "a try of three requests each 30 s")
	})
}

func TestExamples_401CachedToken(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{respond: accept("minted-token-1"), login: issueTokens(time.Hour)}
		c := newLoginClient(t, s)
		require.NoError(t, call(t.Context(), c))
		s.respond = accept("minted-token-2")
		require.NoError(t, call(t.Context(), c))
		assert.Equal(t, 2, s.tokenRequests(), "one refresh")
		assert.Equal(t, 3, s.requests(), "one replay")
	})
}

func TestExamples_WrongAPIKey500Callers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: success, login: reply(401, `{"errors":["wrong"]}`)}
		c := newLoginClient(t, s)
		var callers sync.WaitGroup
		for range 500 {
			callers.Go(func() { assert.ErrorIs(t, operationCalls[op.Get](t.Context(), c), frontegg.ErrAuthentication) })
			clock.Pass(2 * time.Millisecond)
		}
		callers.Wait()
		assert.LessOrEqual(t, s.tokenRequests(), 2)
		assert.Zero(t, s.requests())
	})
}

func TestExamples_CaptivePortal(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		portal := "<html>\n<script>\x07</script>" + strings.Repeat("log in ", 1000)
		s := &fakeTransport{respond: reply(200, portal, "Content-Type", "text/html; charset=utf-8")}
		err := call(t.Context(), newClient(t, s))
		if o.Result == op.NoDocument {
			return
		}
		decode := as[*frontegg.DecodeError](t, err)
		assert.Equal(t, 200, decode.StatusCode)
		for _, part := range []string{"200", "text/html", `<html>\n<script>\a</script>log in`} {
			assert.ErrorContains(t, err, part)
		}
		assert.Less(t, len(err.Error()), 600)
		assert.NotContains(t, err.Error(), "\n")
	})
}

func TestExamples_LinksNotFollowed(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		link := func(body string) responder {
			return reply(200, strings.Replace(body, "{", `{"_links":{"next":"https://elsewhere.test/x?_offset=7"},`, 1))
		}
		s := &fakeTransport{respond: pages(link(page(2, "a")), link(page(2, "b")))}
		s.respond = func(inner responder) responder {
			return func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, "api.test", r.URL.Host)
				return inner(r)
			}
		}(s.respond)
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b"}, ids)
		assert.Empty(t, errs)
		assert.Equal(t, 2, s.requests())
	})
}

func TestExamples_OffsetIgnored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: reply(200, page(5, "a", "b"))}
		_, errs := walk(t, newClient(t, s), 0)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], frontegg.ErrPagination)
		assert.Equal(t, 2, s.requests())
	})
}

func TestExamples_Page3Fails(t *testing.T) {
	walks(t, func(t *testing.T, n int) {
		s := &fakeTransport{respond: pages(reply(200, page(9, "a")), reply(200, page(9, "b")), reply(403, ""), reply(200, page(9, "d")))}
		ids, errs := walk(t, newClient(t, s), n)
		assert.Equal(t, []string{"a", "b"}, ids)
		require.Len(t, errs, 1)
		require.ErrorIs(t, errs[0], frontegg.ErrForbidden)
		before := s.requests()
		clock.Pass(time.Hour)
		assert.Equal(t, before, s.requests())
	})
}

func TestExamples_BreakInPage1(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: reply(200, page(5, "a", "b"))}
		for _, err := range newClient(t, s).Groups.All(t.Context(), frontegg.WalkOptions{}) {
			require.NoError(t, err)
			break
		}
		assert.Equal(t, 1, s.requests())
	})
}

func TestExamples_EnsureAfterLostResponse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{respond: success}
		s.respond = func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return nil, errors.New("read: connection reset by peer")
			}
			return success(r)
		}
		g, created, err := newClient(t, s).Groups.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Admins"})
		require.NoError(t, err)
		assert.False(t, created)
		assert.Equal(t, "g1", g.ID)
		assert.Equal(t, 2, s.requests())
	})
}
