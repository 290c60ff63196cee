package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The demo is in memory also where the variables of real runs are set.
func TestDemo(t *testing.T) {
	t.Setenv("FLEETSYNC_DATABASE", "mysql://x")
	t.Setenv("FLEETSYNC_REDIS", "redis://x")
	var stdout, stderr bytes.Buffer
	require.Equal(t, exitDone, run(t.Context(), nil, &stdout, &stderr), stderr.String())
	assert.Contains(t, stdout.String(), "200 of 200 tenants done")
}
