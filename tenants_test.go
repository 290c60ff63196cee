package frontegg_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestTenants_All(t *testing.T) {
	t.Parallel()
	s, c := company(t, 0)
	for i := range 500 {
		s.AddTenant(frontegg.Tenant{ID: fmt.Sprintf("t%03d", i), Metadata: `{"a":1}`})
	}
	n := 0
	for tenant, err := range c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{Concurrency: 4}) {
		require.NoError(t, err)
		assert.NotEmpty(t, tenant.ID)
		n++
	}
	assert.Equal(t, 502, n)
	for _, r := range s.Requests() {
		assert.Empty(t, r.Header.Get("Frontegg-Tenant-Id"))
	}
}
