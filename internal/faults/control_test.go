package faults

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
	"github.com/frontegg-go/frontegg/internal/op"
)

// The control run: the same cases against this client and against a
// go-retryablehttp client with its default policy. A case that passes there proves
// nothing about this library, so each must fail there unless passes is set.

// caller calls an operation with this client or with a bare go-retryablehttp one.
type caller func(ctx context.Context, o *op.Operation) error

// libraryCaller calls with this library.
func libraryCaller(t testing.TB, transport http.RoundTripper, logged io.Writer) caller {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := newLoginClient(t, transport, frontegg.WithLogger(logger))
	return func(ctx context.Context, o *op.Operation) error { return operationCalls[o](ctx, c) }
}

// bareCaller calls with go-retryablehttp's defaults and a static token.
func bareCaller(_ testing.TB, transport http.RoundTripper, logged io.Writer) caller {
	c := retryablehttp.NewClient()
	c.Logger = log.New(logged, "", 0)
	c.HTTPClient.Transport = transport
	return bareCallerAt(baseURL, c)
}

func bareCallerAt(url string, c *retryablehttp.Client) caller {
	return func(ctx context.Context, o *op.Operation) error {
		path := strings.NewReplacer("{id}", "g1", "{groupId}", "g1").Replace(o.Route)
		var body any
		if o.Method != http.MethodGet {
			body = []byte(`{"name":"Admins"}`)
		}
		req, err := retryablehttp.NewRequestWithContext(ctx, o.Method, url+path, body)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer minted-token-1")
		resp, err := c.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode > 299 {
			return &frontegg.APIError{StatusCode: resp.StatusCode}
		}
		_, err = io.ReadAll(resp.Body)
		return err
	}
}

// controlCase is a rule that either client keeps or breaks.
type controlCase struct {
	name   string
	serve  func() responder
	holds  func(t *testing.T, s *fakeTransport, call caller) bool
	passes bool // the bare client keeps it too
}

// generatedCases are the cases of the tables that are run for every operation.
func generatedCases() []controlCase {
	var all []controlCase
	add := func(name string, passes bool, first, then responder, rule func(o *op.Operation, s *fakeTransport, err error) bool) {
		all = append(all, controlCase{name, func() responder { return first }, func(t *testing.T, s *fakeTransport, call caller) bool {
			for _, o := range operations() {
				s.Respond, s.Seen = script(first, then), nil
				clock.Pass(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // dates in headers have no fractions
				if err := call(t.Context(), o); !rule(o, s, err) {
					return false
				}
			}
			return true
		}, passes})
	}
	for _, code := range transientStatuses {
		add(fmt.Sprint("status ", code), false, reply(code, ""), success, retriedUnlessCreate)
	}
	for _, code := range permanentStatuses {
		replayable := code >= 500 && code != 501
		follows := slices.Contains([]int{301, 302, 303, 307, 308}, code)
		add(fmt.Sprint("status ", code), !replayable && !follows, reply(code, "", "Location", "https://elsewhere.test/"), success,
			func(_ *op.Operation, s *fakeTransport, err error) bool {
				return status(err) == code && s.Requests() == 1
			})
	}
	for name, err := range connectionErrors {
		add(name, false, failWith(err), success, retriedUnlessCreate)
		if err != io.EOF { // the regular end of a body
			add(name+" in the body", false, truncated(err), success, retriedUnlessCreate)
		}
	}
	for name, err := range dialErrors {
		add(name, true, failWith(err), success, func(_ *op.Operation, s *fakeTransport, err error) bool { return err == nil && s.Requests() == 2 })
	}
	for name, err := range permanentErrors {
		_, known := errors.AsType[*tls.CertificateVerificationError](err)
		add(name, known, failWith(err), success, func(_ *op.Operation, s *fakeTransport, err error) bool { return err != nil && s.Requests() == 1 })
	}
	for _, form := range limitForms {
		// The bare client knows Retry-After in seconds. Without it, it waits for a
		// second, our minimum.
		atOnce := form.name == "Retry-After zero" || form.name == "Retry-After in the past" // it retries at once
		passes := form.to <= 2*time.Second && !atOnce || form.from == 7*time.Second
		add("429 with "+form.name, passes, func(r *http.Request) (*http.Response, error) { return reply(429, "", form.header()...)(r) }, success,
			func(_ *op.Operation, s *fakeTransport, err error) bool {
				return err == nil && s.Requests() == 2 && s.Waits()[0] >= form.from && s.Waits()[0] <= form.to
			})
	}
	return all
}

// retriedUnlessCreate reports whether a transient fault of the first request was
// retried, except for a create.
func retriedUnlessCreate(o *op.Operation, s *fakeTransport, err error) bool {
	if o == op.Create {
		return err != nil && s.Requests() == 1
	}
	return err == nil && s.Requests() == 2
}

func status(err error) int {
	if e, ok := errors.AsType[*frontegg.APIError](err); ok {
		return e.StatusCode
	}
	return 0
}

var controlCases = []controlCase{
	{"a create that was reset is not retried", func() responder { return script(failWith(connectionErrors["reset"]), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.Create) != nil && s.Requests() == 1
	}, false},
	{"a create that got a 503 is not retried", func() responder { return script(reply(503, ""), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.Create) != nil && s.Requests() == 1
	}, false},
	{"a truncated body is retried", func() responder { return script(truncated(io.ErrUnexpectedEOF), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) == nil && s.Requests() == 2
	}, false},
	{"a 408 is retried", func() responder { return script(reply(408, ""), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) == nil && s.Requests() == 2
	}, false},
	{"a 505 is not retried", func() responder { return reply(505, "") }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) != nil && s.Requests() == 1
	}, false},
	{"the last response is kept", func() responder { return reply(503, "") }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		return status(call(t.Context(), op.List)) == 503
	}, false},
	{"the reset of a limit is waited for", func() responder { return script(resetIn(7*time.Second), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) == nil && s.Waits()[0] >= 7*time.Second
	}, false},
	{"an hour is not waited for", func() responder { return script(reply(429, "", "Retry-After", "3600"), success) }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		return elapsed(func() { _ = call(t.Context(), op.List) }) < time.Minute
	}, false},
	{"a Retry-After that overflows is no reason to send at once", func() responder { return script(reply(429, "", "Retry-After", "9223372037"), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) != nil && s.Requests() == 1
	}, false},
	{"a deadline nearer than the wait ends at once", func() responder { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		ctx := withTimeout(t, time.Second)
		return elapsed(func() { _ = call(ctx, op.List) }) == 0
	}, false},
	{"canceling a wait keeps the last response", func() responder { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		return status(call(ctx, op.List)) == 429
	}, false},
	{"a limit holds back the route's other calls", func() responder { return script(reply(429, "", "Retry-After", "20"), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		go func() { _ = call(t.Context(), op.List) }()
		synctest.Wait()
		_ = call(t.Context(), op.List)
		return s.Waits()[0] >= 20*time.Second
	}, false},
	{"a thousand calls into a dead service make at most 1050 requests", func() responder { return reply(503, "") }, func(t *testing.T, s *fakeTransport, call caller) bool {
		for range 1000 {
			_ = call(t.Context(), op.List)
		}
		return s.Requests() <= 1050
	}, false},
	{"callers come back apart", func() responder { return reply(502, "") }, func(t *testing.T, s *fakeTransport, call caller) bool {
		_ = call(t.Context(), op.List)
		first := s.Waits()
		s.Seen = nil
		_ = call(t.Context(), op.List)
		return first[0] != s.Waits()[0]
	}, false},
	{"a silent server ends with the attempt", func() responder { return script(hang, success) }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		return call(withTimeout(t, time.Minute), op.List) == nil
	}, false},
	{"a 401 is replayed with a new token", func() responder { return accept("minted-token-2") }, func(t *testing.T, _ *fakeTransport, call caller) bool {
		return call(t.Context(), op.List) == nil
	}, false},
	{"a redirect is not followed", func() responder { return script(reply(307, "", "Location", "https://elsewhere.test/"), success) }, func(t *testing.T, s *fakeTransport, call caller) bool {
		return status(call(t.Context(), op.List)) == 307 && s.Requests() == 1
	}, false},
	{"net/http cannot retry a create", func() responder { return success }, func(t *testing.T, s *fakeTransport, call caller) bool {
		_ = call(t.Context(), op.Create)
		return s.Seen[0].GetBody == nil
	}, false},
}

func TestControl_Transport(t *testing.T) {
	t.Parallel()
	for _, r := range slices.Concat(controlCases, generatedCases()) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for name, with := range map[string]func(testing.TB, http.RoundTripper, io.Writer) caller{"ours": libraryCaller, "bare": bareCaller} {
				synctest.Test(t, func(t *testing.T) {
					minted := `{"token":"minted-token-%d","expiresIn":3600}`
					login := script(reply(200, fmt.Sprintf(minted, 1)), reply(200, fmt.Sprintf(minted, 2)))
					s := &fakeTransport{Login: login, Respond: r.serve()}
					assert.Equal(t, name == "ours" || r.passes, r.holds(t, s, with(t, s, io.Discard)), "%s client", name)
				})
			}
		})
	}
}

func TestControl_LogAndPool(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]func(testing.TB, http.RoundTripper, io.Writer) caller{"ours": libraryCaller, "bare": bareCaller} {
		synctest.Test(t, func(t *testing.T) {
			var logged bytes.Buffer
			pool := &flushCounter{RoundTripper: &fakeTransport{Respond: failWith(connectionErrors["reset"])}}
			require.Error(t, with(t, pool, &logged)(t.Context(), op.Get))
			assert.NotEmpty(t, logged.String())
			assert.Equal(t, name == "ours", !strings.Contains(logged.String(), "/g1"), fmt.Sprint(name, ": paths in the log"))
			assert.Equal(t, name == "ours", pool.count.Load() == 0, "%s: the pool", name)
		})
	}
}

// TestControl_Sockets runs the socket tests with a bare client.
func TestControl_Sockets(t *testing.T) {
	t.Parallel()
	// holds reports whether all operations keep the rule.
	holds := func(t *testing.T, serve func(o *op.Operation) (l *listener, requests *atomic.Int64)) bool {
		t.Helper()
		var broken atomic.Bool
		inParallel(operations(), func(o *op.Operation) {
			l, requests := serve(o)
			c := retryablehttp.NewClient()
			c.Logger, c.RetryWaitMin, c.RetryWaitMax = nil, time.Millisecond, time.Millisecond
			c.HTTPClient = &http.Client{Transport: l.transport(t), Timeout: time.Second} // the default has none
			err := bareCallerAt(l.url(), c)(t.Context(), o)
			if o == op.Create && (err == nil || requests.Load() > 1) || o != op.Create && (err != nil || requests.Load() < 2) {
				broken.Store(true)
			}
		})
		return !broken.Load()
	}
	for _, proto := range []string{"plain", "http/1.1", "h2"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			if proto == "h2" {
				secure := tlsConfig(t, proto)
				for name, fault := range h2Faults {
					assert.False(t, holds(t, func(o *op.Operation) (*listener, *atomic.Int64) {
						s := serveH2(t, secure, fault, bodyFor(o))
						return s.listener, &s.headers
					}), name)
				}
				return
			}
			var secure *tls.Config
			if proto != "plain" {
				secure = tlsConfig(t, proto)
			}
			for name, fault := range wireFaults {
				assert.False(t, holds(t, func(*op.Operation) (*listener, *atomic.Int64) {
					l := listen(t, secure, failFirst(fault))
					return l, &l.requests
				}), name)
			}
		})
	}
}
