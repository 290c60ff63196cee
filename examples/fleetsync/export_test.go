package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

func TestExport(t *testing.T) {
	e := newEmptyEnvironment(t)
	for _, tenant := range []string{"acme", "globex"} {
		e.server.AddGroup(tenant, frontegg.Group{Name: "Sales", Users: []frontegg.User{{Email: "ada@" + tenant}}})
		e.server.AddGroup(tenant, frontegg.Group{Name: "Support"})
	}
	e.server.AddTenant(frontegg.Tenant{ID: "empty"})
	code, report := e.run(t.Context(), "export")
	require.Equal(t, exitDone, code, report+e.log.String())
	assert.Contains(t, report, "3 of 3 tenants done\n  groups   4 exported\n")
	for tenant, groups := range map[string]int{"acme": 2, "globex": 2, "empty": 0} {
		text, err := os.ReadFile(filepath.Join(e.dir, "export", tenant+".jsonl"))
		require.NoError(t, err)
		assert.Equal(t, groups, strings.Count(string(text), "\n"), tenant)
		if groups > 0 {
			assert.Contains(t, string(text), `"email":"ada@`+tenant+`"`)
		}
	}
	files, err := os.ReadDir(filepath.Join(e.dir, "export"))
	require.NoError(t, err)
	assert.Len(t, files, 3)
}
