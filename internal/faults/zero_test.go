package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
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
			assert.Contains(t, err.Error(), "frontegg: ", name)
			assert.NotContains(t, err.Error(), "%!", name)
			assert.NotContains(t, err.Error(), "<nil>", name)
			assert.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown, name)
			assert.NotErrorIs(t, err, context.Canceled, name)
			assert.NoError(t, errors.Unwrap(err), name)
			_ = fmt.Sprintf("%v %+v %#v", err, err, err)
			_, ok := frontegg.RetryAt(err)
			assert.False(t, ok, name)
		}, name)
	}
	assert.NotEmpty(t, new(frontegg.APIError).LogValue().String())
}

func TestClient_NilAndZero(t *testing.T) {
	t.Parallel()
	calls := slices.Concat(slices.Collect(maps.Values(operationCalls)), slices.Collect(maps.Values(methodCalls)))
	var none *frontegg.Client
	for name, c := range map[string]*frontegg.Client{"zero": {}, "view of nil": none.ForTenant("t"), "view of zero": new(frontegg.Client).ForTenant("t")} {
		for _, call := range calls {
			assert.NotPanics(t, func() { _ = as[*frontegg.ValidationError](t, call(t.Context(), c)) }, name)
		}
		assert.NotPanics(t, func() { require.NoError(t, c.Close()) }, name)
	}
	assert.NotPanics(t, func() {
		require.NoError(t, none.Close())
		assert.Empty(t, (*frontegg.GroupsService)(nil).Tenant())
		_ = as[*frontegg.ValidationError](t, methodCalls["client.do"](t.Context(), none))
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
			s := &fakeTransport{Respond: script(success, failWith(permanentErrors["NXDOMAIN"]))}
			c := newClient(t, s)
			require.NoError(t, call(t.Context(), c, frontegg.WithResponse(&response)))
			require.NotZero(t, response.StatusCode)
			require.Error(t, next(c, &response), name)
			assert.Zero(t, response, name)
		}
	})
}

func TestWithResponse_ReusedForSeveralRequests(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var response frontegg.Response
		filled := frontegg.WithResponse(&response)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		for name, next := range map[string]func(*frontegg.GroupsService) error{
			"walk": func(s *frontegg.GroupsService) error {
				return lastError(s.All(canceled, frontegg.WalkOptions{Concurrency: 4}, filled))
			},
			"batches": func(s *frontegg.GroupsService) error {
				_, err := s.BulkGet(t.Context(), []string{"a/b"}, filled)
				return err
			},
			"second request": func(s *frontegg.GroupsService) error {
				_, err := s.SetUsers(t.Context(), "g1", []string{"u1"}, filled)
				return err
			},
		} {
			respond := script(success, reply(200, `{"id":"g1","users":[]}`), failWith(permanentErrors["NXDOMAIN"]))
			c := newClient(t, &fakeTransport{Respond: respond})
			require.NoError(t, c.Groups.Delete(t.Context(), "g1", filled))
			require.NotZero(t, response.StatusCode)
			require.Error(t, next(c.Groups), name)
			assert.Zero(t, response, name)
		}
	})
}
