package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// write replaces the input of a tenant.
func (e *environment) write(t *testing.T, tenant, rows string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(e.input, tenant+".csv"), []byte("key,name,roles,member\n"+rows), 0o600))
}

func TestPlan_WritesNothing(t *testing.T) {
	e := newEnvironment(t, 2)
	code, report := e.run(t.Context(), "plan")
	require.Equal(t, exitDone, code)
	assert.Contains(t, report, "plan, night "+night+": 2 of 2 tenants done\n  groups   6 created")
	assert.Zero(t, e.server.Applied("groups.create"))
	assert.NoDirExists(t, filepath.Join(e.dir, "journal"))
	text, err := os.ReadFile(filepath.Join(e.dir, "plan", sampleTenant(0)+".txt"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "create     Engineering  key t-3\n")

	code, _ = e.run(t.Context(), "sync") // a plan does not stand for a sync
	require.Equal(t, exitDone, code)
	e.requireWanted(t, sampleTenant(0))
	code, _ = e.run(t.Context(), "plan", "-night", "next")
	require.Equal(t, exitDone, code)
	assert.NoFileExists(t, filepath.Join(e.dir, "plan", sampleTenant(0)+".txt"), "nothing to do")
}

func TestSync_UnknownRole(t *testing.T) {
	e := newEnvironment(t, 1)
	e.write(t, sampleTenant(0), "a,Sales,viewer,ada@tenant-0001.example\nb,Support,ovner,ben@tenant-0001.example\n")
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code)
	assert.Contains(t, strings.Join(strings.Fields(report), " "), `group "Support" cannot be made as wanted: no role has the key "ovner"`)
	assert.Contains(t, report, "groups   1 created", "the other group")
	assert.Equal(t, 1, e.jobs(t)[sampleTenant(0)].Attempt)
}

func TestSync_UnknownPerson(t *testing.T) {
	e := newEnvironment(t, 1)
	e.write(t, sampleTenant(0), "a,Sales,viewer,ada@tenant-0001.example\na,Sales,viewer,new@tenant-0001.example\n")
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code, report)
	assert.Contains(t, report, "members  1 added")
	assert.Contains(t, report, "unknown  1 people are not in Frontegg yet")
	assert.Contains(t, e.log.String(), "new@tenant-0001.example")
}

func TestSync_Guard(t *testing.T) {
	e := newEnvironment(t, 1)
	code, _ := e.run(t.Context(), "sync", "-night", "first")
	require.Equal(t, exitDone, code)
	e.write(t, sampleTenant(0), "t-1,Sales,viewer,\nt-2,Support,editor,\nt-3,Engineering,admin,\n") // everybody is gone
	code, report := e.run(t.Context(), "sync", "-night", "second")
	require.Equal(t, exitIncomplete, code, report)
	assert.Contains(t, report, "1 refused, 0 failed")
	assert.Contains(t, report, " -max-change for one run")
	assert.Zero(t, e.server.Applied("groups.removeUsers"))
	assert.Equal(t, 1, e.jobs(t)[sampleTenant(0)].Attempt)

	t.Run("allowed once", func(t *testing.T) {
		code, _ := e.run(t.Context(), "retry", "-night", "second", sampleTenant(0))
		require.Equal(t, exitDone, code)
		code, report := e.run(t.Context(), "sync", "-night", "second", "-max-change", "1")
		require.Equal(t, exitDone, code, report)
		e.requireWanted(t, sampleTenant(0))
	})
}

func TestSync_StepFails(t *testing.T) {
	e := newEnvironment(t, 1)
	e.server.Inject(fronteggtest.Fault{Op: "groups.addRoles", Times: -1, Status: http.StatusForbidden})
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code, report)
	assert.Contains(t, report, "1 refused, 0 failed")
	assert.Contains(t, report, "groups   3 created", "the first attempt's steps count as well")
	assert.Equal(t, 2, e.jobs(t)[sampleTenant(0)].Attempt)
}

func TestJournal_OneLineForEachWrite(t *testing.T) {
	e := newEnvironment(t, 1)
	code, _ := e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code)
	writes := e.server.Applied("groups.create") + e.server.Applied("groups.addUsers") + e.server.Applied("groups.addRoles")
	lines := e.readJournal(t, sampleTenant(0))
	require.Len(t, lines, writes)
	for _, line := range lines {
		assert.Equal(t, sampleTenant(0), line.Tenant)
		assert.Equal(t, "done", line.Result)
		assert.NotEmpty(t, line.GroupID)
		assert.NotEmpty(t, line.TraceID)
	}

	t.Run("a deletion says who loses what", func(t *testing.T) {
		e.write(t, sampleTenant(0), "t-1,Sales,viewer,ada@tenant-0001.example\nt-1,Sales,viewer,dev@tenant-0001.example\nt-2,Support,editor,ada@tenant-0001.example\nt-2,Support,editor,ben@tenant-0001.example\nt-2,Support,editor,eve@tenant-0001.example\n")
		code, report := e.run(t.Context(), "sync", "-night", "next", "-delete")
		require.Equal(t, exitDone, code, report)
		last := e.readJournal(t, sampleTenant(0))[writes:]
		require.Len(t, last, 1)
		assert.Equal(t, "delete", last[0].Action)
		assert.ElementsMatch(t, []string{"ada@tenant-0001.example", "cleo@tenant-0001.example", "fay@tenant-0001.example", "admin"}, last[0].Names)
	})
	t.Run("a journal that cannot be written stops the tenant", func(t *testing.T) {
		e := newEnvironment(t, 1)
		require.NoError(t, os.MkdirAll(e.dir, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(e.dir, "journal"), nil, 0o600))
		code, _ := e.runUntil(t, e.tenantNotDone, "sync")
		require.Equal(t, exitInterrupted, code)
		assert.Zero(t, e.server.Applied("groups.create"))
	})
}

func (e *environment) readJournal(t *testing.T, tenant string) []entry {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, "journal", tenant+".jsonl"))
	require.NoError(t, err)
	var lines []entry
	for line := range strings.Lines(string(text)) {
		var one entry
		require.NoError(t, json.Unmarshal([]byte(line), &one))
		lines = append(lines, one)
	}
	return lines
}

func TestSync_Adopt(t *testing.T) {
	e := newEnvironment(t, 1)
	e.server.AddGroup(sampleTenant(0), frontegg.Group{Name: "Sales"})
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code, report)
	assert.Contains(t, strings.Join(strings.Fields(report), " "), `group "Sales" has a wanted name that is taken`)
	code, _ = e.run(t.Context(), "retry")
	require.Equal(t, exitDone, code)
	code, report = e.run(t.Context(), "sync", "-adopt")
	require.Equal(t, exitDone, code, report)
	e.requireWanted(t, sampleTenant(0))
}

func TestSync_FileOfAnotherTenant(t *testing.T) {
	e := newEnvironment(t, 2)
	other, err := os.ReadFile(filepath.Join(e.input, sampleTenant(1)+".csv"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(e.input, sampleTenant(0)+".csv"), other, 0o600))
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code)
	assert.Contains(t, strings.Join(strings.Fields(report), " "), "6 of 6 people are not users of the tenant")
	assert.Empty(t, e.server.Groups(sampleTenant(0)))
	e.requireWanted(t, sampleTenant(1))
}
