package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJournal_FullDisk(t *testing.T) {
	e := newEnvironment(t, 1)
	require.NoError(t, os.MkdirAll(filepath.Join(e.dir, "journal"), 0o700))
	require.NoError(t, os.Symlink("/dev/full", filepath.Join(e.dir, "journal", sampleTenant(0)+".jsonl")))
	code, _ := e.runUntil(t, e.tenantNotDone, "sync")
	require.Equal(t, exitInterrupted, code)
	assert.Contains(t, e.log.String(), "the journal cannot be written")
	assert.Equal(t, 1, e.server.Applied("groups.create"), "the write that could not be noted is the last one")
	assert.Zero(t, e.server.Applied("groups.addUsers"))
}

// The log has the line that the journal lacks, also that of the last write: another
// attempt finds nothing to do.
func TestJournal_FullDisk_LastWrite(t *testing.T) {
	e := newEnvironment(t, 1)
	e.write(t, sampleTenant(0), "t-1,Sales,,\n")
	require.NoError(t, os.MkdirAll(filepath.Join(e.dir, "journal"), 0o700))
	require.NoError(t, os.Symlink("/dev/full", filepath.Join(e.dir, "journal", sampleTenant(0)+".jsonl")))
	e.runUntil(t, e.tenantNotDone, "sync")
	assert.Equal(t, 1, e.server.Applied("groups.create"))
	assert.Contains(t, e.log.String(), "the journal cannot be written")
	assert.Contains(t, e.log.String(), `\"groupKey\":\"t-1\"`)
}

// After a line that was cut off, the next one is whole.
func TestJournal_AfterACutLine(t *testing.T) {
	e := newEnvironment(t, 1)
	path := filepath.Join(e.dir, "journal", sampleTenant(0)+".jsonl")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(`{"time":"20`), 0o600))
	e.write(t, sampleTenant(0), "t-1,Sales,,\n")
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code, report)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	require.Len(t, lines, 3)
	assert.True(t, json.Valid([]byte(lines[1])), lines[1])
}
