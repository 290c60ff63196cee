package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// The control run: the rows that the client's policy exists for, also against a
// bare go-retryablehttp client with its own policy. A row that passes there
// would prove nothing, so each must fail there.

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
	return func(ctx context.Context, o *op.Operation) error {
		path := strings.NewReplacer("{id}", "g1", "{groupId}", "g1").Replace(o.Route)
		var body any
		if o.Method != http.MethodGet {
			body = []byte(`{"name":"Admins"}`)
		}
		req, err := retryablehttp.NewRequestWithContext(ctx, o.Method, baseURL+path, body)
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
	name  string
	serve func() answer
	holds func(t *testing.T, s *service, call caller) bool
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
	}},
	{"a create that got a 503 is not sent again", func() answer { return script(reply(503, ""), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.Create) != nil && s.requests() == 1
	}},
	{"a truncated body is repeated", func() answer { return script(breaksOff(io.ErrUnexpectedEOF), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.requests() == 2
	}},
	{"a 408 is repeated", func() answer { return script(reply(408, ""), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.requests() == 2
	}},
	{"a 505 is not repeated", func() answer { return reply(505, "") }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) != nil && s.requests() == 1
	}},
	{"the last answer is kept", func() answer { return reply(503, "") }, func(t *testing.T, _ *service, call caller) bool {
		return status(call(t.Context(), op.List)) == 503
	}},
	{"the reset of a limit is waited for", func() answer { return script(resetIn(7*time.Second), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) == nil && s.waits()[0] >= 7*time.Second
	}},
	{"an hour is not waited for", func() answer { return script(reply(429, "", "Retry-After", "3600"), good) }, func(t *testing.T, _ *service, call caller) bool {
		return lasts(func() { _ = call(t.Context(), op.List) }) < time.Minute
	}},
	{"a Retry-After that overflows is no reason to send at once", func() answer { return script(reply(429, "", "Retry-After", "9223372037"), good) }, func(t *testing.T, s *service, call caller) bool {
		return call(t.Context(), op.List) != nil && s.requests() == 1
	}},
	{"a deadline nearer than the wait ends at once", func() answer { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *service, call caller) bool {
		ctx := within(t, time.Second)
		return lasts(func() { _ = call(ctx, op.List) }) == 0
	}},
	{"cancelling in a wait keeps the last answer", func() answer { return reply(429, "", "Retry-After", "30") }, func(t *testing.T, _ *service, call caller) bool {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		return status(call(ctx, op.List)) == 429
	}},
	{"a limit holds back the route's other calls", func() answer { return script(reply(429, "", "Retry-After", "20"), good) }, func(t *testing.T, s *service, call caller) bool {
		go func() { _ = call(t.Context(), op.List) }()
		synctest.Wait()
		_ = call(t.Context(), op.List)
		return s.waits()[0] >= 20*time.Second
	}},
	{"a thousand calls into a dead service make at most 1050 requests", func() answer { return reply(503, "") }, func(t *testing.T, s *service, call caller) bool {
		for range 1000 {
			_ = call(t.Context(), op.List)
		}
		return s.requests() <= 1050
	}},
	{"callers come back apart", func() answer { return reply(502, "") }, func(t *testing.T, s *service, call caller) bool {
		_ = call(t.Context(), op.List)
		first := s.waits()
		s.seen = nil
		_ = call(t.Context(), op.List)
		return first[0] != s.waits()[0]
	}},
	{"a silent server ends with the attempt", func() answer { return script(hangs, good) }, func(t *testing.T, _ *service, call caller) bool {
		return call(within(t, time.Minute), op.List) == nil
	}},
	{"a 401 is replayed with a new token", func() answer { return takes("minted-token-2") }, func(t *testing.T, _ *service, call caller) bool {
		return call(t.Context(), op.List) == nil
	}},
	{"a redirect is not followed", func() answer { return script(reply(307, "", "Location", "https://elsewhere.test/"), good) }, func(t *testing.T, s *service, call caller) bool {
		return status(call(t.Context(), op.List)) == 307 && s.requests() == 1
	}},
	{"net/http cannot repeat a create", func() answer { return good }, func(t *testing.T, s *service, call caller) bool {
		_ = call(t.Context(), op.Create)
		return !s.seen[0].repeats
	}},
}

func TestControlEveryRowHoldsForTheClientAndFailsForABareOne(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for name, with := range map[string]func(testing.TB, http.RoundTripper, io.Writer) caller{"ours": ours, "bare": bare} {
				synctest.Test(t, func(t *testing.T) {
					minted := `{"token":"minted-token-%d","expiresIn":3600}`
					login := script(reply(200, fmt.Sprintf(minted, 1)), reply(200, fmt.Sprintf(minted, 2)))
					s := &service{login: login, answer: r.serve()}
					assert.Equal(t, name == "ours", r.holds(t, s, with(t, s, io.Discard)), "%s client", name)
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
