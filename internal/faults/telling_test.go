package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

// What a caller is told: by errors, the Response, the hook and the log.

func TestEachOperationFillsTheResponse(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		told := []string{"Frontegg-Trace-Id", "trace-1", "X-Rate-Limit-Limit", "100", "X-Rate-Limit-Remaining", "99"}
		for name, tt := range map[string]struct {
			answer answer
			status int // 0: as the operation succeeds
		}{
			"success": {answer: good}, "error": {reply(404, ""), 404}, "limit": {reply(429, "", "Retry-After", "3600"), 429},
		} {
			want := 0
			s := &service{answer: func(r *http.Request) (*http.Response, error) {
				resp, err := tt.answer(r)
				for i := 0; i < len(told); i += 2 {
					resp.Header.Set(told[i], told[i+1])
				}
				want = resp.StatusCode
				return resp, err
			}}
			var got frontegg.Response
			err := call(t.Context(), newClient(t, s), frontegg.WithResponse(&got))
			assert.Equal(t, tt.status != 0, err != nil, name)
			assert.Equal(t, want, got.StatusCode, name)
			assert.Equal(t, "trace-1", got.TraceID, name)
			assert.Equal(t, 1, got.Attempts, name)
			assert.Equal(t, frontegg.RateLimit{Limit: 100, Remaining: 99}, got.RateLimit, name)
			assert.Equal(t, "99", got.Header.Get("X-Rate-Limit-Remaining"), name)
		}
	})
}

func TestTheErrorOfAStatusSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer, login answer
		advice        string
	}{
		"401":            {answer: reply(401, ""), advice: "check the credentials"},
		"403":            {answer: reply(403, ""), advice: "the credentials may not do this"},
		"413":            {answer: reply(413, ""), advice: "less"},
		"307":            {answer: reply(307, ""), advice: "base URL"},
		"429":            {answer: resetIn(7 * time.Second), advice: "again after " + time.Date(2000, 1, 1, 0, 0, 8, 0, time.UTC).Format(time.RFC3339)},
		"404 of a login": {answer: good, login: reply(404, ""), advice: "base URL"},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, o *op.Operation, call invoke) {
				once := frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})
				err := call(t.Context(), newLoginClient(t, &service{answer: tt.answer, login: tt.login}, once))
				require.ErrorContains(t, err, tt.advice)
				members := strings.HasSuffix(o.Route, "/roles") || strings.HasSuffix(o.Route, "/users")
				assert.Equal(t, name == "403" && members, strings.Contains(err.Error(), "rank"), "members are a matter of rank")
			})
		})
	}
}

func TestOfManyMessagesTenAreShownAndTheRestCounted(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		for _, n := range []int{1, 10, 11, 25} {
			var list []string
			for i := range n {
				list = append(list, fmt.Sprintf("<%02d>", i))
			}
			err := call(t.Context(), newClient(t, &service{answer: reply(400, quoted(map[string]any{"errors": list}))}))
			assert.Equal(t, list, as[*frontegg.APIError](t, err).Messages, "all are kept")
			assert.Contains(t, err.Error(), list[min(n, 10)-1])
			if n > 10 {
				assert.NotContains(t, err.Error(), list[10])
				assert.Contains(t, err.Error(), fmt.Sprintf("%d more", n-10))
			} else {
				assert.NotContains(t, err.Error(), "more")
			}
		}
	})
}

func TestALimitThatOutlastsTheRetriesSaysWhenItEnds(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		once := frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1})
		err := call(t.Context(), newClient(t, &service{answer: resetIn(7 * time.Second)}, once))
		require.ErrorIs(t, err, frontegg.ErrRateLimited)
		assert.Equal(t, 8*time.Second, time.Until(as[*frontegg.APIError](t, err).RetryAt), "and a second for the missing fraction")
		err = call(t.Context(), newClient(t, &service{answer: reply(503, "", "Retry-After", "7")}, once))
		assert.Equal(t, 7*time.Second, time.Until(as[*frontegg.APIError](t, err).RetryAt))
		err = call(t.Context(), newClient(t, &service{answer: reply(429, "")}, once))
		assert.Zero(t, as[*frontegg.APIError](t, err).RetryAt, "the server did not say")
	})
}

// hooked makes a client whose hook keeps the result of the last call.
func hooked(t testing.TB, s *service, opts ...frontegg.ClientOption) (*frontegg.Client, *frontegg.CallResult) {
	t.Helper()
	result := new(frontegg.CallResult)
	return newClient(t, s, append(opts, frontegg.WithHook(func(ctx context.Context, _ frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
		return ctx, func(r frontegg.CallResult) { *result = r }
	}))...), result
}

func TestTheHookIsToldTheTimeThatWasReallyWaited(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		for name, tt := range map[string]struct {
			answer answer
			err    bool
		}{
			"for a retry":     {script(fails(noConnections["no route"]), good), false},
			"for a limit":     {script(reply(429, "", "Retry-After", "20"), good), false},
			"for both":        {script(fails(noConnections["no route"]), reply(429, ""), good), false},
			"until cancelled": {reply(429, "", "Retry-After", "60"), true},
		} {
			s := &service{answer: tt.answer}
			c, result := hooked(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(25*time.Second, cancel)
			var err error
			took := lasts(func() { err = call(ctx, c) })
			assert.Equal(t, tt.err, err != nil, name)
			assert.Positive(t, took, name)
			assert.Equal(t, took, result.Waited, name)
			cancel()
		}
	})
}

func TestTheHookIsToldOfTheWaitForALimitThatAnotherCallMet(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		s := &service{answer: script(reply(429, "", "Retry-After", "20"), good)}
		c, result := hooked(t, s)
		require.Error(t, call(within(t, time.Second), c))
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		require.ErrorIs(t, call(ctx, c), context.Canceled)
		assert.Equal(t, 5*time.Second, result.Waited, "it was not more")
		require.NoError(t, call(t.Context(), c))
		assert.Equal(t, time.Since(began), 5*time.Second+result.Waited)
		assert.GreaterOrEqual(t, result.Waited, 15*time.Second)
	})
}

// records are the records that a logger has written as JSON.
func records(t testing.TB, log string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log) {
		var one map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &one))
		all = append(all, one)
	}
	return all
}

func TestAWaitForALimitThatAnotherCallMetIsLoggedWithItsReason(t *testing.T) {
	each(t, func(t *testing.T, o *op.Operation, call invoke) {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, nil)) // from Info on
		s := &service{answer: script(reply(429, "", "Retry-After", "20"), good)}
		c := newClient(t, s, frontegg.WithLogger(logger))
		require.Error(t, call(within(t, time.Second), c))
		log.Reset()
		took := lasts(func() { require.NoError(t, call(t.Context(), c)) })
		all := records(t, log.String())
		require.Len(t, all, 1)
		assert.Equal(t, "INFO", all[0]["level"])
		assert.Equal(t, "frontegg: waiting", all[0]["msg"])
		assert.InDelta(t, float64(took), all[0]["wait"], 0)
		assert.Contains(t, all[0]["reason"], "limited")
		assert.Equal(t, []any{o.Name, o.Method, o.Route}, []any{all[0]["op"], all[0]["method"], all[0]["route"]})
	})
}

func TestTheRefreshTokenOfAnAPITokenIsASecret(t *testing.T) {
	each(t, func(t *testing.T, _ *op.Operation, call invoke) {
		for _, name := range []string{"refresh_token", "refreshToken"} {
			login := quoted(map[string]any{"access_token": "minted-token-1", "expires_in": 3600, name: canaryToken})
			for _, status := range []int{200, 400, 503} {
				r := &record{}
				s := &service{login: reply(200, login), answer: reply(status, "you hold "+canaryToken, "X-Echo", canaryToken)}
				c := build(t, s, append(r.options(), frontegg.WithAPIToken("client-id", "api-token-secret")))
				var response frontegg.Response
				err := call(t.Context(), c, frontegg.WithResponse(&response))
				r.check(t, fmt.Sprint(name, " ", status), err, response)
				synctest.Wait()
			}
		}
	})
}

// blanks is a body of more blanks than are read.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAnUpdateThatAnswersMoreThan32MiBOfBlanksIsNotReadBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := &service{answer: func(r *http.Request) (*http.Response, error) {
			resp, err := reply(200, "")(r)
			resp.Body, resp.ContentLength = io.NopCloser(blanks{}), -1
			return resp, err
		}}
		err := calls[op.Update](t.Context(), newClient(t, s))
		require.ErrorIs(t, err, frontegg.ErrResponseTooLarge)
		assert.Equal(t, 1, s.requests())
	})
}

var (
	_ = errors.New
	_ sync.Mutex
	_ = clock.Pass
)
