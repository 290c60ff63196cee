package interop

import (
	"bufio"
	"bytes"
	"context"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// killEarly is the time before the deadline of the test binary at which its programs
// are killed, so that none outlives a test that hangs.
const killEarly = 10 * time.Second

// programContext ends killEarly before the deadline of the test.
func programContext(t *testing.T) context.Context {
	deadline, ok := t.Deadline()
	if !ok {
		return t.Context()
	}
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Add(-killEarly))
	t.Cleanup(cancel)
	return ctx
}

// start runs a program until the test ends. It returns the submatches of ready in the
// line that the program prints when it listens.
func start(t *testing.T, ready *regexp.Regexp, name string, args ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(programContext(t), name, args...)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoErrorf(t, cmd.Start(), "cannot start %s; run interop/run.sh, which installs it", name)

	found := make(chan []string, 1)
	var printed bytes.Buffer
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			printed.WriteString(lines.Text() + "\n")
			if match := ready.FindStringSubmatch(lines.Text()); match != nil && len(found) == 0 {
				found <- match
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s %v printed:\n%s%s", name, args, printed.String(), stderr.String())
		}
	})

	select {
	case match := <-found:
		return match
	case <-ended:
		require.FailNowf(t, "a program ended before it listened", "%s %v", name, args)
		return nil
	}
}

// run runs a program and returns its output. If it fails, so does the test.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(programContext(t), name, args...)
	cmd.Env = append(cmd.Environ(), env...)
	output, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s %v:\n%s", name, args, output)
	return string(output)
}
