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

func TestTokenSource_Error(t *testing.T) {
	forEachOperation(t, func(t *testing.T, _ *op.Operation, call operationCall) {
		sealed := errors.New("vault is sealed")
		for want, token := range map[string]frontegg.Token{
			"vault is sealed": {}, "is empty": {Value: ""}, "not visible ASCII": {Value: "canary\nX: y"},
			"printed in place of a secret": {Value: frontegg.Secret(fmt.Sprint(frontegg.Secret("x")))},
		} {
			s := &fakeTransport{Respond: success}
			c := build(t, s, frontegg.WithTokenSource(sourceFunc(func(context.Context) (frontegg.Token, error) {
				if want == sealed.Error() {
					return token, sealed
				}
				return token, nil
			})))
			err := call(t.Context(), c)
			_ = as[*frontegg.AuthError](t, err)
			require.ErrorIs(t, err, frontegg.ErrAuthentication)
			require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			require.ErrorContains(t, err, want)
			assert.Equal(t, want == sealed.Error(), errors.Is(err, sealed))
			assert.NotContains(t, err.Error(), "canary")
			assert.Zero(t, s.Requests())
		}
	})
}
