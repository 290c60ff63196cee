package frontegg_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

type contextKey struct{}

func TestHook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type seen struct {
			frontegg.CallInfo
			frontegg.CallResult
		}
		var calls []seen
		hook := func(ctx context.Context, call frontegg.CallInfo) (context.Context, func(frontegg.CallResult)) {
			return context.WithValue(ctx, contextKey{}, call.Op), func(r frontegg.CallResult) { calls = append(calls, seen{call, r}) }
		}
		var carried []any
		sent := 0
		c, err := frontegg.NewClient(frontegg.WithCredentials("id", "the-secret"), frontegg.WithTenant("t"), frontegg.WithHook(hook),
			frontegg.WithHTTPClient(httpClient(roundTripper(func(r *http.Request) (*http.Response, error) {
				carried = append(carried, r.Context().Value(contextKey{}))
				if r.URL.Path == "/auth/vendor" {
					return httpmock.NewStringResponse(200, `{"token":"token-1","expiresIn":3600}`), nil
				}
				if sent++; sent == 1 {
					return httpmock.NewStringResponse(503, ""), nil
				}
				resp := httpmock.NewStringResponse(404, "")
				resp.Header.Set("X-Frontegg-Trace-Id", "trace-2")
				return resp, nil
			}))))
		require.NoError(t, err)
		_, err = c.Groups.Get(t.Context(), "g1")
		require.ErrorIs(t, err, frontegg.ErrNotFound)

		require.Len(t, calls, 2)
		assert.Equal(t, frontegg.CallInfo{Op: "auth.vendor", Method: "POST", Route: "/auth/vendor", Host: "api.frontegg.com"}, calls[0].CallInfo)
		assert.Equal(t, frontegg.CallResult{StatusCode: 200, Attempts: 1}, calls[0].CallResult)
		assert.Equal(t, frontegg.CallInfo{Op: "groups.get", Method: "GET", Route: "/identity/resources/groups/v1/{id}", Host: "api.frontegg.com", Tenant: "t"}, calls[1].CallInfo)
		assert.Equal(t, []any{404, 2, "trace-2"}, []any{calls[1].StatusCode, calls[1].Attempts, calls[1].TraceID})
		assert.GreaterOrEqual(t, calls[1].Waited, 50*time.Millisecond)
		require.ErrorIs(t, calls[1].Err, frontegg.ErrNotFound)
		assert.Equal(t, []any{"auth.vendor", "groups.get", "groups.get"}, carried)
	})
}
