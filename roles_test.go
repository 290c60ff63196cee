package frontegg_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestRoles_FindByKeys(t *testing.T) {
	t.Parallel()
	s, c := company(t, 0)
	for i := range 250 {
		s.AddRole("", frontegg.Role{ID: fmt.Sprintf("env-%d", i), Key: fmt.Sprintf("key-%d", i)})
	}
	s.AddRole("acme", frontegg.Role{ID: "own", Key: "own"})
	s.AddRole("acme", frontegg.Role{ID: "own-7", Key: "key-7"})
	s.AddRole("globex", frontegg.Role{ID: "other", Key: "other"})
	all, err := c.Roles.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 252)
	found, err := c.Roles.FindByKeys(t.Context(), []string{"key-249", "own", "other", "unknown", "own"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, []string{"env-249", "own"}, []string{found["key-249"].ID, found["own"].ID})
	_, err = c.Roles.FindByKeys(t.Context(), []string{"own", "key-7"})
	require.ErrorIs(t, err, frontegg.ErrAmbiguous)
	require.ErrorContains(t, err, "env-7")
	require.ErrorContains(t, err, "own-7")
	none, err := c.Roles.FindByKeys(t.Context(), nil)
	require.NoError(t, err)
	assert.NotNil(t, none)
	_, err = c.Roles.FindByKeys(t.Context(), []string{"a", " "})
	require.ErrorContains(t, err, "roles.findByKeys: keys[1] is empty; nothing was sent")
}

func TestRoles_OtherTenants(t *testing.T) {
	t.Parallel()
	const rows = `{"id":"r1","key":"k"},{"id":"r2","key":"k","tenantId":"other"},{"id":"r3","key":"own","tenantId":"acme"}`
	c := newClient(t, &fakeTransport{Respond: reply(200, `{"items":[`+rows+`],"_metadata":{"totalItems":3,"totalPages":1}}`)})
	roles, err := c.Roles.List(t.Context())
	require.NoError(t, err)
	require.Len(t, roles, 2)
	found, err := c.Roles.FindByKeys(t.Context(), []string{"k", "own"})
	require.NoError(t, err)
	assert.Equal(t, []string{"r1", "r3"}, []string{found["k"].ID, found["own"].ID})
}
