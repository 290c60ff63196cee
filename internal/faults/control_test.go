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

// The control run: the rows of the suite, also against a bare go-retryablehttp
// client with its own policy. A row that passes there proves nothing of ours, so
// each must fail there, but those that say that they pass.

// caller makes a call of an operation, by this client or by a bare one.
type caller func(ctx context.Context, o *op.Operation) error

// ours calls through the client.
func ours(t testing.TB, transport http.RoundTripper, logged io.Writer) caller {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := build(t, transport, []frontegg.ClientOption{frontegg.WithCredentials("client-id", "api-key-secret"), frontegg.WithLogger(logger)})
	return func(ctx context.Context, o *op.Operation) error { return calls[o](ctx, c) }
}

// bare calls through go-retryablehttp as it comes, with a token that it holds.
func bare(_ testing.TB, transport http.RoundTripper, logged io.Writer) caller {
	c := retryablehttp.NewClient()
	c.Logger = log.New(logged, "", 0)
	c.HTTPClient.Transport = transport
	return bareAt(baseURL, c)
}

func bareAt(url string, c *retryablehttp.Client) caller {
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

// row is a rule, as something that can be seen to hold or not.
type row struct {
	name   string
	serve  func() answer
	holds  func(t *testing.T, s *service, call caller) bool
	passes bool // for a bare client too
}

// drawn are the rows of the tables that the suite runs over all operations.
func drawn() []row {
	var all []row
	add := func(name string, passes bool, first, then answer, rule func(o *op.Operation, s *service, err error) bool) {
		all = append(all, row{name, func() answer { return first }, func(t *testing.T, s *service, call caller) bool {
			for _, o := range operations() {
				s.answer, s.seen = script(first, then), nil
				clock.Pass(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // dates in headers have no fractions
				if err := call(t.Context(), o); !rule(o, s, err) {
					return false
				}
			}
			return true
		}, passes})
	}
	for _, code := range passing {
		add(fmt.Sprint("status ", code), false, reply(code, ""), good, repeatedButCreate)
	}
	for _, code := range lasting {
		repeats := code >= 500 && code != 501
		follows := slices.Contains([]int{301, 302, 303, 307, 308}, code)
		add(fmt.Sprint("status ", code), !repeats && !follows, reply(code, "", "Location", "https://elsewhere.test/"), good,
			func(_ *op.Operation, s *service, err error) bool { return status(err) == code && s.requests() == 1 })
	}
	for name, err := range brokenConnections {
		add(name, false, fails(err), good, repeatedButCreate)
		if err != io.EOF { // which is how a body ends well
			add(name+" in the body", false, breaksOff(err), good, repeatedButCreate)
		}
	}
	for name, err := range noConnections {
		add(name, true, fails(err), good, func(_ *op.Operation, s *service, err error) bool { return err == nil && s.requests() == 2 })
	}
	for name, err := range hopeless {
		_, known := errors.AsType[*tls.CertificateVerificationError](err)
		add(name, known, fails(err), good, func(_ *op.Operation, s *service, err error) bool { return err != nil && s.requests() == 1 })
	}
	for _, form := range limitForms {
		// Without a header that it knows a bare client waits for a second, the
		// least that we wait, and it knows Retry-After in seconds.
		atOnce := form.name == "Retry-After zero" || form.name == "Retry-After in the past" // which it takes at its word
		passes := form.to <= 2*time.Second && !atOnce || form.from == 7*time.Second
		add("429 with "+form.name, passes, func(r *http.Request) (*http.Response, error) { return reply(429, "", form.header()...)(r) }, good,
			func(_ *op.Operation, s *service, err error) bool {
				return err == nil && s.requests() == 2 && s.waits()[0] >= form.from && s.waits()[0] <= form.to
			})
	}
	return all
}

// repeatedButCreate is what is asked of a fault that may pass and befalls the
// first request.
func repeatedButCreate(o *op.Operation, s *service, err error) bool {
	if o == op.Create {
		return err != nil && s.requests() == 1
	}
	return err == nil && s.requests() == 2
}

func status(err error) int {
	if e, ok := errors.AsType[*frontegg.APIError](err); ok {
		return e.StatusCode
	}
	return 0
}

var rows = []row{
	{"a create that was reset is not sent again", func() answer { return script(fails(brokenConnections["reset"]), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.Create) != nil && s.requests() == 1
	}, false},
	{"a create that got a 503 is not sent again", func() answer { return script(reply(503, ""), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.Create) != nil && s.requests() == 1
	}, false},
	{"a truncated body is repeated", func() answer { return script(breaksOff(io.ErrUnexpectedEOF), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.requests() == 2
	}, false},
	{"a 408 is repeated", func() answer { return script(reply(408, ""), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.requests() == 2
	}, false},
	{"a 505 is not repeated", func() answer { return reply(505, "") }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) != nil && s.requests() == 1
	}, false},
	{"the last answer is kept", func() answer { return reply(503, "") }, func(t *testing.T, _ *service, call caller) bool {
		return status(call(t.Context(), op.List)) == 503
	}, false},
	{"the reset of a limit is waited for", func() answer { return script(resetIn(7*time.Second), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.waits()[0] >= 7*time.Second
	}, false},
	{"an hour is not waited for", func() answer { return script(reply(429, "", "Retry-After", "3600"), good) }, func(t *testing.T, _ *service, call caller) bool {
		return lasts(func() { _ = call(t.Context(), op.List) }) < time.Minute
	}, false},
	{"a Retry-After that overflows is no reason to send at once", func() answer { return script(reply(429, "", "Retry-After", "9223372037"), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) != nil && s.requests() == 1
	}, false},
	{"a deadline nearer than the wait ends at once", func() answer { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *service, call caller) bool {
		ctx := within(t, time.Second)
		return lasts(func() { _ = call(ctx, op.List) }) == 0
	}, false},
	{"cancelling in a wait keeps the last answer", func() answer { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *service, call caller) bool {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		return status(call(ctx, op.List)) == 429
	}, false},
	{"a limit holds back the route's other calls", func() answer { return script(reply(429, "", "Retry-After", "20"), good) }, func(t *testing.T, s *service, call caller) bool {
		go func() { _ = call(t.Context(), op.List) }()
		synctest.Wait()
		_ = call(t.Context(), op.List)
		return s.waits()[0] >= 20*time.Second
	}, false},
	{"a thousand calls into a dead service make at most 1050 requests", func() answer { return reply(503, "") }, func(t *testing.T, s *service, call caller) bool {
		for range 1000 {
			_ = call(t.Context(), op.List)
		}
		return s.requests() <= 1050
	}, false},
	{"callers come back apart", func() answer { return reply(502, "") }, func(t *testing.T, s *service, call caller) bool {
		_ = call(t.Context(), op.List)
		first := s.waits()
		s.seen = nil
		_ = call(t.Context(), op.List)
		return first[0] != s.waits()[0]
	}, false},
	{"a silent server ends with the attempt", func() answer { return script(hangs, good) }, func(t *testing.T, _ *service, call caller) bool {
		return call(within(t, time.Minute), op.List) == nil
	}, false},
	{"a 401 is replayed with a new token", func() answer { return takes("minted-token-2") }, func(t *testing.T, _ *service, call caller) bool {
		return call(t.Context(), op.List) == nil
	}, false},
	{"a redirect is not followed", func() answer { return script(reply(307, "", "Location", "https://elsewhere.test/"), good) }, func(t *testing.T, s *service, call caller) bool {
		return status(call(t.Context(), op.List)) == 307 && s.requests() == 1
	}, false},
	{"net/http cannot repeat a create", func() answer { return good }, func(t *testing.T, s *service, call caller) bool {
		_ = call(t.Context(), op.Create)
		return !s.seen[0].repeats
	}, false},
}

func TestControlEveryRowHoldsForTheClientAndFailsForABareOne(t *testing.T) {
	t.Parallel()
	for _, r := range slices.Concat(rows, drawn()) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for name, with := range map[string]func(testing.TB, http.RoundTripper, io.Writer) caller{"ours": ours, "bare": bare} {
				synctest.Test(t, func(t *testing.T) {
					minted := `{"token":"minted-token-%d","expiresIn":3600}`
					login := script(reply(200, fmt.Sprintf(minted, 1)), reply(200, fmt.Sprintf(minted, 2)))
					s := &service{login: login, answer: r.serve()}
					assert.Equal(t, name == "ours" || r.passes, r.holds(t, s, with(t, s, io.Discard)), "%s client", name)
				})
			}
		})
	}
}

func TestControlNoPathIsLoggedAndNoPoolFlushed(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]func(testing.TB, http.RoundTripper, io.Writer) caller{"ours": ours, "bare": bare} {
		synctest.Test(t, func(t *testing.T) {
			var logged bytes.Buffer
			pool := &flushes{RoundTripper: &service{answer: fails(brokenConnections["reset"])}}
			require.Error(t, with(t, pool, &logged)(t.Context(), op.Get))
			assert.NotEmpty(t, logged.String())
			assert.Equal(t, name == "ours", !strings.Contains(logged.String(), "/g1"), fmt.Sprint(name, ": paths in the log"))
			assert.Equal(t, name == "ours", pool.count.Load() == 0, "%s: the pool", name)
		})
	}
}

// TestControlOverTheWire asks a bare client what the tests of sockets ask of ours.
func TestControlOverTheWire(t *testing.T) {
	t.Parallel()
	// holds says whether the rule does, for all operations.
	holds := func(t *testing.T, serve func(o *op.Operation) (l *listener, requests *atomic.Int64)) bool {
		t.Helper()
		var broken atomic.Bool
		allAtOnce(operations(), func(o *op.Operation) {
			l, requests := serve(o)
			c := retryablehttp.NewClient()
			c.Logger, c.RetryWaitMin, c.RetryWaitMax = nil, time.Millisecond, time.Millisecond
			c.HTTPClient = &http.Client{Transport: l.transport(t), Timeout: time.Second} // for one that comes has none
			err := bareAt(l.url(), c)(t.Context(), o)
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
				secure := speaks(t, proto)
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
				secure = speaks(t, proto)
			}
			for name, fault := range wireFaults {
				assert.False(t, holds(t, func(*op.Operation) (*listener, *atomic.Int64) {
					l := listen(t, secure, first(fault))
					return l, &l.requests
				}), name)
			}
		})
	}
}
