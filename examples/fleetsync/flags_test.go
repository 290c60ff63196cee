package main

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun_BadFlags(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown command":            {[]string{"synk"}, `"synk" is no command`},
		"flags without a command":    {[]string{"-night", "monday"}, "a command is required"},
		"no input":                   {[]string{"sync"}, "-input is required"},
		"an argument":                {[]string{"sync", "-input", "x", "y"}, "sync takes no arguments"},
		"no workers":                 {[]string{"sync", "-input", "x", "-workers", "0"}, "-workers must be from 1"},
		"no time":                    {[]string{"sync", "-input", "x", "-timeout", "0"}, "-timeout and -grace"},
		"no owner":                   {[]string{"sync", "-input", "x", "-owner", ""}, "Options.Owner"},
		"a share above one":          {[]string{"plan", "-input", "x", "-max-change", "1.5"}, "Options.MaxChange"},
		"a night that is no name":    {[]string{"sync", "-input", "x", "-night", "25.11."}, "-night must be"},
		"a database of other kind":   {[]string{"sync", "-input", "x", "-database", "mysql://x"}, "-database must be"},
		"a task that does not exist": {[]string{"status", "-task", "synk"}, "-task must be"},
		"a sample of nothing":        {[]string{"sample", "-tenants", "0", "x"}, "a positive -tenants"},
		"a flag of another command":  {[]string{"export", "-input", "x"}, "flag provided but not defined"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, exitBadInput, run(t.Context(), tt.args, &stdout, &stderr))
			assert.Contains(t, stderr.String(), tt.want)
			assert.Empty(t, stdout.String())
		})
	}
}

func TestRun_NoEnvironment(t *testing.T) {
	for _, more := range [][]string{nil, {"-rate", "9"}, {"-rate", "9", "-redis", "redis://127.0.0.1:1"}} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"sync", "-input", t.TempDir(), "-dir", t.TempDir()}, more...)
		assert.Equal(t, exitBadInput, run(t.Context(), args, &stdout, &stderr), "a retry does not help")
		assert.Contains(t, stderr.String(), "FRONTEGG_CLIENT_ID is required")
	}
}

func TestTonight(t *testing.T) {
	tests := map[string]struct{ at, want string }{
		"before midnight": {"2026-11-25T23:30:00Z", "2026-11-26"},
		"after midnight":  {"2026-11-26T02:00:00Z", "2026-11-26"},
		"noon":            {"2026-11-26T12:00:00Z", "2026-11-27"},
		"another zone":    {"2026-11-26T02:00:00+05:00", "2026-11-26"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			assert.NoError(t, err)
			assert.Equal(t, tt.want, tonight(at))
		})
	}
	t.Run("the default", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cfg, _, err := parseFlags("status", nil, io.Discard)
			require.NoError(t, err)
			assert.Equal(t, "2000-01-01", cfg.night)
		})
	})
}
