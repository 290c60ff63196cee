package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

// What is reported by errors, the Response, the hook and the log.

func TestWithResponse_EachOperation(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		header := []string{"Frontegg-Trace-Id", "trace-1", "X-Rate-Limit-Limit", "100", "X-Rate-Limit-Remaining", "99"}
		for name, tt := range map[string]struct {
			respond responder
			status  int // 0: the operation's success
		}{
			"success": {respond: success}, "error": {reply(404, ""), 404}, "limit": {reply(429, "", "Retry-After", "3600"), 429},
		} {
			want := 0
			s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
				resp, err := tt.respond(r)
				for i := 0; i < len(header); i += 2 {
					resp.Header.Set(header[i], header[i+1])
				}
				want = resp.StatusCode
				return resp, err
			}}
			var got frontegg.Response
			c, result := hooked(t, s)
			err := call(t.Context(), c, frontegg.WithResponse(&got))
			assert.Equal(t, tt.status != 0, err != nil, name)
			assert.Equal(t, want, got.StatusCode, name)
			assert.Equal(t, "trace-1", got.TraceID, name)
			assert.Equal(t, 1, got.Attempts, name)
			assert.Equal(t, frontegg.RateLimit{Limit: 100, Remaining: 99}, got.RateLimit, name)
			assert.Equal(t, "99", got.Header.Get("X-Rate-Limit-Remaining"), name)
			assert.Equal(t, "trace-1", result.TraceID, name)
			assert.Equal(t, want, result.StatusCode, name)
		}
	})
}

func TestAPIError_RetryAt(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		err := call(t.Context(), newClient(t, &fakeTransport{Respond: resetIn(7 * time.Second)}, once))
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		assert.Equal(t, 8*time.Second, time.Until(as[*frontegg.APIError](t, err).RetryAt), "plus a second for the missing fraction")
		err = call(t.Context(), newClient(t, &fakeTransport{Respond: reply(503, "", "Retry-After", "7")}, once))
		assert.Equal(t, 7*time.Second, time.Until(as[*frontegg.APIError](t, err).RetryAt))
		err = call(t.Context(), newClient(t, &fakeTransport{Respond: reply(429, "")}, once))
		assert.Zero(t, as[*frontegg.APIError](t, err).RetryAt, "unknown")
	})
}

// hooked returns a client and the result of its last call.
func hooked(t testing.TB, s *fakeTransport, opts ...frontegg.ClientOption) (*frontegg.Client, *frontegg.CallResult) {
	t.Helper()
	result := new(frontegg.CallResult)
	return newClient(t, s, append(opts, frontegg.WithHook(func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
		return ctx, func(r frontegg.CallResult) { *result = r }
	}))...), result
}

func TestHook_Waited(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, tt := range map[string]struct {
			respond responder
			err     bool
		}{
			"for a retry":     {script(failWith(dialErrors["no route"]), success), false},
			"for a limit":     {script(reply(429, "", "Retry-After", "20"), success), false},
			"for both":        {script(failWith(dialErrors["no route"]), reply(429, ""), success), false},
			"until cancelled": {reply(429, "", "Retry-After", "60"), true},
		} {
			s := &fakeTransport{Respond: tt.respond}
			c, result := hooked(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(25*time.Second, cancel)
			var err error
			took := elapsed(func() { err = call(ctx, c) })
			assert.Equal(t, tt.err, err != nil, name)
			assert.Positive(t, took, name)
			assert.Equal(t, took, result.Waited, name)
			cancel()
		}
	})
}

func TestHook_WaitedForLimitOfAnotherCall(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		s := &fakeTransport{Respond: script(reply(429, "", "Retry-After", "20"), success)}
		c, result := hooked(t, s)
		require.Error(t, call(withTimeout(t, time.Second), c))
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		require.ErrorIs(t, call(ctx, c), context.Canceled)
		assert.Equal(t, 5*time.Second, result.Waited, "the time until it was canceled")
		require.NoError(t, call(t.Context(), c))
		assert.Equal(t, time.Since(began), 5*time.Second+result.Waited)
		assert.GreaterOrEqual(t, result.Waited, 15*time.Second)
	})
}

// records decodes JSON log lines.
func records(t testing.TB, log string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log) {
		var one map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &one))
		all = append(all, one)
	}
	return all
}

func TestLog_WaitForLimitOfAnotherCall(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, nil)) // level Info and above
		s := &fakeTransport{Respond: script(reply(429, "", "Retry-After", "20"), success)}
		c := newClient(t, s, frontegg.WithLogger(logger))
		require.Error(t, call(withTimeout(t, time.Second), c))
		log.Reset()
		took := elapsed(func() { require.NoError(t, call(t.Context(), c)) })
		all := records(t, log.String())
		require.Len(t, all, 1)
		assert.Equal(t, "INFO", all[0]["level"])
		assert.Equal(t, "frontegg: waiting", all[0]["msg"])
		assert.InDelta(t, float64(took), all[0]["wait"], 0)
		assert.Contains(t, all[0]["reason"], "limited")
		assert.Equal(t, []any{o.Name, o.Method, o.Route}, []any{all[0]["op"], all[0]["method"], all[0]["route"]})
	})
}

func TestRedaction_RefreshToken(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for _, name := range []string{"refresh_token", "refreshToken"} {
			login := quoted(map[string]any{"access_token": "minted-token-1", "expires_in": 3600, name: canaryToken})
			for _, status := range []int{200, 400, 503} {
				r := &recorder{}
				s := &fakeTransport{Login: reply(200, login), Respond: reply(status, "you hold "+canaryToken, "X-Echo", canaryToken)}
				c := build(t, s, append(r.options(), frontegg.WithAPIToken("client-id", "api-token-secret"))...)
				var response frontegg.Response
				err := call(t.Context(), c, frontegg.WithResponse(&response))
				r.check(t, fmt.Sprint(name, " ", status), err, response)
				synctest.Wait()
			}
		}
	})
}

// blankBody is an endless body of spaces.
type blankBody struct{}

func (blankBody) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestUpdate_TooManyBlanks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &fakeTransport{Respond: func(r *http.Request) (*http.Response, error) {
			resp, err := reply(200, "")(r)
			resp.Body, resp.ContentLength = io.NopCloser(blankBody{}), -1
			return resp, err
		}}
		err := operationCalls[op.Update](t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrResponseTooLarge)
		assert.Equal(t, 1, s.Requests())
	})
}

func TestTenant_InErrorsHookAndLog(t *testing.T) {
	forEachOperation(t, func(t *testing.T, o *op.Operation, call operationCall) {
		want := map[bool]string{true: "acme"}[o.Scope == op.Tenant]
		for name, tt := range map[string]struct {
			respond responder
			tenant  func(err error) string
		}{
			"APIError":       {reply(403, ""), func(err error) string { return as[*frontegg.APIError](t, err).Tenant }},
			"TransportError": {failWith(permanentErrors["NXDOMAIN"]), func(err error) string { return as[*frontegg.TransportError](t, err).Tenant }},
			"RateLimitError": {resetIn(time.Hour), func(err error) string { return as[*frontegg.RateLimitError](t, err).Tenant }},
			"DecodeError": {reply(200, "<html>"), func(err error) string {
				if o.Result == op.NoDocument {
					return want
				}
				return as[*frontegg.DecodeError](t, err).Tenant
			}},
		} {
			var log bytes.Buffer
			var seen frontegg.CallInfo
			c := newClient(t, &fakeTransport{Respond: tt.respond}, frontegg.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
				frontegg.WithHook(func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
					seen = call
					return ctx, func(frontegg.CallResult) {}
				}))
			assert.Equal(t, want, tt.tenant(call(t.Context(), c)), name)
			assert.Equal(t, frontegg.CallInfo{Op: o.Name, Method: o.Method, Route: o.Route, Host: "api.frontegg.com", Tenant: want}, seen)
			attribute, _ := records(t, log.String())[0]["tenant"].(string)
			assert.Equal(t, want, attribute)
		}
	})
}
