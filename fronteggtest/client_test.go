package fronteggtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestServer_Client(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	client, err := s.Client(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	groups, err := client.Groups.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, groups, 1)
	assert.Equal(t, 1, s.Applied("auth.vendor"))
}

func TestServer_AddAPIToken(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	client, err := frontegg.NewClient(
		frontegg.WithBaseURL(s.URL()+"/frontegg"), frontegg.WithAPIToken(s.AddAPIToken("acme")),
	)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	g, err := client.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.Equal(t, "Team", g.Name)
}

func TestServer_Applied_LostResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.Start(t)
		client, err := s.MemoryClient(frontegg.WithTenant("acme"))
		require.NoError(t, err)

		s.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
		_, err = client.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Team"})
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.Equal(t, 1, s.Applied("groups.create"))

		s.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropBeforeApply})
		_, err = client.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Other"})
		require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
		assert.Equal(t, 1, s.Applied("groups.create"))
		assert.Len(t, s.Groups("acme"), 1)
	})
}

func TestServer_MemoryClient_Synctest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := oneGroup(t, fronteggtest.WithRateLimit(1, time.Minute), fronteggtest.WithTokenTTL(3*time.Minute))
		client, err := s.MemoryClient(frontegg.WithTenant("acme"))
		require.NoError(t, err)
		began := time.Now()
		for range 5 {
			_, err := client.Groups.Get(t.Context(), "g1")
			require.NoError(t, err)
		}
		assert.GreaterOrEqual(t, time.Since(began), 4*time.Minute)
		assert.Equal(t, 5, s.Applied("groups.get"))
		assert.GreaterOrEqual(t, s.Applied("auth.vendor"), 2, "the token expires on the way")
	})
}

func TestServer_RevokeTokens_ClientLogsInAgain(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	client, err := s.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	_, err = client.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	s.RevokeTokens()
	_, err = client.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.Equal(t, 2, s.Count("auth.vendor"))
	assert.Equal(t, 3, s.Count("groups.get"))
}
