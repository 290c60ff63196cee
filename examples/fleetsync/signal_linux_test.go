package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestSIGTERM(t *testing.T) {
	bin := build(t)
	tests := map[string]struct {
		delay time.Duration // of the response that the tenant waits for
		grace time.Duration
		state rivertype.JobState // of the tenant that was under way
		least time.Duration      // that the process takes to end
	}{
		"a tenant under way is finished":         {500 * time.Millisecond, time.Minute, rivertype.JobStateCompleted, 0},
		"a tenant that takes longer than -grace": {time.Hour, time.Second, rivertype.JobStateAvailable, time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := newEnvironment(t, 3)
			e.server.Inject(fronteggtest.Fault{Op: "groups.create", Delay: tt.delay})
			e.server.Inject(fronteggtest.Fault{Tenant: sampleTenant(2), Times: -1, Delay: time.Hour}) // if the signal comes late
			p := startProcess(t, bin, "sync", "-dir", e.dir, "-input", e.input, "-grant-roles", "-workers", "1", "-grace", tt.grace.String())
			require.Eventually(t, func() bool { return e.server.Count("groups.create") > 0 }, patience, time.Millisecond)
			began := time.Now()
			require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
			require.Equal(t, exitInterrupted, p.wait(), p.stderr.String())
			assert.GreaterOrEqual(t, time.Since(began), tt.least)
			assert.Less(t, time.Since(began), patience)
			e.server.ClearFaults()
			first := e.jobs(t)[sampleTenant(0)]
			assert.Equal(t, tt.state, first.State)
			assert.Empty(t, first.Errors)
			assert.Contains(t, p.stdout.String(), "  left     ")

			code, report := e.run(t.Context(), "sync")
			require.Equal(t, exitDone, code, report)
			for i := range 3 {
				e.requireWanted(t, sampleTenant(i))
			}
		})
	}
}
