package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestSync_TenantsOfTheEnvironment(t *testing.T) {
	e := newEnvironment(t, 2)
	e.server.AddTenant(frontegg.Tenant{ID: "other"})
	require.NoError(t, writeSample(e.input, 3)) // the third is not in the environment
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code)
	assert.Contains(t, report, "  note     1 other tenants have no input and are left as they are\n")
	assert.Contains(t, report, "  tenant-0003 (refused)\n    tenant-0003: the environment has no tenant with this ID\n")
	assert.Contains(t, report, "2 of 3 tenants done")
}

func TestMissing(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"a", "d"}, missing([]string{"a", "b", "d"}, []string{"b", "c"}))
	assert.Empty(t, missing(nil, []string{"b"}))
	assert.Empty(t, missing([]string{"b"}, []string{"a", "b"}))
}
