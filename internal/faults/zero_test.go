package faults

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestErrors_ZeroValues(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&frontegg.APIError{}, &frontegg.TransportError{}, &frontegg.DecodeError{}, &frontegg.ValidationError{}, &frontegg.RateLimitError{},
		&frontegg.AuthError{}, &frontegg.BatchError{},
	} {
		name := fmt.Sprintf("%T", err)
		assert.NotPanics(t, func() {
			assert.NotEmpty(t, err.Error(), name)
			assert.NotContains(t, err.Error(), "%!", name)
			assert.NotContains(t, err.Error(), "<nil>", name)
			assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
			assert.NotErrorIs(t, err, context.Canceled, name)
			_ = errors.Unwrap(err)
			_ = fmt.Sprintf("%v %+v %#v", err, err, err)
			_, ok := frontegg.RetryAt(err)
			assert.False(t, ok, name)
		}, name)
	}
}

func TestClient_NilAndZero(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		var none *frontegg.Client
		for name, c := range map[string]*frontegg.Client{"zero": {}, "view of nil": none.ForTenant("t"), "view of zero": new(frontegg.Client).ForTenant("t")} {
			assert.NotPanics(t, func() {
				_ = as[*frontegg.ValidationError](t, call(t.Context(), c))
				require.NoError(t, c.Close())
			}, name)
		}
		assert.NotPanics(t, func() { require.NoError(t, none.Close()) })
	})
	assert.Empty(t, new(frontegg.Client).Groups.Tenant())
	assert.Empty(t, new(frontegg.GroupsService).Tenant())
}

func TestWithResponse_Reused(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		for name, next := range map[string]func(c *frontegg.Client, r *frontegg.Response) error{
			"no response": func(c *frontegg.Client, r *frontegg.Response) error {
				return call(t.Context(), c, frontegg.WithResponse(r))
			},
			"canceled": func(c *frontegg.Client, r *frontegg.Response) error {
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				return call(ctx, c, frontegg.WithResponse(r))
			},
			"invalid": func(c *frontegg.Client, r *frontegg.Response) error {
				return call(t.Context(), c, frontegg.WithResponse(r), frontegg.WithHeader("bad name", "x"))
			},
			"nil context": func(c *frontegg.Client, r *frontegg.Response) error {
				return call(nil, c, frontegg.WithResponse(r))
			},
		} {
			var response frontegg.Response
			s := &fakeTransport{respond: script(success, failWith(permanentErrors["NXDOMAIN"]))}
			c := newClient(t, s)
			require.NoError(t, call(t.Context(), c, frontegg.WithResponse(&response)))
			require.NotZero(t, response.StatusCode)
			require.Error(t, next(c, &response), name)
			assert.Zero(t, response, name)
		}
	})
}
