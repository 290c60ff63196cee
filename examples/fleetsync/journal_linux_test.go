package main

import (
	"os"
	"path/filepath"
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
